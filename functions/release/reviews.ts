/** Releases that a person in another line of authority must review afterwards. The review is recorded before anything is opened. */

import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import { asEntryId, type EntryId } from '../../shared/ids.ts';
import { decidersOf } from '../../shared/policy/decide/approvals.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { addMonths } from '../../shared/policy/value/age.ts';
import { recordReviewDue } from '../../shared/records/casework/reviews.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import { type Counted, countVolume } from '../../shared/records/limits/volume.ts';
import { readVolume, reviewsKey } from '../../shared/records/limits/volume-items.ts';
import { untilStep } from '../http/deadline.ts';
import { officerDigest, personOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { departmentWithOffice, hasInbox, prepareOffices } from '../steps/offices.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** Whether the release must be reviewed afterwards. */
export function needsReview({ approvals }: Pack, { obligations }: Pick<Screening, 'obligations'>): boolean {
  return approvals?.review !== undefined && obligations.includes(approvals.review.obligation);
}

/**
 * Whether there was room for as many accesses without a review, read in parallel with the load. It decides nothing but the
 * order of what follows: the count does. The same for every subject.
 */
export async function readReviewRoom(
  deps: ReleaseDeps,
  { pack, session, ask, subjects, second }: ReleaseCall,
  screening: Pick<Screening, 'obligations'>,
): Promise<boolean> {
  const limits = pack.approvals?.review?.unreviewed;
  if (!needsReview(pack, screening) || !limits) return true;
  // One of them will be the reviewer.
  prepareOffices(deps);
  if (second) return true;
  const counts = await readVolume(deps.tables.budgets, reviewsKey(session.caller.clientId));
  const left = (tier: string, limit: number) => limit - (counts.get(tier) ?? 0);
  return (
    Math.min(left(ALL, limits.agency), left(tierOf(session, ask.officer), limits.officer)) >= subjects.length
  );
}

/**
 * Counts the accesses that wait for their review, records the review that is due for each released subject, and opens
 * the reviewer's task. Nothing is opened before this is done. A subject that is refused is not counted, but needs room
 * as well, so that the limit reveals no record.
 * @param room as `readReviewRoom` found: then all is done at once. If concurrent accesses took the room meanwhile, a review of
 * an attempt is left, which the log has and which was refused
 * @returns the count; `null` if nothing has to be reviewed
 */
export async function recordReviewsDue(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
  attempts: readonly EntryId[],
  room: boolean,
): Promise<Counted | null> {
  const { pack, session, ask, now, second } = call;
  const limits = pack.approvals?.review?.unreviewed;
  if (!needsReview(pack, screening) || !limits) return null;
  const { clientId } = session.caller;
  const isOpened = ({ item, decision }: DecidedSubject) => item !== null && decision.outcome === 'release';
  const opened = attempts.filter((_, i) => isOpened(decided[i] as DecidedSubject));
  const asked = attempts.filter((_, i) => !isOpened(decided[i] as DecidedSubject));
  const uses = [
    { tier: ALL, subjects: opened, asked, stop: second ? null : limits.agency },
    { tier: tierOf(session, ask.officer), subjects: opened, asked, stop: second ? null : limits.officer },
  ];
  const expires = addMonths(now, KEPT) / 1000;
  const counting = countVolume(deps.tables.budgets, { key: reviewsKey(clientId), expires, uses });
  if (!room && (await counting).full.length > 0) return counting;
  const reviews = decided.map((subject, i) =>
    isOpened(subject) ? openReview(deps, call, subject, attempts[i] ?? asEntryId('')) : null,
  );
  const [counted] = await Promise.all([counting, ...reviews]);
  return counted;
}

/** The count of all accesses of an agency. */
const ALL = 'agency';
/** Months for which the counts are kept after the last access. */
const KEPT = 36;

/** Names that an office only claims share one count. */
function tierOf(session: Session, officer: string | undefined): string {
  return hash('sha256', officerKey(officer, session.person) ?? '', 'base64url');
}

/**
 * Logs the word of the second officer who is responsible for the access too.
 * @throws Problem SECOND_OFFICER_REQUIRED, after logging it. It follows from what the agency has opened before.
 */
export async function checkReviews(
  deps: ReleaseDeps,
  call: ReleaseCall,
  counted: Counted | null,
  [attempt]: readonly EntryId[],
): Promise<void> {
  const { pack, second, started } = call;
  const rule = pack.approvals?.review?.rule ?? '';
  const base = refusalBase(call, { attempt });
  if (counted && counted.full.length > 0) {
    // The work so far depends on the subject.
    await untilStep(started);
    await refuse(deps.log, base, refusalOf(pack, 'SECOND_OFFICER_REQUIRED', rule));
  }
  if (!counted || !second) return;
  const approvals = [second];
  await deps.log.append([
    { ...base, kind: 'request', outcome: 'seconded', code: 'SECOND_OFFICER', rule, approvals },
  ]);
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
  const department = await reviewerOf(deps, call, fields, county);
  const details = {
    purpose: ask.purpose,
    agency: clientId,
    departments: [...departments],
    fields,
  };
  const officer = {
    person: personOf(session, ask),
    name: officerDigest('', ask.officer ?? ''),
    tiers: [ALL, tierOf(session, ask.officer)],
  };
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
 * An owner outside the caller's line of authority with an office in the county: preferably of a field that needs a second
 * person, otherwise of any field.
 */
async function reviewerOf(
  deps: ReleaseDeps,
  { pack, session, ask }: ReleaseCall,
  fields: readonly string[],
  county: string,
): Promise<string> {
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose) throw new Problem('INTERNAL');
  const strict = fields.filter((field) => purpose.cells.get(field)?.secondPerson);
  // An answer without a field still reveals that a record exists: an owner of anything of the purpose reviews it.
  const shown = fields.length > 0 ? [...strict, ...fields] : [...purpose.cells.keys()];
  const able = shown.flatMap((field) => {
    const deciders = decidersOf(pack, purpose, field, session.caller.departments);
    return deciders ? [deciders.lead, ...deciders.departments] : [];
  });
  if (able.length === 0) throw new Problem('NO_APPROVAL', { rule: purpose.rule });
  return departmentWithOffice(deps, able, (agency, department) =>
    hasInbox(pack, agency, { department, county }),
  );
}
