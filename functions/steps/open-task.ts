import { openTask } from '../../shared/records/casework/tasks.ts';
import { markToTell } from '../../shared/records/gateway/to-tell.ts';
import type { Table } from '../../shared/store/table.ts';

interface Opening {
  tables: { tasks: Table; watch: Table };
  env: { tells: string };
  now(): number;
}

/**
 * As `openTask`, and people are informed that there is one: not by release, which waits for nothing that it can do without. A crash
 * between the two makes no message; the task is in its inbox.
 */
export async function openAndTell(
  { tables, now, env }: Opening,
  task: Parameters<typeof openTask>[1],
): ReturnType<typeof openTask> {
  const result = await openTask(tables.tasks, task);
  if (result.opened && env.tells === 'yes')
    await markToTell(tables.watch, result.id, {
      of: 'task',
      count: 1,
      at: now(),
      office: task.inbox.slice(task.inbox.indexOf(':') + 1),
    });
  return result;
}
