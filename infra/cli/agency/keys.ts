import { Option } from 'commander';
import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { EraseAnswer, MergeAnswer, Why } from '../../../shared/client/maintenance.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import type { Job, JobKind, Parted } from '../../../shared/contract/office.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print } from '../common.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { startProgress } from '../terminal/progress.ts';

interface KeysOptions extends Why {
  class?: string;
  wait: boolean;
}

const JOBS: readonly (readonly [JobKind, string])[] = [
  ['rewrap', 'wrap data keys under the current KMS keys; nothing is decrypted'],
  ['rekey', 'move all fields to new data keys'],
  ['compact', 'join the data keys of people who have many'],
  ['reindex', 'move match keys to the current index key; nothing is decrypted'],
  ['sweep', 'finish interrupted writes and remove unreferenced data'],
  ['replay', 'repeat all erasures in the log, after a restore'],
  ['cohorts', 'count people for statistics, cards and new programmes; each opening is logged'],
  ['retention', 'erase data past its retention; each opened date of birth is logged'],
];

/** Jobs that are never about one class. */
const WHOLE: ReadonlySet<JobKind> = new Set<JobKind>(['sweep', 'replay', 'reindex', 'cohorts', 'retention']);

/** `fieldgate erase`, `fieldgate merge`, `fieldgate keys …` and `fieldgate jobs` */
export function registerKeys(program: Command): void {
  withWhy(
    program
      .command('erase')
      .description('erase a person (two people of two lines request it, then it waits)')
      .argument('<ref>', "the person, by this agency's own reference")
      .option('--instrument <number>', "number of a court's order, which does not wait")
      .option('--stop', 'stop an erasure that waits'),
  ).runs<EraseOptions>((options, ref) => erase(ref, options));
  withWhy(
    program
      .command('merge')
      .description('join a double to another record (two people of two lines request it, then it waits)')
      .argument('<ref>', "the double, by this agency's own reference")
      .argument('[into]', 'the record that stays; left out with --stop and --undo')
      .option('--stop', 'stop a merge that waits; <ref> is either of the two')
      .addOption(
        new Option('--undo', 'undo a merge (two people of two lines); <ref> is either of the two').conflicts(
          'stop',
        ),
      ),
  ).runs<EraseOptions>((options, ref, into: string | undefined) => merge(ref, into, options));
  const keys = program.command('keys').description('maintain keys (for stewards)');
  for (const [kind, description] of JOBS) {
    const command = withWhy(keys.command(kind).description(description));
    if (!WHOLE.has(kind)) command.option('--class <name>', 'one class of fields only');
    command
      .addOption(new Option('--no-wait', 'only start the job and show its id'))
      .runs<KeysOptions>((options) => run(kind, options));
  }
  program
    .command('jobs')
    .description('show the progress of a maintenance job (for stewards)')
    .argument('<id>', 'as shown by the command that started it')
    .calls(async ({ gate, options }, id) => {
      const job = await gate.job(id);
      print(options, job, () => inWords(job));
      process.exitCode = codeOf(job);
    });
}

function withWhy(command: Command): Command {
  return command
    .option('--officer <name>', 'requesting officer')
    .option('--reason <text>', 'reason, in a few words');
}

interface EraseOptions extends Why {
  instrument?: string;
  stop?: boolean;
  undo?: boolean;
}

async function erase(ref: string, options: GlobalOptions & EraseOptions): Promise<number> {
  const { gate } = await open(options);
  if (options.stop) {
    const kept = await gate.keep(ref, whyOf(options));
    print(options, kept, () => `Stopped at ${kept.keptAt}; nothing is erased.\n`);
    return EXIT.ok;
  }
  const answer = await gate.erase(ref, {
    ...whyOf(options),
    ...defined({ instrument: options.instrument }),
  });
  print(options, answer, () => erasedInWords(answer));
  return EXIT.ok;
}

async function merge(
  ref: string,
  into: string | undefined,
  options: GlobalOptions & EraseOptions,
): Promise<number> {
  const { stop, undo } = options;
  if (!stop && !undo && into === undefined)
    throw new UsageError('name the record that stays, or --stop, or --undo');
  const { gate } = await open(options);
  if (undo) {
    const answer = await gate.undoMerge(ref, whyOf(options));
    print(options, answer, () => partedInWords(answer));
    return EXIT.ok;
  }
  if (into === undefined || options.stop) {
    const kept = await gate.keepApart(ref, whyOf(options));
    print(options, kept, () => `Stopped at ${kept.keptAt}; the records stay apart.\n`);
    return EXIT.ok;
  }
  const answer = await gate.merge(ref, into, whyOf(options));
  print(options, answer, () => mergedInWords(answer));
  return EXIT.ok;
}

async function run(kind: JobKind, options: GlobalOptions & KeysOptions): Promise<number> {
  const { gate } = await open(options);
  const started = await gate.startJob(kind, options.class, whyOf(options));
  const job = options.wait ? await follow(gate, started) : started;
  print(options, job, () => inWords(job));
  return codeOf(job);
}

/** Milliseconds between polls. */
const LOOK = 500;

async function follow(gate: Fieldgate, started: Job): Promise<Job> {
  process.stderr.write(`Job ${started.id}; it continues without this command.\n`);
  let job = started;
  // The items were not counted, because that would take as long as the job.
  const bar = startProgress('items', null);
  while (job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
    job = await gate.job(job.id);
    bar.update(job.done);
  }
  bar.stop();
  return job;
}

function whyOf({ officer, reason }: Why): Why {
  return { ...defined({ officer, reason }) };
}

function codeOf(job: Job): number {
  return job.failed > 0 ? EXIT.refused : EXIT.ok;
}

function erasedInWords(answer: EraseAnswer): string {
  if ('erasedAt' in answer) {
    return `Erased at ${answer.erasedAt}; unreadable in backups too from ${answer.unreadableAt} on.\n`;
  }
  if (answer.state === 'waiting')
    return `Approved. It is erased from ${answer.dueAt} on, unless a department that holds data stops it.\n`;
  return `Requested. Another person has to request the same before ${answer.expiresAt}.\n`;
}

function mergedInWords(answer: MergeAnswer): string {
  if ('mergedAt' in answer) return `Joined at ${answer.mergedAt}; the record is ${answer.ref}.\n`;
  if (answer.state === 'waiting')
    return `Approved. They are joined from ${answer.dueAt} on, unless a department that holds data stops it.\n`;
  return `Requested. Another person has to request the same before ${answer.expiresAt}.\n`;
}

function partedInWords(answer: Pending | Parted): string {
  if ('partedAt' in answer)
    return `Parted at ${answer.partedAt}; the double is ${answer.ref}, the other record ${answer.from}.\n`;
  return `Requested. Another person has to request the same before ${answer.expiresAt}.\n`;
}

function inWords(job: Job): string {
  const of = job.total === null ? '' : ` of ${job.total}`;
  const waits = job.problem === undefined ? '' : ` It is waiting for a service (${job.problem}).`;
  const failed = job.failed > 0 ? ` ${job.failed} could not be processed: see the gateway's own log.` : '';
  const what = job.class === undefined ? job.kind : `${job.kind} of ${job.class}`;
  return `${job.id}: ${what} ${job.state}, ${job.done}${of} items, ${job.changed} changed.${waits}${failed}\n`;
}
