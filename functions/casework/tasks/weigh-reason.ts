/**
 * A request whose words point at a prohibited use, or whose reason the purpose does not list, waits for a person of another
 * department, whose task says what it states.
 */

import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { awaitsRuling } from '../../../shared/policy/decide/weigh.ts';
import { RULING, RULINGS, writeRuling } from '../../../shared/records/casework/rulings.ts';
import type { Task } from '../../../shared/records/casework/tasks.ts';
import type { Act } from '../act.ts';
import type { Follower } from '../deps.ts';
import { askOtherLine, requireOtherLine } from './other-line.ts';
import { requireOutcome } from './outcomes.ts';
import { completeTask } from './tasks.ts';

/** @returns whether the entry is of such a request */
export async function askToWeigh(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { entry, words } = stored;
  const { review } = follower.pack.stopWords;
  const ruling = words.finding ?? '';
  if (!review || !entry || !awaitsRuling(entry.code) || !ruling.startsWith(RULING)) return false;
  return askOtherLine(follower, stored, review.to, {
    kind: review.task,
    // A ruling ends after its days; the next request of the month after asks again.
    key: `${ruling} ${entry.time.slice(0, 7)}`,
    details: { purpose: entry.purpose ?? '', ruling },
  });
}

/**
 * The ruling of a person of another line: `approved` or `refused`. The same officer may repeat it.
 * @param task of an inbox of the caller
 * @returns `null` for a task of another kind
 * @throws Problem INVALID_REQUEST for another outcome; APPROVER_IS_REQUESTER; and as `completeTask`
 */
export async function weighReason(
  act: Act,
  task: Task,
  word: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { deps, pack, now } = act;
  const { review } = pack.stopWords;
  if (!review || task.kind !== review.task) return null;
  requireOtherLine(act, task);
  const outcome = requireOutcome(pack, task.kind, word);
  const done = await completeTask(act, task, outcome);
  // Of a task that was closed before, what its officer said then.
  const said = RULINGS.find((one) => one === done.task.done?.outcome);
  if (said)
    await writeRuling(
      deps.tables.claims,
      String(task.details['ruling']),
      said,
      now / 1000 + review.days * 86_400,
    );
  return done;
}
