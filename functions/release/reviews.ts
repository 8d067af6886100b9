/** Releases that somebody of another line must look at afterwards: owed before anything is opened. */

import { Problem } from '../../shared/errors.ts';
import { decidersOf } from '../../shared/policy/decide/approvals.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { hasReviewOverdue, recordReviewDue } from '../../shared/records/casework/reviews.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import { officerDigest, personOf } from '../session/actor.ts';
import { timesOf } from '../steps/approval-requests.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import { refusalEntry } from './screen.ts';

/** Whether what is asked for must be reviewed afterwards. */
export function isReviewed({ approvals }: Pack, { obligations }: Pick<Screening, 'obligations'>): boolean {
  return approvals?.review !== undefined && obligations.includes(approvals.review.obligation);
}

/** One query beside the others of the load. @returns whether the agency owes a review that is overdue */
export async function loadOwed(call: ReleaseCall, screening: Screening): Promise<boolean> {
  const { deps, pack, session, now } = call;
  if (!isReviewed(pack, screening)) return false;
  const { clientId } = session.caller;
  return hasReviewOverdue(deps.tables.requests, clientId, new Date(now).toISOString());
}

/** @throws Problem REVIEW_OVERDUE, after logging it. The agency is the account: it could name another officer each time */
export async function refuseOverdue(
  call: ReleaseCall,
  owes: boolean,
  attempts: readonly string[],
): Promise<void> {
  if (!owes) return;
  const { deps, pack } = call;
  const rule = pack.approvals?.review?.rule ?? '';
  const [attempt] = attempts;
  const entry = refusalEntry(call, { code: 'REVIEW_OVERDUE', rule });
  await deps.log.append([{ ...entry, ...(attempt !== undefined && { attempt }) }]);
  throw new Problem('REVIEW_OVERDUE', { rule, reason: reasonText(pack, 'REVIEW_OVERDUE') });
}

/**
 * Puts down what is owed for each subject of whom something is released, and the task of an owner in another line.
 * Opening waits for it.
 */
export async function oweReviews(
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  attempts: readonly string[],
): Promise<void> {
  if (!isReviewed(call.pack, screening)) return;
  await Promise.all(
    decided.map((subject, i) =>
      subject.item && subject.decision.outcome === 'release' ? owe(call, subject, attempts[i] ?? '') : null,
    ),
  );
}

async function owe(call: ReleaseCall, { item, decision }: DecidedSubject, about: string): Promise<void> {
  const { deps, pack, session, ask, now } = call;
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

/** The owner of what needs a second person most, in another line than the caller's. */
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
