/** What one line of authority stops for a person, another one reviews within a day: as for an emergency access. */

import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Task } from '../../../shared/records/casework/tasks.ts';
import { conflictCode } from '../../steps/codes.ts';
import { type Act, entryOf, STOPPED } from '../act.ts';
import type { Follower } from '../deps.ts';
import { FREEZE_OF_PERSON } from '../freezes/freezes.ts';
import { LEGAL_HOLD } from '../holds/holds.ts';
import { askOtherLine, requireOtherLine } from './other-line.ts';
import { completeTask } from './tasks.ts';

/** What the code of an act says once it is in force. A hold is so by its second person; an erasure or a merge is stopped by one. */
const IN_FORCE: ReadonlyMap<string, string> = new Map([
  [FREEZE_OF_PERSON, 'frozen'],
  [conflictCode('set'), 'set'],
  [LEGAL_HOLD, 'held'],
  ['ERASE', 'stopped'],
  ['MERGE', 'stopped'],
]);

const isStop = ({ entry, words }: StoredEntry) =>
  words.finding === STOPPED ||
  // By one steward alone, and for all that an agency does.
  (entry?.kind === 'agency' && entry.outcome === 'suspended') ||
  (entry?.code !== undefined && IN_FORCE.get(entry.code) === entry.outcome);

/** The name of an agency is in no record of a person. */
const suspendedBy = ({ entry }: StoredEntry) =>
  entry?.kind === 'agency' ? { details: { suspended: entry.about ?? '' } } : {};

/**
 * The reviewer need not know whom it is about: officer and reason say whether it may stand.
 * @returns whether the entry is of such an act
 */
export async function askToReviewStop(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { review } = follower.pack.stops ?? {};
  return (
    review !== undefined &&
    isStop(stored) &&
    askOtherLine(follower, stored, review.asks, { kind: review.task, ...suspendedBy(stored) })
  );
}

/**
 * The verdict of a person of another line; `violation` also raises an alert.
 * @param task of an inbox of the caller
 * @returns `null` for a task of another kind
 * @throws Problem APPROVER_IS_REQUESTER; and as `completeTask`
 */
export async function reviewStop(
  act: Act,
  task: Task,
  outcome: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { pack, deps } = act;
  if (task.kind !== pack.stops?.review.task) return null;
  requireOtherLine(act, task);
  const done = await completeTask(act, task, outcome);
  if (done.receipt && done.task.done?.outcome === 'violation') {
    const said = { operation: 'process', owners: task.owners, about: task.about, outcome: 'raised' } as const;
    const alert = { ...said, kind: 'alert', code: 'REVIEW_VIOLATION', rule: pack.stops.rule } as const;
    await deps.log.append([entryOf(act, alert)]);
  }
  return done;
}
