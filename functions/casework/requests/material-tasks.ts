import type { Outcome } from '../../../shared/entry-kinds.ts';
import type { RequestRecord } from '../../../shared/policy/decide/requests.ts';
import { inboxOfAgency, taskId } from '../../../shared/records/casework/tasks.ts';
import { type Act, closeTask } from '../act.ts';

/**
 * Closes the requester's tasks of which every field was supplied or answered, or whose request was withdrawn. One that
 * lapsed stays, so that it is seen. May be repeated.
 */
export async function closeMaterialTasks(act: Act, request: RequestRecord, outcome: Outcome): Promise<void> {
  const { id, asked, materials, rulings, withdrawn } = request;
  const kind = act.pack.approvals?.material?.task ?? '';
  const all = Object.entries(materials);
  const waits = all.filter(
    ([field, { supplied }]) => !withdrawn && !supplied && !Object.hasOwn(rulings, field),
  );
  const open = new Set(waits.map(([, { entry }]) => entry));
  const over = new Set(all.map(([, { entry }]) => entry).filter((entry) => !open.has(entry)));
  for (const entry of over) {
    const task = taskId(kind, inboxOfAgency(asked.agency), JSON.stringify([id, entry]));
    await closeTask(act, task, outcome, withdrawn?.entry ?? entry);
  }
}
