import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { EraseAnswer, MergeAnswer, Second } from '../../../shared/client/maintenance.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import type { Job as JobView, Parted } from '../../../shared/contract/office.ts';
import { keyRoutes } from '../../../shared/contract/routes/maintenance.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, matchFrom, open, print, whyOf, withWhy } from '../common.ts';
import { derive, type Own } from '../derive/derive.ts';
import { texts } from '../messages/language.ts';
import { type PersonOptions, refOf, withNumber } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { timeOf } from '../terminal/times.ts';
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
  if (options.stop) {
    const kept = await gate.keep(ref, whyOf(options));
    print(options, kept, () => t.keptErase(timeOf(kept.keptAt)));
    return;
  }
  const answer = await gate.erase(ref, {
    ...secondOf(options),
    ...defined({ instrument: options.instrument }),
  });
  print(options, answer, () => erasedInWords(answer));
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
  const into = intoMatch === undefined ? other : await refOf(gate, { ...whyOf(options), match: intoMatch });
  if (undo) {
    const answer = await gate.undoMerge(ref, secondOf(options));
    print(options, answer, () => partedInWords(answer));
    return;
  }
  if (into === undefined || options.stop) {
    const kept = await gate.keepApart(ref, whyOf(options));
    print(options, kept, () => t.keptMerge(timeOf(kept.keptAt)));
    return;
  }
  const answer = await gate.merge(ref, into, secondOf(options));
  print(options, answer, () => mergedInWords(answer));
}

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
    job = (await gate.job(job.id)) as Job;
    bar.update(job.done);
  }
  bar.stop();
  return job;
}

const codeOf = ({ failed }: Record<string, Json>) => (Number(failed) > 0 ? EXIT.refused : EXIT.ok);

function erasedInWords(answer: EraseAnswer): string {
  if ('erasedAt' in answer) {
    return t.erased(timeOf(answer.erasedAt), timeOf(answer.unreadableAt));
  }
  if (answer.state === 'waiting') return t.eraseWaits(timeOf(answer.dueAt));
  return w.requested(timeOf(answer.expiresAt), answer.receipt.entry);
}

function mergedInWords(answer: MergeAnswer): string {
  if ('mergedAt' in answer) return t.merged(timeOf(answer.mergedAt), answer.ref);
  if (answer.state === 'waiting') return t.mergeWaits(timeOf(answer.dueAt));
  return w.requested(timeOf(answer.expiresAt), answer.receipt.entry);
}

function partedInWords(answer: Pending | Parted): string {
  if ('partedAt' in answer) return t.parted(timeOf(answer.partedAt), answer.ref, answer.from);
  return w.requested(timeOf(answer.expiresAt), answer.receipt.entry);
}

function inWords(shown: Record<string, Json>): string {
  const job = shown as Job;
  const of = job.total === null ? '' : t.of(job.total);
  const waits = job.problem === undefined ? '' : t.problem(job.problem);
  const failed = job.failed > 0 ? t.failed(job.failed) : '';
  const what = job.class === undefined ? word(job.kind) : t.jobOf(word(job.kind), job.class);
  return t.job(job.id, what, word(job.state), job.done, of, job.changed, waits, failed);
}
