/** An open task goes to another inbox. */

import type { Table } from '../../store/table.ts';
import { type Completion, closeOpen, noteInbox, putTask, type Task, taskId } from './tasks.ts';

/**
 * No officer has it in hand there. It gets the id that it would have had if it had been opened there, if one of `keys` is its
 * key, and keeps its own otherwise. May be repeated.
 * @param done what closes the task that another one takes the place of
 */
export async function moveTask(
  table: Table,
  task: Task,
  { inbox, keys, done }: { inbox: string; keys: readonly string[]; done: Completion },
): Promise<void> {
  const { closing: _, taken: __, ...rest } = task;
  const key = keys.find((one) => taskId(task.kind, task.inbox, one) === task.id);
  const next = { ...rest, inbox, id: key === undefined ? task.id : taskId(task.kind, inbox, key) };
  await noteInbox(table, inbox);
  await putTask(table, next, next.id === task.id ? task : null);
  if (next.id !== task.id) await closeOpen(table, task, done);
}
