/** The people of a case, and which case of an office each belongs to. */

import { toBase64url } from '../../../shared/bytes.ts';
import type { SubjectName } from '../../../shared/contract/routes/asks.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { asSubjectId, type SubjectId } from '../../../shared/ids.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import { type CaseRecord, isLive } from '../../../shared/policy/decide/cases.ts';
import { type Claim, claimIn, putClaim, readCase } from '../../../shared/records/casework/cases.ts';
import { queryCasework } from '../../../shared/records/casework/casework.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { findSubjects } from '../../steps/find-subjects.ts';
import type { Act } from '../act.ts';

/**
 * A name without a record gets an id that follows from it, so that a case about it takes the same course: opening it
 * again is a conflict, as for any person.
 */
export async function subjectsOfCase(
  act: Act,
  names: readonly SubjectName[],
  purpose: string,
): Promise<SubjectId[]> {
  const { deps, pack } = act;
  const found = await findSubjects(deps, { ...act, ask: { purpose } }, names);
  const subjects = await Promise.all(
    found.map(async ({ subject, matched }) => {
      const [outline, other] = await Promise.all([
        readOutline(deps.tables.keys, subject),
        standIn(act, matched),
      ]);
      return (outline?.collection === pack.collection ? outline.subject : other) ?? subject;
    }),
  );
  return [...new Set(subjects)];
}

/** @returns `null` for a name by reference, which is an id already */
async function standIn(
  { deps, session }: Act,
  matched: ReadonlyMap<string, string>,
): Promise<SubjectId | null> {
  if (matched.size === 0) return null;
  const [key = ''] = keyVersions(deps.env.referenceKey);
  const name = JSON.stringify([session.caller.clientId, [...matched].sort()]);
  const mac = await generateMac(deps.kms, key, encodeParts('fieldgate case v1', name));
  return asSubjectId(toBase64url(mac.subarray(0, 16)));
}

export interface Held {
  subject: SubjectId;
  claim: Claim | null;
}

/** The present claims of the agency and purpose, one query a person. */
export function heldBy(
  { deps }: Pick<Act, 'deps'>,
  { agency, purpose }: Pick<CaseRecord, 'agency' | 'purpose'>,
  subjects: readonly SubjectId[],
): Promise<Held[]> {
  return Promise.all(
    subjects.map(async (subject) => ({
      subject,
      claim: claimIn(await queryCasework(deps.tables.casework, subject), agency, purpose),
    })),
  );
}

/** The other cases that the people belong to. */
export async function casesHolding(
  { deps }: Pick<Act, 'deps'>,
  held: readonly Held[],
  id: string,
): Promise<CaseRecord[]> {
  const ids = new Set(held.flatMap(({ claim }) => (claim && claim.case !== id ? [claim.case] : [])));
  const cases = await Promise.all([...ids].map((one) => readCase<CaseRecord>(deps.tables.casework, one)));
  return cases.filter((one) => one !== null);
}

/** @returns whether each person belongs to this case now. May be repeated. */
export async function claimSubjects(
  { deps, now }: Pick<Act, 'deps' | 'now'>,
  record: CaseRecord,
): Promise<boolean> {
  const held = await heldBy({ deps }, record, record.subjects);
  const others = await casesHolding({ deps }, held, record.id);
  if (others.some((one) => isLive(one, now))) return false;
  const claimed = await Promise.all(
    held.map(({ subject, claim }) =>
      claim?.case === record.id ? true : putClaim(deps.tables.casework, subject, record, claim),
    ),
  );
  return claimed.every((one) => one);
}
