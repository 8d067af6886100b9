/** A request whose words point at a prohibited use waits for a person of another department, whose task says what it states. */

import { Problem } from '../../../shared/errors.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { RULING, RULINGS, writeRuling } from '../../../shared/records/casework/rulings.ts';
import { inboxOfDepartment, type Task } from '../../../shared/records/casework/tasks.ts';
import { registered } from '../../session/agency.ts';
import { type Act, openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';
import { requireOutcome } from './outcomes.ts';
import { completeTask } from './tasks.ts';

/** @returns whether the entry is of such a request */
export async function askToWeigh(follower: Follower, { id, entry, words }: StoredEntry): Promise<boolean> {
  const { deps, pack } = follower;
  const { review } = pack.stopWords;
  const ruling = words.finding ?? '';
  if (!review || entry?.code !== 'REASON_NEEDS_REVIEW' || !ruling.startsWith(RULING) || !entry.handler)
    return false;
  const { agency, departments } = entry.handler;
  const [area = ''] = (await registered(deps, agency))?.areas ?? [];
  const department = review.to.find((code) => !departments.includes(code));
  if (department === undefined) return false;
  await openTaskFor(
    { ...follower, now: Date.parse(entry.time) },
    {
      kind: review.task,
      inbox: inboxOfDepartment(department, area.slice(0, pack.countyDigits)),
      about: id,
      subject: null,
      owners: [department],
      // A ruling ends after its days; the next request of the month after asks again.
      key: `${ruling} ${entry.time.slice(0, 7)}`,
      details: { purpose: entry.purpose ?? '', agency, departments: [...departments], ruling },
    },
  );
  return true;
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
  const { deps, pack, session, now } = act;
  const { review } = pack.stopWords;
  if (!review || task.kind !== review.task) return null;
  const { agency, departments, ruling } = task.details;
  const requester = {
    clientId: asClientId(String(agency)),
    departments: [departments ?? []].flat().map(String),
  };
  if (inLine(requester, session.caller)) throw new Problem('APPROVER_IS_REQUESTER');
  const outcome = requireOutcome(pack, task.kind, word);
  const done = await completeTask(act, task, outcome);
  // Of a task that was closed before, what its officer said then.
  const said = RULINGS.find((one) => one === done.task.done?.outcome);
  if (said) await writeRuling(deps.tables.claims, String(ruling), said, now / 1000 + review.days * 86_400);
  return done;
}
