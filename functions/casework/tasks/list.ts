import type { TaskCounts } from '../../../shared/contract/casework.ts';
import type { TasksQuery } from '../../../shared/contract/routes/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { localDate } from '../../../shared/policy/decide/alerts.ts';
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
import type { Session } from '../../session/session.ts';
import type { Act } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { inboxesOf } from '../inboxes.ts';
import { isMine } from './taking.ts';
import { labelOf, stateOf } from './tasks.ts';

/** Most reads of the inboxes for one page, and tasks of one read. */
const LOOKS = 20;
const CHUNK = 200;

interface TaskQuery extends Pick<TasksQuery, 'mine' | 'kind' | 'department' | 'dueFrom' | 'dueBefore'> {
  state: Task['state'];
  after?: string | undefined;
  limit: number;
}

function wantedBy({ mine, kind, department }: TaskQuery, session: Session, now: number) {
  return (task: Task) =>
    (kind === undefined || task.kind === kind) &&
    (department === undefined || task.inbox.split(':')[1] === department) &&
    (mine === undefined || isMine(task, session, now));
}

/** With milliseconds, as the keys of tasks have them. */
const instantOf = (text: string | undefined) => text && new Date(text).toISOString();

/** The most tasks that are counted. */
const COUNTED = LOOKS * CHUNK;

/** The open tasks of the caller, counted by what a head line says of them. */
export async function countKnown(deps: CaseworkDeps, pack: Pack, session: Session): Promise<TaskCounts> {
  const { tasks, next } = await listKnown(deps, pack, session, { state: 'open', limit: COUNTED });
  const now = deps.now();
  const today = localDate(pack.calendar, now);
  const count = (is: (task: Task) => boolean) => tasks.filter(is).length;
  const inState = (state: string) => (task: Task) => stateOf(task, now) === state;
  return {
    open: tasks.length,
    mine: count((task) => isMine(task, session, now)),
    // What is due by the end of a day is due at the midnight after it.
    today: count(({ due }) => {
      const last = Date.parse(due) - 1;
      return last >= now && localDate(pack.calendar, last) === today;
    }),
    dueSoon: count(inState('due-soon')),
    overdue: count(inState('overdue')),
    kinds: Object.fromEntries(
      [...Map.groupBy(tasks, ({ kind }) => kind)].map(([kind, all]) => [
        kind,
        { label: labelOf(pack, kind), count: all.length },
      ]),
    ),
    more: next !== null,
  };
}

/**
 * Tasks that the caller may know of, soonest due first. Others take no place in a page, and `next` is null if only such
 * tasks follow. After `LOOKS` reads a page may hold fewer than `limit` although more follow.
 */
export async function listKnown(
  { tables, now }: CaseworkDeps,
  pack: Pack,
  session: Session,
  query: TaskQuery,
): Promise<Omit<TaskPage, 'unread'>> {
  const { state, after: from = instantOf(query.dueFrom), limit } = query;
  const until = instantOf(query.dueBefore);
  const { caller } = session;
  const inboxes = inboxesOf(pack, caller);
  const wanted = wantedBy(query, session, now());
  const known: Task[] = [];
  let after: string | undefined = from;
  for (let looks = 0; looks < LOOKS; looks++) {
    const page = { inboxes, state, after, ...defined({ until }), limit: CHUNK };
    const { tasks, next } = await listTasks(tables.tasks, page);
    known.push(...tasks.filter((task) => wanted(task) && mayKnow(pack, caller, task)));
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
