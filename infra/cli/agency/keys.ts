import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Second } from '../../../shared/client/wire/types.ts';
import type { Job as JobView } from '../../../shared/contract/office.ts';
import { keyRoutes, maintenanceRoutes } from '../../../shared/contract/routes/maintenance.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, matchFrom, open, whyOf, withWhy } from '../common.ts';
import { derive, type Own, type Route, show } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { word } from '../terminal/words.ts';

const { keys: t } = await texts('agency');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** Jobs about one class, if it is named. */
const OF_CLASS: ReadonlySet<string> = new Set(['rewrap', 'rekey', 'compact']);

/** `fieldgate erase`, `fieldgate merge`, `fieldgate keys …` and `fieldgate jobs` */
export function registerKeys(program: Command): void {
  withWhy(
    withNumber(program.command('erase').description(about.erase).argument('[ref]', t.ref))
      .option('--instrument <number>', t.instrument)
      .option('--entry <id>', w.seenEntry)
      .option('--stop', t.stopErase),
  ).runs<EraseOptions>((options, ref: string | undefined) => erase(ref, options));
  withWhy(
    withNumber(program.command('merge').description(about.merge).argument('[ref]', t.double))
      .argument('[into]', t.into)
      .option('--into-match <field=value>', t.intoMatch, matchFrom)
      .option('--entry <id>', w.seenEntry)
      .option('--stop', t.stopMerge)
      .addOption(new Option('--undo', t.undo).conflicts('stop')),
  ).runs<EraseOptions>((options, ref: string | undefined, into: string | undefined) =>
    merge(ref, into, options),
  );
  const keys = program.command('keys').description(about.keys);
  const { readJob, ...jobs } = keyRoutes;
  const own: Own = { exit: codeOf, says: inWords };
  for (const route of Object.values(jobs)) {
    const kind = route.line.split('/').at(-1) ?? '';
    derive(keys.command(kind), route, {
      ...{ ...own, flags: { class: OF_CLASS.has(kind) ? '--class <name>' : null } },
      goesOn: async ({ gate, options }, job) =>
        (options as { wait?: boolean }).wait ? follow(gate, job as Job) : job,
    }).addOption(new Option('--no-wait', t.noWait));
  }
  derive(program.command('jobs'), readJob, { ...own, what: about.jobs });
}

interface EraseOptions extends Second, Omit<PersonOptions, 'ref'> {
  intoMatch?: Record<string, string>;
  instrument?: string;
  stop?: boolean;
  undo?: boolean;
}

const secondOf = (options: Second) => ({ ...whyOf(options), ...defined({ entry: options.entry }) });

async function erase(named: string | undefined, options: GlobalOptions & EraseOptions): Promise<void> {
  const { gate } = await open(options);
  const ref = await refOf(gate, options, named);
  const told = (route: Route, answer: object) => show({ gate, options }, route, answer as Thing);
  if (options.stop)
    return told(
      maintenanceRoutes.keepSubject,
      await gate.call('DELETE /v1/subjects/:ref/erase', { ref, body: whyOf(options) }),
    );
  const ordered = { ref, body: { ...secondOf(options), ...defined({ instrument: options.instrument }) } };
  return told(maintenanceRoutes.eraseSubject, await gate.call('POST /v1/subjects/:ref/erase', ordered));
}

async function merge(
  named: string | undefined,
  other: string | undefined,
  options: GlobalOptions & EraseOptions,
): Promise<void> {
  const { stop, undo, intoMatch } = options;
  if (!stop && !undo && (other === undefined) === (intoMatch === undefined)) throw new UsageError(t.nameInto);
  const { gate } = await open(options);
  const ref = await refOf(gate, options, named);
  const body = secondOf(options);
  const told = (route: Route, answer: object) => show({ gate, options }, route, answer as Thing);
  const into = intoMatch === undefined ? other : await refOf(gate, { ...whyOf(options), match: intoMatch });
  if (undo)
    return told(maintenanceRoutes.partSubject, await gate.call('POST /v1/subjects/:ref/part', { ref, body }));
  if (into === undefined || stop)
    return told(
      maintenanceRoutes.keepSubjectsApart,
      await gate.call('DELETE /v1/subjects/:ref/merge', { ref, body: whyOf(options) }),
    );
  const joined = { ref, body: { into, ...body } };
  return told(maintenanceRoutes.mergeSubject, await gate.call('POST /v1/subjects/:ref/merge', joined));
}

type Thing = Record<string, Json>;
type Job = Record<string, Json> & JobView;

/** Milliseconds between polls. */
const LOOK = 500;

async function follow(gate: Fieldgate, started: Job): Promise<Job> {
  process.stderr.write(t.started(started.id));
  let job = started;
  // The items were not counted, because that would take as long as the job.
  const bar = startProgress(t.items, null);
  while (job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    job = (await gate.call('GET /v1/jobs/:id', { id: job.id })) as Job;
    bar.update(job.done);
  }
  bar.stop();
  return job;
}

const codeOf = ({ failed }: Record<string, Json>) => (Number(failed) > 0 ? EXIT.refused : EXIT.ok);

function inWords(shown: Record<string, Json>): string {
  const job = shown as Job;
  const of = job.total === null ? '' : t.of(job.total);
  const waits = job.problem === undefined ? '' : t.problem(job.problem);
  const failed = (job.failed > 0 ? t.failed(job.failed) : '') + (job.left ? t.left(job.left) : '');
  const what = job.class === undefined ? word(job.kind) : t.jobOf(word(job.kind), job.class);
  return t.job(job.id, what, word(job.state), job.done, of, job.changed, waits, failed);
}
