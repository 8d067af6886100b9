import { putTask, readTask, type Task } from '../../shared/records/casework/tasks.ts';
import type { Act } from './act.ts';

/**
 * Closes a task by the act that it asked for. May be repeated; a task that is not there or closed stays so.
 * @param id of the task. @param entry log entry of the act
 */
export async function closeTask(act: Act, id: string, outcome: string, entry: string): Promise<void> {
  const { deps, session, person, now } = act;
  const { dynamo, env } = deps;
  const done = { at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome, entry };
  // Whoever writes beside us marks a reminder or an alert: once more is enough for either.
  for (let attempt = 0; attempt < 3; attempt++) {
    const task = await readTask(dynamo, env.tasksTable, id);
    if (task?.state !== 'open') return;
    const { closing: _, ...rest } = task;
    const closed: Task = { ...rest, state: 'done', done };
    if (await putTask(dynamo, env.tasksTable, closed, task)) return;
  }
}
