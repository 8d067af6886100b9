import type { Outcome } from '../../../shared/entry-kinds.ts';
import { Problem } from '../../../shared/errors.ts';
import { asClientId, asEntryId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { closeReview, type ReviewDue, readReview } from '../../../shared/records/casework/reviews.ts';
import { closeOpen, type Task } from '../../../shared/records/casework/tasks.ts';
import { removeSubject } from '../../../shared/records/limits/volume.ts';
import { reviewsKey } from '../../../shared/records/limits/volume-items.ts';
import { officerDigest } from '../../session/actor.ts';
import { type Act, entryOf, record } from '../act.ts';
import { closeEscalations } from './escalate.ts';
import { requireOutcome } from './outcomes.ts';

/**
 * The review of an emergency access by an owner in another line. Its entry is about the attempt that the decision
 * names. Any verdict ends the wait for it; `violation` also raises an alert. The same officer may repeat
 * it.
 * @param task of an inbox of the caller
 * @returns `null` for a task of another kind
 * @throws Problem INVALID_REQUEST without a verdict; APPROVER_IS_REQUESTER; CONFLICT if another
 * officer reviewed it
 */
export async function completeReview(
  act: Act,
  task: Task,
  said: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { deps, pack, session, person, now } = act;
  const { tables } = deps;
  if (task.kind !== pack.approvals?.review?.task) return null;
  const key = { agency: asClientId(String(task.details['agency'])), due: task.due, about: task.about };
  await requireAnotherLine(act, task, await readReview(tables.requests, key));
  if (task.done && task.done.person !== person)
    throw new Problem('CONFLICT', { detail: caseworkTexts.reviewedByAnother });
  if (task.done) {
    // A crash may have left the row of the due review.
    await settle(act, task, key);
    return { task };
  }
  const outcome = requireOutcome(pack, task.kind, said);
  await session.replay.alone(`review ${task.id}`);
  const [receipt] = (await deps.log.append(entriesOf(act, task, outcome))) as [Receipt];
  const done = { at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome };
  const closed = await closeOpen(deps.tables.tasks, task, { ...done, entry: receipt.entry });
  if (!closed) throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
  await settle(act, closed, key);
  return { task: closed, receipt };
}

/** Removes the review from what the agency owes, and closes what became of it when it was overdue. May be repeated. */
async function settle({ deps, pack }: Act, task: Task, key: Parameters<typeof readReview>[1]): Promise<void> {
  const { tables } = deps;
  const due = await readReview(tables.requests, key);
  const { tiers = [] } = (due?.details ?? {}) as { tiers?: string[] };
  if (tiers.length > 0)
    await removeSubject(tables.budgets, reviewsKey(key.agency), tiers, asEntryId(key.about));
  await closeReview(tables.requests, key);
  if (task.done) await closeEscalations({ deps, pack }, task, task.done);
}

function entriesOf(act: Act, task: Task, outcome: Outcome): NewEntry[] {
  const entry = entryOf(act, {
    kind: 'review',
    operation: 'process',
    owners: task.owners,
    purpose: String(task.details['purpose']),
    about: task.about,
    outcome,
    code: 'EMERGENCY_REVIEW',
    rule: act.pack.approvals?.review?.rule ?? '',
  });
  if (outcome !== 'violation') return [entry];
  return [entry, { ...entry, kind: 'alert', outcome: 'raised', code: 'REVIEW_VIOLATION' }];
}

async function requireAnotherLine(
  act: Act,
  { details, about, owners }: Task,
  owed: ReviewDue | null,
): Promise<void> {
  const { session, words, person } = act;
  const clientId = asClientId(String(details['agency']));
  const departments = Array.isArray(details['departments']) ? details['departments'].map(String) : [];
  const officer = owed?.details as { person?: string; name?: string } | undefined;
  const same = person === officer?.person || officerDigest('', words.officer ?? '') === officer?.name;
  if (!inLine({ clientId, departments }, session.caller) && !same) return;
  const denial = { kind: 'denial', operation: 'process', owners } as const;
  await record(act, { ...denial, about, outcome: 'refused', code: 'APPROVER_IS_REQUESTER' });
  throw new Problem('APPROVER_IS_REQUESTER');
}
