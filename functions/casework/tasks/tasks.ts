import { Problem } from '../../../shared/errors.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { givesReference, type Pack } from '../../../shared/policy/pack/pack.ts';
import type { Caller } from '../../../shared/policy/types.ts';
import {
  inboxOfAgency,
  inboxOfDepartment,
  putTask,
  readTask,
  type Task,
} from '../../../shared/records/casework/tasks.ts';
import type { TaskView } from '../../http/contract/casework.ts';
import { requireAct } from '../../session/acts.ts';
import type { Session } from '../../session/session.ts';
import { type Act, record } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';

/** A claim to complete a task holds this long, in milliseconds: then whoever made it is gone. */
const CLAIM = 60_000;

/**
 * The agency's own inbox and those of its departments, in areas that it covers whole: where a subject lives within
 * a county is not known here, so an office of one township sees its own inbox alone.
 */
export function inboxesOf(pack: Pack, { clientId, departments, areas }: Caller): string[] {
  const counties = areas.filter((area) => area.length === pack.countyDigits);
  return [
    inboxOfAgency(clientId),
    ...departments.flatMap((code) => counties.map((county) => inboxOfDepartment(code, county))),
  ];
}

/** @returns what shows tasks to the caller, subjects by the caller's own references */
export async function viewer(
  { kms, env, now }: CaseworkDeps,
  pack: Pack,
  { caller }: Session,
): Promise<(task: Task) => TaskView> {
  const references = await referencesOf(kms, env.referenceKey, caller.clientId);
  const at = now();
  return (task) => {
    const { id, kind, opened, due, remind, about, subject, details, done } = task;
    const [to, department] = task.inbox.split(':');
    const known = pack.tasks.get(kind);
    return {
      ...{ id, kind, label: known?.label ?? kind, zh: known?.zh ?? kind },
      ...(to === 'department' && department !== undefined && { department }),
      state: stateOf(task, at),
      ...{ opened, due, about, byHand: known?.byHand ?? false },
      ...(remind !== undefined && { remind }),
      ...(subject !== null && mayName(pack, task) && { ref: references.toRef(subject) }),
      details: { ...details },
      ...(done && { done: { at: done.at, agency: done.agency, outcome: done.outcome, entry: done.entry } }),
    };
  };
}

/** Whoever received something under purposes that give no reference gets none by its inbox either. */
function mayName(pack: Pack, { inbox, details }: Task): boolean {
  const purposes = [details['purposes'] ?? details['purpose'] ?? []].flat().map(String);
  if (purposes.length === 0 || !inbox.startsWith(inboxOfAgency(''))) return true;
  return purposes.some((code) => {
    const purpose = pack.purposes.get(code);
    return purpose !== undefined && givesReference(pack, purpose);
  });
}

/** A reminder is no act of its own: from its time on the task says so, wherever it is shown. */
function stateOf({ state, due, remind }: Task, now: number): TaskView['state'] {
  if (state !== 'open') return state;
  if (Date.parse(due) <= now) return 'overdue';
  return remind !== undefined && Date.parse(remind) <= now ? 'due-soon' : 'open';
}

/**
 * Claims the task, logs that it is done, then closes it, so that of two officers at once only one is logged. A
 * claim that a crash left can be taken up by the same officer at once, and by others a minute later.
 * @returns the task as it stands closed, with the receipt unless it was closed before by the same officer
 * @throws Problem NOT_FOUND where the caller has no such task; CONFLICT where another officer closed or is
 * closing it, or an act closes it
 */
export async function completeTask(
  act: Act,
  id: string,
  outcome: string,
): Promise<{ task: Task; receipt?: Receipt }> {
  const { deps, pack, session, person, now } = act;
  const { tables } = deps;
  const task = await readTask(tables.tasks, id);
  if (!task) throw new Problem('NOT_FOUND');
  requireAct(session, { addressee: inboxesOf(pack, session.caller).includes(task.inbox) });
  if (task.done) {
    if (task.done.person === person) return { task };
    throw new Problem('CONFLICT', { detail: 'The task is closed.' });
  }
  if (!pack.tasks.get(task.kind)?.byHand) {
    throw new Problem('CONFLICT', { detail: 'An act closes this task, not an officer.' });
  }
  const claimed: Task = { ...task, closing: { person, at: new Date(now).toISOString() } };
  const other = task.closing && task.closing.person !== person && Date.parse(task.closing.at) > now - CLAIM;
  if (other || !(await putTask(tables.tasks, claimed, task))) {
    throw new Problem('CONFLICT', { detail: 'Another officer is at this task; look again.' });
  }
  const receipt = await record(act, {
    kind: 'task',
    operation: 'process',
    owners: task.owners,
    about: task.about,
    outcome,
    code: `TASK_${task.kind.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.tasks.get(task.kind)?.rule ?? '',
  });
  const { closing: _, ...rest } = claimed;
  const agency = session.caller.clientId;
  const closed: Task = {
    ...rest,
    state: 'done',
    done: { at: new Date(now).toISOString(), agency, person, outcome, entry: receipt.entry },
  };
  if (!(await putTask(tables.tasks, closed, claimed))) {
    throw new Problem('CONFLICT', { detail: 'The task changed meanwhile; look again.' });
  }
  return { task: closed, receipt };
}

/**
 * Closes a task by the act that it asked for. May be repeated; a task that is not there or closed stays so.
 * @param id of the task. @param entry log entry of the act
 */
export async function closeTask(act: Act, id: string, outcome: string, entry: string): Promise<void> {
  const { deps, session, person, now } = act;
  const { tables } = deps;
  const done = { at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome, entry };
  // Whoever writes beside us marks a reminder or an alert: once more is enough for either.
  for (let attempt = 0; attempt < 3; attempt++) {
    const task = await readTask(tables.tasks, id);
    if (task?.state !== 'open') return;
    const { closing: _, ...rest } = task;
    const closed: Task = { ...rest, state: 'done', done };
    if (await putTask(tables.tasks, closed, task)) return;
  }
}
