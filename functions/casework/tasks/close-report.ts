/**
 * A report of harm is closed by the officer who has it in hand and has read it. What ends the work of the office on it, a
 * supervisor confirms: that it is unfounded, of which auditors are told, or passed on.
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

/** The codes of the words after which the office looks into a report no further. */
const BY_TWO = { unfounded: 'HARM_REPORT_UNFOUNDED', 'passed-on': 'HARM_REPORT_PASSED_ON' } as const;

const takesTwo = (outcome: string): outcome is keyof typeof BY_TWO => Object.hasOwn(BY_TWO, outcome);

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
  const { deps, pack, session, person, words, now } = act;
  const harm = pack.casework?.harm;
  if (!harm || task.kind !== harm.task) return null;
  const second = takesTwo(outcome) && seen !== undefined;
  const taken = takenBy(task, now);
  if (!task.done && !second && !(taken?.opened && isOwn(taken, session, words.officer)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.reportUnread });
  if (second && !isSupervisor(pack, session))
    throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.tasksBySupervisor });
  if (task.done || !takesTwo(outcome)) return completeTask(act, task, outcome);
  const { owners, about } = task;
  const said = { operation: 'process', owners, about, code: BY_TWO[outcome], rule: harm.rule } as const;
  const step = await requestOrApprove(
    {
      // The word of the first person is about this outcome alone.
      first: task.asked?.outcome === outcome ? stillWaiting(task.asked, now) : null,
      ...{ session, person, seen, now: () => now, after: `${task.id} ${task.asked?.entry}` },
    },
    () => record(act, { ...said, kind: 'request', outcome: 'pending' }),
    async (asked) => {
      if (await putTask(deps.tables.tasks, { ...task, asked: { ...asked, outcome } }, task)) return null;
      throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
    },
  );
  if ('pending' in step) return step.pending;
  if (outcome !== 'unfounded') return completeTask(act, task, outcome);
  const alert: ActEntry = { ...said, kind: 'alert', outcome: 'raised', approvals: [step.approved.entry] };
  return completeTask(act, task, outcome, {}, [entryOf(act, alert)]);
}
