/** A report of harm is closed by the officer who has it in hand and has read it. That it is unfounded, auditors are told. */

import { Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import type { Task } from '../../../shared/records/casework/tasks.ts';
import { type Act, type ActEntry, entryOf } from '../act.ts';
import { isOwn, takenBy } from './taking.ts';
import { completeTask } from './tasks.ts';

/**
 * @param task of an inbox of the caller
 * @returns `null` for a task of another kind
 * @throws Problem CONFLICT for an officer who has it not in hand or has not opened it; and as `completeTask`
 */
export async function closeReport(
  act: Act,
  task: Task,
  outcome: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { pack, session, words, now } = act;
  const harm = pack.casework?.harm;
  if (!harm || task.kind !== harm.task) return null;
  const taken = takenBy(task, now);
  if (!task.done && !(taken?.opened && isOwn(taken, session, words.officer)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.reportUnread });
  const alert: ActEntry = {
    ...{ kind: 'alert', operation: 'process', owners: task.owners, about: task.about, outcome: 'raised' },
    ...{ code: 'HARM_REPORT_UNFOUNDED', rule: harm.rule },
  };
  return completeTask(act, task, outcome, {}, outcome === 'unfounded' ? [entryOf(act, alert)] : []);
}
