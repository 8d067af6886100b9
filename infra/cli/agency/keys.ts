import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Second } from '../../../shared/client/wire/types.ts';
import type { Job as JobView } from '../../../shared/contract/office.ts';
import { keyRoutes, maintenanceRoutes } from '../../../shared/contract/routes/maintenance.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { matchFrom, whyOf } from '../common.ts';
import { derive, type Own } from '../derive/derive.ts';
import { texts, words as w } from '../messages/language.ts';
import { refOf } from '../person.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';
import { word } from '../terminal/words.ts';

const { keys: t } = await texts('agency');

/** Jobs about one class, if it is named. */
const OF_CLASS: ReadonlySet<string> = new Set(['rewrap', 'rekey', 'compact']);

/** `fieldgate erase`, `fieldgate merge`, `fieldgate keys …` and `fieldgate jobs` */
export function registerKeys(program: Command): void {
  const act = (name: string) => program.command(name).option('--entry <id>', w.seenEntry);
  const of = maintenanceRoutes;
  derive(act('erase'), of.eraseSubject, { person: t.ref, instead: { stop: of.keepSubject } });
  derive(act('move'), of.moveSubject, { person: t.ref, instead: { stop: of.keepSubjectHere }, flags: AREA });
  derive(act('end-help'), of.endHelp, { person: t.ref, instead: { undo: of.resumeHelp } });
  const merge = act('merge').option('--into-match <field=value>', t.intoMatch, matchFrom);
  derive(merge, of.mergeSubject, {
    person: t.double,
    args: { into: '[into]' },
    instead: { stop: of.keepSubjectsApart, undo: of.partSubject },
    async before(gate, ask, options: MergeOptions) {
      const { intoMatch, stop, undo } = options;
      if (stop || undo) return;
      if ((ask['into'] === undefined) === (intoMatch === undefined)) throw new UsageError(t.nameInto);
      if (intoMatch) ask['into'] = await refOf(gate, { ...whyOf(options), match: intoMatch });
    },
  });
  const keys = program.command('keys');
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
  derive(program.command('jobs'), readJob, own);
}

const AREA = { area: '--area <code>' };

interface MergeOptions extends Second {
  intoMatch?: Record<string, string>;
  stop?: boolean;
  undo?: boolean;
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
  const suites = Object.entries(job.suites ?? {})
    .map((one) => t.suite(...one))
    .join('');
  const what = job.class === undefined ? word(job.kind) : t.jobOf(word(job.kind), job.class);
  return t.job(job.id, what, word(job.state), job.done, of, job.changed, waits, failed + suites);
}
