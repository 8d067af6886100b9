/** An agency's own register of cases, as a file that the operator provides. It stands in for a supervisor. */

import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { LOCAL_ID } from '../../../shared/contract/routes/common.ts';
import { Problem } from '../../../shared/errors.ts';
import type { CaseRecord } from '../../../shared/policy/decide/cases.ts';
import { isOfficer } from '../../../shared/policy/decide/officers.ts';
import { caseId } from '../../../shared/records/casework/cases.ts';
import type { Act } from '../act.ts';
import { officersAt } from '../officers.ts';
import { peopleOfCase } from './subjects.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

/** A person by the agency's reference or its own number of the record, never by a number of the person. */
const Listed = v.union([v.strictObject({ ref: text }), v.strictObject({ local_id: text })]);

const Register = v.strictObject({
  cases: v.array(
    v.strictObject({
      agency: text,
      purpose: text,
      case: text,
      officers: v.array(text),
      subjects: v.array(Listed),
      /** RFC 3339; it can only shorten the window of the policy. */
      until: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    }),
  ),
});

/**
 * @returns the end of the window as the register states it (epoch milliseconds, Infinity if it states none); `null`
 * unless it lists the case with each of its officers, and its people by the names of the case
 * @throws Problem STORE_UNAVAILABLE if the configured file can't be read
 */
export async function foundInRegister(
  act: Act,
  {
    id,
    agency,
    purpose,
    officers,
    known,
    people,
  }: Pick<CaseRecord, 'id' | 'agency' | 'purpose' | 'officers' | 'known' | 'people'>,
): Promise<number | null> {
  const { caseRegister } = act.deps.env;
  if (caseRegister === 'none') return null;
  const { cases } = await read(caseRegister);
  const listed = cases.find(
    (one) => one.agency === agency && one.purpose === purpose && caseId(agency, purpose, one.case) === id,
  );
  if (!listed) return null;
  // A name that two people have means neither: then a supervisor confirms the case.
  const file = await officersAt(act, agency, listed.officers).catch(() => null);
  const inFile = new Set(Object.values(file?.known ?? {}).flat());
  const isListed = (officer: string) =>
    known?.[officer]?.every((person) => inFile.has(person)) ??
    (file !== null && isOfficer(file, officer, null));
  if (!officers.every(isListed)) return null;
  const names = listed.subjects.map((one) => ('ref' in one ? one : { match: { [LOCAL_ID]: one.local_id } }));
  // By name: whether another name of the case is one of these people is not told.
  const named = new Set((await peopleOfCase(act, names, purpose)).map(({ name }) => name));
  if (!people.every(({ name }) => named.has(name))) return null;
  return listed.until === undefined ? Infinity : Date.parse(listed.until);
}

async function read(file: string): Promise<v.InferOutput<typeof Register>> {
  try {
    return v.parse(Register, JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Problem('STORE_UNAVAILABLE', { cause });
  }
}
