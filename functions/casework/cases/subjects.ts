/** The people of a case, and which case of an office each belongs to: as the office names them, and as found. */

import { createHash } from 'node:crypto';
import { toBase64url } from '../../../shared/bytes.ts';
import type { SubjectName } from '../../../shared/contract/routes/asks.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { asSubjectId, type SubjectId } from '../../../shared/ids.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import {
  type CasePerson,
  type CaseRecord,
  isRecent,
  keepsPeople,
} from '../../../shared/policy/decide/cases.ts';
import { type Claim, claimIn, type Of, putClaim, readCase } from '../../../shared/records/casework/cases.ts';
import { queryCasework } from '../../../shared/records/casework/casework.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { type FoundSubject, findSubjects } from '../../steps/find-subjects.ts';
import type { Act } from '../act.ts';
import { mayConfirmWithin } from './within.ts';

/** One for each name. A name without a record is its own person. */
export async function peopleOfCase(
  act: Act,
  names: readonly SubjectName[],
  purpose: string,
): Promise<CasePerson[]> {
  const { deps, pack } = act;
  const found = await findSubjects(deps, { ...act, ask: { purpose } }, names);
  const people = await Promise.all(
    found.map(async (one, i): Promise<[string, CasePerson]> => {
      const [outline, name] = await Promise.all([
        readOutline(deps.tables.keys, one.subject),
        nameOf(act, one),
      ]);
      const subject = outline?.collection === pack.collection ? outline.subject : name;
      return [name, { name, subject, ...(names[i]?.ref !== undefined && { ref: one.subject }) }];
    }),
  );
  return [...new Map(people).values()];
}

/** The id of a name at this office. It depends on no record; a number can't be tried out without the key. */
async function nameOf({ deps, session }: Act, { subject, matched }: FoundSubject): Promise<SubjectId> {
  const { clientId } = session.caller;
  const text = JSON.stringify([clientId, matched.size === 0 ? subject : [...matched].sort()]);
  const [key = ''] = keyVersions(deps.env.referenceKey);
  const bytes =
    matched.size === 0
      ? createHash('sha256').update(text).digest()
      : await generateMac(deps.kms, key, encodeParts('fieldgate case v1', text));
  return asSubjectId(toBase64url(bytes.subarray(0, 16)));
}

type Place = Pick<CaseRecord, 'agency' | 'purpose'>;

async function claimsOf(
  { deps }: Pick<Act, 'deps'>,
  { agency, purpose }: Place,
  ids: readonly SubjectId[],
  of: Of,
): Promise<[SubjectId, Claim | null][]> {
  return Promise.all(
    ids.map(async (id) => {
      const casework = await queryCasework(deps.tables.casework, id);
      return [id, claimIn(casework, agency, purpose, of)] as [SubjectId, Claim | null];
    }),
  );
}

const namesOf = ({ people }: Pick<CaseRecord, 'people'>) => people.map(({ name }) => name);

/** The other cases that the names belong to. */
export async function casesNaming(
  { deps }: Pick<Act, 'deps'>,
  record: Place & Pick<CaseRecord, 'id' | 'people'>,
): Promise<CaseRecord[]> {
  return othersOf(deps, record.id, await claimsOf({ deps }, record, namesOf(record), 'name'));
}

async function othersOf(
  { tables }: Act['deps'],
  id: string,
  claims: readonly (readonly [SubjectId, Claim | null])[],
): Promise<CaseRecord[]> {
  const ids = new Set(claims.flatMap(([, claim]) => (claim && claim.case !== id ? [claim.case] : [])));
  const cases = await Promise.all([...ids].map((one) => readCase<CaseRecord>(tables.casework, one)));
  return cases.filter((one) => one !== null);
}

/**
 * Until the call ends, no other one opens or confirms a case of this office and purpose about one of the names: of two cases that
 * are confirmed at once one is open. In the order of the names, so that of two calls that share some one goes on.
 * @throws Problem CONFLICT if another call does; then nothing was done
 */
export async function holdNames(
  { session }: Pick<Act, 'session'>,
  record: Place & Pick<CaseRecord, 'people'>,
) {
  const { agency, purpose } = record;
  for (const name of namesOf(record).sort())
    await session.replay.oneAtATime(JSON.stringify(['case about', agency, purpose, name]));
}

/**
 * A case that waits loses its names to the next one, and has them back when it is confirmed first. May be repeated.
 * Needs `holdNames`.
 * @returns whether each name belongs to this case now. None does if another case was confirmed since this one was opened as a first
 */
export async function claimNames(
  { deps, pack, now }: Pick<Act, 'deps' | 'pack' | 'now'>,
  record: CaseRecord,
): Promise<boolean> {
  const claims = await claimsOf({ deps }, record, namesOf(record), 'name');
  const others = await othersOf(deps, record.id, claims);
  const keeps = (one: CaseRecord) => keepsPeople(one, now) || (!record.again && isRecent(pack, one, now));
  if (others.some(keeps)) return false;
  const claimed = await Promise.all(
    claims.map(([name, claim]) =>
      claim?.case === record.id ? true : putClaim(deps.tables.casework, name, record, claim, 'name'),
    ),
  );
  return claimed.every((one) => one);
}

/**
 * Puts each person into the case, but for those who belong to another one under another name: only by the record is it
 * known that both names are theirs, so nothing tells the caller. Releases read this claim. May be repeated, and does as
 * much for each person.
 */
export async function claimPeople(
  { deps, pack, now }: Pick<Act, 'deps' | 'pack' | 'now'>,
  record: CaseRecord,
): Promise<void> {
  const { casework } = deps.tables;
  const renews = record.again || mayConfirmWithin(pack, { ...record, again: true });
  const subjects = record.people.map(({ subject }) => subject);
  const claims = await claimsOf({ deps }, record, subjects, 'person');
  await Promise.all(
    claims.map(async ([subject, claim]) => {
      const held = await readCase<CaseRecord>(casework, claim?.case ?? record.id);
      const stays =
        claim !== null &&
        held !== null &&
        held.id !== record.id &&
        (keepsPeople(held, now) || (!renews && isRecent(pack, held, now)));
      await putClaim(casework, subject, stays ? held : record, claim, 'person');
    }),
  );
}
