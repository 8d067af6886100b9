import { Problem } from '../../shared/errors.ts';
import type { Operation } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { type Outline, readOutline } from '../../shared/records/subject/outlines.ts';
import type { SubjectName } from '../http/contract/asks.ts';
import { type FoundSubject, findSubjects } from '../steps/find-subjects.ts';
import { type Act, entryOf } from './act.ts';

/**
 * @returns the subject, which lives where the caller is responsible
 * @throws Problem REFUSED, after logging why: the same for a subject that is unknown, erased or out of the caller's
 * area; INVALID_REQUEST for a key that the policy does not match by
 */
export async function findSubject(act: Act, name: SubjectName, operation: Operation): Promise<Outline> {
  const { deps, pack, session } = act;
  const [found] = (await findSubjects(act, [name])) as [FoundSubject];
  const outline = await readOutline(deps.dynamo, deps.env.keysTable, found.subject);
  const subject = outline?.subject ?? found.subject;
  if (outline?.collection !== pack.collection)
    return refuseSubject(act, operation, subject, 'SUBJECT_UNKNOWN');
  if (!isInReach(pack, session.caller, outline)) return refuseSubject(act, operation, subject, 'OUT_OF_AREA');
  return outline;
}

/** Whether the subject lives in an area of the caller, as far as that stands in clear. */
export function isInReach(pack: Pack, { areas }: Caller, { county }: Outline): boolean {
  if (county.length < pack.countyDigits) return false;
  return areas.some((area) => county.startsWith(area) || area.startsWith(county));
}

/**
 * What depends on the subject stands in the leaf as commitments: whoever asked may be able to read it.
 * @throws Problem REFUSED, after logging why
 */
export async function refuseSubject(
  act: Act,
  operation: Operation,
  subject: string,
  finding: string,
): Promise<never> {
  const owners = [...new Set([...act.pack.fields.values()].flatMap((field) => field.owners))].sort();
  const entry = entryOf(act, { kind: 'denial', operation, owners, outcome: 'refused' });
  const words = { ...entry.words, finding, subject };
  await act.deps.log.append([{ ...entry, words }]);
  throw new Problem('REFUSED');
}
