import { invalid, Problem } from '../../../shared/errors.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { closeReview, type ReviewDue, readReview } from '../../../shared/records/casework/reviews.ts';
import { putTask, readTask, type Task } from '../../../shared/records/casework/tasks.ts';
import { officerDigest } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { type Act, entryOf, record } from '../act.ts';
import { inboxesOf } from './tasks.ts';

const VERDICTS: ReadonlySet<string> = new Set(['justified', 'questioned', 'violation']);

/**
 * The review of an emergency access by an owner in another line. Its entry is about the attempt that the decision
 * names. Any verdict ends the block of the agency; `violation` also raises an alert. The same officer may repeat
 * it.
 * @returns `null` for a task of another kind
 * @throws Problem NOT_FOUND; INVALID_REQUEST without a verdict; APPROVER_IS_REQUESTER; CONFLICT if another
 * officer reviewed it
 */
export async function completeReview(
  act: Act,
  id: string,
  outcome: string,
): Promise<{ task: Task; receipt?: Receipt } | null> {
  const { deps, pack, session, person, now } = act;
  const { tables } = deps;
  const task = await readTask(tables.tasks, id);
  if (!task || task.kind !== pack.approvals?.review?.task) return null;
  requireAct(session, { addressee: inboxesOf(pack, session.caller).includes(task.inbox) });
  const key = { agency: asClientId(String(task.details['agency'])), due: task.due, about: task.about };
  await requireAnotherLine(act, task, await readReview(tables.requests, key));
  if (task.done && task.done.person !== person)
    throw new Problem('CONFLICT', { detail: 'Another officer has reviewed it.' });
  if (task.done) {
    // A crash may have left the row of the due review.
    await closeReview(tables.requests, key);
    return { task };
  }
  if (!VERDICTS.has(outcome)) {
    throw invalid('/outcome', `expected ${[...VERDICTS].join(', ')}`);
  }
  const [receipt] = (await deps.log.append(entriesOf(act, task, outcome))) as [Receipt];
  const done = { at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome };
  const closed: Task = { ...task, state: 'done', done: { ...done, entry: receipt.entry } };
  if (!(await putTask(tables.tasks, closed, task)))
    throw new Problem('CONFLICT', { detail: 'The task changed meanwhile; try again.' });
  await closeReview(tables.requests, key);
  return { task: closed, receipt };
}

function entriesOf(act: Act, task: Task, outcome: string): NewEntry[] {
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
