/** What one line of authority stops for a person, another one reviews within a day: as for an emergency access. */

import { asClientId } from '../../../shared/ids.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Task } from '../../../shared/records/casework/tasks.ts';
import { registered } from '../../session/agency.ts';
import { conflictCode, NARROWED } from '../../steps/codes.ts';
import { type Act, entryOf, STOPPED } from '../act.ts';
import type { Follower } from '../deps.ts';
import { LEGAL_HOLD } from '../holds/holds.ts';
import { askOtherLine, requireOtherLine } from './other-line.ts';
import { completeTask } from './tasks.ts';

/** What the code of an act says once it is in force. A hold is so by its second person; an erasure or a merge is stopped by one. */
const IN_FORCE: ReadonlyMap<string, string> = new Map([
  [conflictCode('set'), 'set'],
  [LEGAL_HOLD, 'held'],
  ['ERASE', 'stopped'],
  ['MERGE', 'stopped'],
]);

/** By one steward alone, and for all that an agency does. */
const stopsAgency = ({ kind, outcome, code }: Entry) =>
  kind === 'agency' && (outcome === 'suspended' || (outcome === 'changed' && code === NARROWED));

const isStop = ({ entry, words }: StoredEntry) =>
  words.finding?.split(' ').includes(STOPPED) ||
  (entry !== null &&
    (stopsAgency(entry) ||
      (entry.kind === 'intake' && entry.rule !== undefined) ||
      (entry.kind === 'freeze' && entry.outcome === 'frozen') ||
      (entry.code !== undefined && IN_FORCE.get(entry.code) === entry.outcome)));

/** The agency that is stopped, wholly or in part. The finding of a freeze names it or its officer, a class or a purpose. */
function stoppedBy({ entry, words }: StoredEntry): string | undefined {
  if (entry?.kind === 'agency') return entry.about;
  const [what, id] = words.finding?.split(' ') ?? [];
  return entry?.kind === 'freeze' && (what === 'agency' || what === 'officer') ? id : undefined;
}

/** What the reviewer is shown of it: names of agencies, purposes and fields are in no record of a person. */
function detailsOf({ fields }: Pack, stored: StoredEntry, agency: string | undefined): Task['details'] {
  const { entry, words } = stored;
  if (agency !== undefined) return { suspended: agency };
  if (entry?.code === 'FREEZE_PURPOSE') return { purpose: entry.purpose ?? '' };
  const of = [...fields.values()].filter((field) => words.finding === `class ${field.class}`);
  return entry?.code === 'FREEZE_CLASS' ? { fields: of.map(({ name }) => name) } : {};
}

/**
 * The reviewer need not know whom it is about: officer and reason say whether it may stand.
 * @returns whether the entry is of such an act
 */
export async function askToReviewStop(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { pack, deps } = follower;
  const { review } = pack.stops ?? {};
  if (!review || !isStop(stored)) return false;
  const agency = stoppedBy(stored);
  // Whose own office is stopped is no judge of it.
  const own = agency === undefined ? null : await registered(deps, asClientId(agency));
  const asks = review.asks.filter((code) => !own?.departments.includes(code));
  return askOtherLine(follower, stored, asks, {
    kind: review.task,
    details: detailsOf(pack, stored, agency),
  });
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
