/**
 * A report of harm is closed by the officer who has it in hand and has read it. That it is unfounded, a supervisor confirms, and
 * auditors are told.
 */

import type { Pending } from '../../../shared/contract/common.ts';
import { Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { putTask, type Task } from '../../../shared/records/casework/tasks.ts';
import { isSupervisor } from '../../session/actor.ts';
import { requestOrApprove, stillWaiting } from '../../steps/two-people.ts';
import { type Act, type ActEntry, entryOf, record } from '../act.ts';
import { isOwn, takenBy } from './taking.ts';
import { completeTask } from './tasks.ts';

/** The word by which a report ends and is looked into no further: it takes the officer and a supervisor who has read the report. */
const UNFOUNDED = 'unfounded';

/**
 * @param task of an inbox of the caller
 * @param seen entry of the first person's word, which the second one has read
 * @returns `null` for a task of another kind
 * @throws Problem CONFLICT for an officer who has it not in hand or has not opened it; ROLE_REQUIRED for a second person who
 * is no supervisor; APPROVER_IS_REQUESTER; and as `completeTask`
 */
export async function closeReport(
  act: Act,
  task: Task,
  outcome: string,
  seen: string | undefined,
): Promise<{ task: Task; receipt?: Receipt } | Pending | null> {
  const { pack, session, words, now } = act;
  const harm = pack.casework?.harm;
  if (!harm || task.kind !== harm.task) return null;
  const second = outcome === UNFOUNDED && seen !== undefined;
  const taken = takenBy(task, now);
  if (!task.done && !second && !(taken?.opened && isOwn(taken, session, words.officer)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.reportUnread });
  if (second && !isSupervisor(pack, session))
    throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.tasksBySupervisor });
  if (task.done || outcome !== UNFOUNDED) return completeTask(act, task, outcome);
  const { owners, about } = task;
  const said = {
    operation: 'process',
    owners,
    about,
    code: 'HARM_REPORT_UNFOUNDED',
    rule: harm.rule,
  } as const;
  const step = await askOrConfirm(act, task, seen, { ...said, kind: 'request', outcome: 'pending' });
  if ('pending' in step) return step.pending;
  const alert: ActEntry = { ...said, kind: 'alert', outcome: 'raised', approvals: [step.approved.entry] };
  return completeTask(act, task, outcome, {}, [entryOf(act, alert)]);
}

function askOrConfirm(act: Act, task: Task, seen: string | undefined, entry: ActEntry) {
  const { deps, session, person, now } = act;
  return requestOrApprove(
    { session, first: stillWaiting(task.asked, now), person, seen, now: () => now },
    () => record(act, entry),
    async (asked) => {
      if (await putTask(deps.tables.tasks, { ...task, asked }, task)) return null;
      throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
    },
  );
}
