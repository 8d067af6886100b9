/** Tasks that close because what they ask for serves nothing any more, and open again if it does. */

import type { Table } from '../../store/table.ts';
import { type NewTask, noteInbox, putTask, readTask, taskId } from './tasks.ts';

/** The outcome of a task that no person has done, because what it asks for serves nothing any more. */
export const MOOT = 'ended';

/** As `openTask`; opens a task again that is `MOOT`. */
export async function openAgain(table: Table, { key, ...given }: NewTask): Promise<void> {
  const id = taskId(given.kind, given.inbox, key ?? given.about);
  const known = await readTask(table, id);
  if (known && known.done?.outcome !== MOOT) return;
  await noteInbox(table, given.inbox);
  await putTask(table, { ...given, id, state: 'open' }, known);
}
