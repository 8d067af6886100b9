import { decidesFor } from '../../../shared/policy/decide/approvals.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Caller } from '../../../shared/policy/types.ts';
import { dueKey, listTasks, type Task, type TaskPage } from '../../../shared/records/casework/tasks.ts';
import type { CaseworkDeps } from '../deps.ts';
import { inboxesOf } from './tasks.ts';

/** Most reads of the inboxes for one page, and tasks of one read. */
const LOOKS = 20;
const CHUNK = 200;

/**
 * Tasks that the caller may know of, soonest due first. Others take no place in a page, and `next` is null if only such
 * tasks follow. After `LOOKS` reads a page may hold fewer than `limit` although more follow.
 */
export async function listKnown(
  { tables }: CaseworkDeps,
  pack: Pack,
  caller: Caller,
  { state, after: from, limit }: { state: Task['state']; after: string | undefined; limit: number },
): Promise<TaskPage> {
  const inboxes = inboxesOf(pack, caller);
  const known: Task[] = [];
  let after: string | undefined = from;
  for (let looks = 0; looks < LOOKS; looks++) {
    const { tasks, next } = await listTasks(tables.tasks, { inboxes, state, after, limit: CHUNK });
    known.push(...tasks.filter((task) => mayKnow(pack, caller, task)));
    const last = known.length > limit ? known[limit - 1] : undefined;
    if (last || next === null) return { tasks: known.slice(0, limit), next: last ? dueKey(last) : null };
    after = next;
  }
  return { tasks: known, next: after ?? null };
}

/** An office that may not decide on requests to its department does not learn of them from the inbox either. */
function mayKnow(pack: Pack, caller: Caller, { kind, inbox, details }: Task): boolean {
  if (!pack.approvals?.asks.some(({ task }) => task === kind)) return true;
  const [to, department = ''] = inbox.split(':');
  const purpose = pack.purposes.get(String(details['purpose']));
  return to !== 'department' || decidesFor(pack, caller, department, purpose);
}
