/** Releases that a person in another line of authority must review afterwards. The review is recorded before anything is opened. */

import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import { decidersOf } from '../../shared/policy/decide/approvals.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { hasReviewOverdue, recordReviewDue } from '../../shared/records/casework/reviews.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import { officerDigest, personOf } from '../session/actor.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** Whether the release must be reviewed afterwards. */
export function needsReview({ approvals }: Pack, { obligations }: Pick<Screening, 'obligations'>): boolean {
  return approvals?.review !== undefined && obligations.includes(approvals.review.obligation);
}

/** One query, in parallel with the others of the load. @returns whether a review of the agency is overdue */
export async function loadReviewsDue(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
): Promise<boolean> {
  const { pack, session, now } = call;
  if (!needsReview(pack, screening)) return false;
  const { clientId } = session.caller;
  return hasReviewOverdue(deps.tables.requests, clientId, new Date(now).toISOString());
}

/** @throws Problem REVIEW_OVERDUE, after logging it. It concerns the whole agency, which could name another officer each time. */
export async function refuseOverdue(
  deps: ReleaseDeps,
  call: ReleaseCall,
  overdue: boolean,
  [attempt]: readonly EntryId[],
): Promise<void> {
  if (!overdue) return;
  const { pack } = call;
  const rule = pack.approvals?.review?.rule ?? '';
  await refuse(deps.log, refusalBase(call, { attempt }), refusalOf(pack, 'REVIEW_OVERDUE', rule));
}

/**
 * Records the review that is due for each released subject, and opens the reviewer's task. Nothing is opened before
 * this is done.
 */
export async function recordReviewsDue(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  attempts: readonly EntryId[],
): Promise<void> {
  if (!needsReview(call.pack, screening)) return;
  await Promise.all(
    decided.map((subject, i) =>
      subject.item && subject.decision.outcome === 'release'
        ? openReview(deps, call, subject, attempts[i] ?? '')
        : null,
    ),
  );
}

async function openReview(
  deps: ReleaseDeps,
  call: ReleaseCall,
  { item, decision }: DecidedSubject,
  about: string,
): Promise<void> {
  const { pack, session, ask, now } = call;
  const { clientId, departments, areas } = session.caller;
  const { tables } = deps;
  const kind = pack.approvals?.review?.task ?? '';
  const times = timesOf(pack, kind, now);
  const fields = [...decision.fields.keys()];
  const county = item?.county || (areas[0] ?? '').slice(0, pack.countyDigits);
  const department = reviewerOf(call, fields);
  const details = {
    purpose: ask.purpose,
    agency: clientId,
    departments: [...departments],
    fields,
  };
  const officer = { person: personOf(session, ask), name: officerDigest('', ask.officer ?? '') };
  await Promise.all([
    recordReviewDue(tables.requests, { agency: clientId, due: times.due, about, details: officer }),
    openTask(tables.tasks, {
      kind,
      inbox: inboxOfDepartment(department, county),
      about,
      subject: item?.subject ?? null,
      owners: [department],
      details,
      ...times,
    }),
  ]);
}

/**
 * An owner outside the caller's line of authority: preferably of a field that needs a second person,
 * otherwise of any field.
 */
function reviewerOf({ pack, session, ask }: ReleaseCall, fields: readonly string[]): string {
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose) throw new Problem('INTERNAL');
  const strict = fields.filter((field) => purpose.cells.get(field)?.secondPerson);
  for (const field of [...strict, ...fields]) {
    const deciders = decidersOf(pack, purpose, field, session.caller.departments);
    if (deciders) return deciders.lead;
  }
  throw new Problem('NO_APPROVAL', { rule: purpose.rule });
}
