/** An officer takes a task, so that colleagues see it is in hand. It locks nothing and lapses after a working day. */

import type { Task as TaskView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import { putTask, type Taken, type Task } from '../../../shared/records/casework/tasks.ts';
import { isSupervisor, loggedInAs, officerDigest } from '../../session/actor.ts';
import type { Session } from '../../session/session.ts';
import type { Act } from '../act.ts';
import { namedOfficers } from '../officers.ts';

/** The caller's officer in one word; `null` if the caller names none. */
export function readerOf(session: Session, officer = session.grant.officer): string | null {
  const { clientId } = session.caller;
  return loggedInAs(session) ?? (officer === undefined ? null : officerDigest(clientId, officer));
}

/** Whether the officer is the caller's. A name by which no person had logged in stands as a digest of it. */
export function isOwn({ person }: Taken, session: Session, officer = session.grant.officer): boolean {
  const byName = officer !== undefined && officerDigest(session.caller.clientId, officer);
  return person === readerOf(session, officer) || person === byName;
}

/** The officer that has the task in hand now. */
export function takenBy({ taken }: Task, now: number): Task['taken'] {
  return taken && Date.parse(taken.until) > now ? taken : undefined;
}

/** Whether the caller's officer has the task in hand. */
export function isMine(task: Task, session: Session, now: number): boolean {
  const taken = takenBy(task, now);
  return taken !== undefined && isOwn(taken, session);
}

/** The name of an officer is shown to the officer's own office alone. */
export function assigneeOf(task: Task, session: Session, now: number): TaskView['assignee'] {
  const taken = takenBy(task, now);
  if (!taken) return undefined;
  const { agency, name, at, until } = taken;
  const own = agency === session.caller.clientId;
  return { agency, ...(own && { name }), since: at, until, mine: isOwn(taken, session) };
}

/**
 * May be repeated, and takes over what another officer took, but not what a supervisor gave: that is the officer's until it is
 * due, or a supervisor's to give to another.
 * @param to a colleague to whom a supervisor gives the task, until it is due
 * @throws Problem NO_OFFICER; ROLE_REQUIRED for what a supervisor gave to another; CONFLICT if the task is closed or changed
 * meanwhile
 */
export async function takeTask(act: Act, task: Task, to?: string): Promise<Task> {
  const { deps, pack, session, now } = act;
  const { officer: name } = act.words;
  const person = readerOf(session, name);
  if (person === null || name === undefined) throw new Problem('NO_OFFICER');
  const held = takenBy(task, now);
  const own = held !== undefined && isOwn(held, session, name);
  if (held?.by !== undefined && !own && !isSupervisor(pack, session))
    throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.tasksBySupervisor });
  // What a supervisor gave to the officer stays given, and what the officer has read stays read.
  const kept = own ? defined({ by: held.by, opened: held.opened }) : {};
  const given = to === undefined ? { name, person, ...kept } : await givenTo(act, to, person);
  const lapses = Math.max(
    endOf(pack.calendar, { workingDays: 1 }, now),
    given.by === undefined ? 0 : Date.parse(task.due),
  );
  const [at, until] = [now, lapses].map((one) => new Date(one).toISOString()) as [string, string];
  return change(deps, task, { ...task, taken: { agency: session.caller.clientId, ...given, at, until } });
}

/** @throws Problem ROLE_REQUIRED for another than a supervisor; APPROVER_IS_REQUESTER for one who takes it so */
async function givenTo(
  act: Act,
  to: string,
  by: string,
): Promise<Pick<Taken, 'name' | 'person' | 'by' | 'opened'>> {
  const { pack, session, words } = act;
  if (!isSupervisor(pack, session))
    throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.tasksBySupervisor });
  const { clientId } = session.caller;
  const { officers, known } = await namedOfficers(act, [to], () => '/for');
  const [name = to] = officers;
  const person = known?.[name]?.[0] ?? officerDigest(clientId, name);
  if ([by, officerDigest(clientId, words.officer ?? '')].includes(person))
    throw new Problem('APPROVER_IS_REQUESTER', { detail: caseworkTexts.assignedToOthers });
  return { name, person, by };
}

/** Does nothing if another officer has the task. @throws as `takeTask` */
export async function giveBackTask({ deps, session, words }: Act, task: Task): Promise<Task> {
  const { taken, ...rest } = task;
  return taken === undefined || !isOwn(taken, session, words.officer) ? task : change(deps, task, rest);
}

async function change({ tables }: Act['deps'], seen: Task, next: Task): Promise<Task> {
  if (seen.state !== 'open') throw new Problem('CONFLICT', { detail: caseworkTexts.taskClosed });
  if (!(await putTask(tables.tasks, next, seen)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
  return next;
}
