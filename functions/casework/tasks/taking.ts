/** An officer takes a task, so that colleagues see it is in hand. It locks nothing and lapses after a working day. */

import type { Task as TaskView } from '../../../shared/contract/casework.ts';
import { Problem } from '../../../shared/errors.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import { putTask, type Task } from '../../../shared/records/casework/tasks.ts';
import { loggedInAs, officerDigest } from '../../session/actor.ts';
import type { Session } from '../../session/session.ts';
import type { Act } from '../act.ts';

/** The caller's officer in one word; `null` if the caller names none. */
export function readerOf(session: Session, officer = session.grant.officer): string | null {
  const { clientId } = session.caller;
  return loggedInAs(session) ?? (officer === undefined ? null : officerDigest(clientId, officer));
}

/** The officer that has the task in hand now. */
export function takenBy({ taken }: Task, now: number): Task['taken'] {
  return taken && Date.parse(taken.until) > now ? taken : undefined;
}

/** The name of an officer is shown to the officer's own office alone. */
export function assigneeOf(task: Task, session: Session, now: number): TaskView['assignee'] {
  const taken = takenBy(task, now);
  if (!taken) return undefined;
  const { agency, name, at, until, person } = taken;
  const own = agency === session.caller.clientId;
  return { agency, ...(own && { name }), since: at, until, mine: person === readerOf(session) };
}

/**
 * May be repeated, and takes over what another officer took.
 * @throws Problem NO_OFFICER; CONFLICT if the task is closed or changed meanwhile
 */
export async function takeTask(act: Act, task: Task): Promise<Task> {
  const { deps, pack, session, now } = act;
  const { officer: name } = act.words;
  const person = readerOf(session, name);
  if (person === null || name === undefined) throw new Problem('NO_OFFICER');
  const until = new Date(endOf(pack.calendar, { workingDays: 1 }, now)).toISOString();
  const taken = { agency: session.caller.clientId, name, person, at: new Date(now).toISOString(), until };
  return change(deps, task, { ...task, taken });
}

/** Does nothing if another officer has the task. @throws as `takeTask` */
export async function giveBackTask({ deps, session, words }: Act, task: Task): Promise<Task> {
  const { taken, ...rest } = task;
  return taken === undefined || taken.person !== readerOf(session, words.officer)
    ? task
    : change(deps, task, rest);
}

async function change({ tables }: Act['deps'], seen: Task, next: Task): Promise<Task> {
  if (seen.state !== 'open') throw new Problem('CONFLICT', { detail: caseworkTexts.taskClosed });
  if (!(await putTask(tables.tasks, next, seen)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
  return next;
}
