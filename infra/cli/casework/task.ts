import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { Task } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, open, print, whyFrom, withOfficer } from '../common.ts';
import { UsageError } from '../terminal/failures.ts';
import { pairs, safe, table } from '../terminal/table.ts';
import { digestOf } from './consent.ts';

/** `fieldgate task …`: the agency's tasks. */
export function registerTask(program: Command): void {
  const task = program.command('task').description("show the agency's tasks, and close finished ones");
  task
    .command('list')
    .description('show the tasks of the agency and of its departments in its areas, soonest due first')
    .option('--done', 'closed tasks')
    .calls<{ done?: boolean }>(async ({ gate, options }) => {
      const tasks = await allOf(gate, options.done ? 'done' : 'open');
      print(options, { tasks }, () => inWords(tasks));
    });
  task
    .command('show')
    .description('show an open task with its details: of a release on hold who asks, what and why')
    .argument('<id>', 'as shown by task list')
    .calls(async ({ gate, options }, id) => {
      const found = (await allOf(gate, 'open')).find((one) => one.id === id);
      if (!found) throw new UsageError('The agency has no such open task.');
      print(options, { task: found }, () => oneInWords(found));
    });
  withOfficer(task.command('done').description('close a task, if an officer may close it'))
    .argument('[id]', 'as shown by task list; without it --kind and --case name the tasks')
    .option('--kind <kind>', 'all open tasks of this kind that releases for the --case opened')
    .option('--outcome <word>', 'the result, in one word')
    .option('--evidence <file>', 'proof of a deletion or a notice; only its SHA-256 is sent')
    .option('--delivery <kind>', 'of a notice: how it reached the person; fieldgate notice lists the kinds')
    .option('--day <date>', 'of a notice: the day on which it reached the person')
    .runs<DoneOptions>((options, id: string | undefined) => complete(id, options));
}

/** `fieldgate purpose-met`: ends what was received under a purpose. */
export function registerPurposeMet(program: Command): void {
  withOfficer(program.command('purpose-met'))
    .description('declare that a purpose is met before its time: opens the task to delete what was received')
    .argument('<purpose>', 'its code')
    .calls<Why & { case?: string }>(async ({ gate, options }, purpose) => {
      const answer = await gate.purposeMet(purpose, whyFrom(options));
      print(options, answer, () => inWords([answer.task]));
    });
}

interface DoneOptions extends Why {
  kind?: string;
  case?: string;
  outcome?: string;
  evidence?: string;
  delivery?: string;
  day?: string;
}

async function complete(id: string | undefined, options: GlobalOptions & DoneOptions): Promise<void> {
  const { kind, case: of, outcome, evidence, delivery, day } = options;
  if ((id === undefined) !== (kind !== undefined && of !== undefined))
    throw new UsageError('Name one task by its id, or several by --kind and --case.');
  const { gate } = await open(options);
  const ids = id === undefined ? await idsOf(gate, kind, of) : [id];
  const proof = defined({ evidence: evidence === undefined ? undefined : digestOf(evidence), delivery, day });
  const done: Awaited<ReturnType<typeof gate.completeTask>>[] = [];
  for (const one of ids) done.push(await gate.completeTask(one, outcome, whyFrom(options), proof));
  print(options, id === undefined ? { tasks: done } : done[0], () =>
    done.length === 0
      ? 'No such task is open.\n'
      : done
          .map(({ task }) => `${task.id}  ${task.kind}  ${task.done?.outcome} at ${task.done?.at}\n`)
          .join(''),
  );
}

async function allOf(gate: Fieldgate, state: 'open' | 'done'): Promise<Task[]> {
  const tasks: Task[] = [];
  for await (const one of gate.tasks({ state })) tasks.push(one);
  return tasks;
}

async function idsOf(gate: Fieldgate, kind?: string, of?: string): Promise<string[]> {
  const tasks = await allOf(gate, 'open');
  return tasks.filter((task) => task.kind === kind && task.details['case'] === of).map(({ id }) => id);
}

function oneInWords({ id, label, state, due, ref, details }: Task): string {
  const words = Object.entries(details).map(([name, value]) => [name, detailInWords(value)] as const);
  return pairs([
    ['task', id],
    ['what', label],
    ['state', `${state}, due ${due}`],
    ...(ref === undefined ? [] : [['about', ref] as const]),
    ...words,
  ]);
}

function detailInWords(value: Json): string {
  const one = (part: Json) =>
    typeof part === 'object' && part !== null && 'label' in part ? String(part['label']) : String(part);
  return safe((Array.isArray(value) ? value : [value]).map(one).join(', '));
}

const caseOf = ({ details }: Task) => String(details['case'] ?? '');

function inWords(tasks: readonly Task[]): string {
  if (tasks.length === 0) return 'No open tasks.\n';
  // What one case asks for stands together, soonest due first.
  const cases = [...new Set(tasks.map(caseOf))];
  const sorted = tasks.toSorted((a, b) => cases.indexOf(caseOf(a)) - cases.indexOf(caseOf(b)));
  const rows = sorted.map((task) => [
    task.id,
    task.state,
    task.due.slice(0, 16).replace('T', ' '),
    task.department ?? '',
    safe(task.label),
    safe(String(task.details['case'] ?? '')),
    task.ref ?? task.about,
  ]);
  return table(['id', 'state', 'due (UTC)', 'of', 'what', 'case', 'about'], rows, { wraps: 4 });
}
