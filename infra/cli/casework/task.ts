import type { Command } from 'commander';
import type { Why } from '../../../shared/client/maintenance.ts';
import type { Task } from '../../../shared/contract/casework.ts';
import { open, optionsOf, print, whyFrom, withOfficer } from '../common.ts';
import { safe, table } from '../terminal/table.ts';
import { digestOf } from './consent.ts';

/** `fieldgate task …`: the agency's tasks. */
export function registerTask(program: Command): void {
  const task = program.command('task').description("show the agency's tasks, and close finished ones");
  task
    .command('list')
    .description('show the tasks of the agency and of its departments in its areas, soonest due first')
    .option('--done', 'closed tasks')
    .action(async (_options: unknown, command: Command) => {
      const options = optionsOf<{ done?: boolean }>(command);
      const { gate } = await open(options);
      const tasks: Task[] = [];
      for await (const one of gate.tasks({ state: options.done ? 'done' : 'open' })) tasks.push(one);
      print(options, { tasks }, () => inWords(tasks));
    });
  withOfficer(task.command('done').description('close a task, if an officer may close it'))
    .argument('<id>', 'as shown by task list')
    .option('--outcome <word>', 'the result, in one word')
    .option('--evidence <file>', 'proof of a deletion; only its SHA-256 is sent')
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = optionsOf<Why & { outcome?: string; evidence?: string }>(command);
      const { gate } = await open(options);
      const answer = await gate.completeTask(
        id,
        options.outcome,
        whyFrom(options),
        options.evidence === undefined ? undefined : digestOf(options.evidence),
      );
      const { done } = answer.task;
      print(options, answer, () => `${id}  ${answer.task.kind}  ${done?.outcome} at ${done?.at}\n`);
    });
}

function inWords(tasks: readonly Task[]): string {
  if (tasks.length === 0) return 'No open tasks.\n';
  const rows = tasks.map((task) => [
    task.id,
    task.state,
    task.due.slice(0, 16).replace('T', ' '),
    task.department ?? '',
    safe(task.label),
    task.ref ?? task.about,
  ]);
  return table(['id', 'state', 'due (UTC)', 'of', 'what', 'about'], rows, { wraps: 4 });
}
