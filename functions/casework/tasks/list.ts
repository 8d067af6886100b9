import { Problem } from '../../../shared/errors.ts';
import { decidesFor } from '../../../shared/policy/decide/approvals.ts';
import { worksUnder } from '../../../shared/policy/decide/screen.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Caller } from '../../../shared/policy/types.ts';
import {
  dueKey,
  listTasks,
  readTask,
  type Task,
  type TaskPage,
} from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import type { Act } from '../act.ts';
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

/**
 * The one look-up of a task by its id. A task of another inbox, and one that the list hides, look like none.
 * @throws Problem NOT_FOUND
 */
export async function findKnown({ deps, pack, session }: Act, id: string): Promise<Task> {
  const { caller } = session;
  const task = await readTask(deps.tables.tasks, id);
  if (!task) throw new Problem('NOT_FOUND');
  const addressee = inboxesOf(pack, caller).includes(task.inbox) && mayKnow(pack, caller, task);
  requireAct(session, { addressee });
  return task;
}

/** An office that may not decide on requests to its department does not learn of them from the inbox either. */
function mayKnow(pack: Pack, caller: Caller, { kind, inbox, details }: Task): boolean {
  const { harm } = pack.casework ?? {};
  // Another office of the receiving department does not learn that harm was reported: it may be the one concerned.
  if (kind === harm?.task) return worksUnder(pack, caller, harm.purpose);
  if (!pack.approvals?.asks.some(({ task }) => task === kind)) return true;
  const [to, department = ''] = inbox.split(':');
  const purpose = pack.purposes.get(String(details['purpose']));
  return to !== 'department' || decidesFor(pack, caller, department, purpose);
}
