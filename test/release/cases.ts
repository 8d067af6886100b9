/** All people about whom the federation of disabled persons may learn nothing, by the hidden reason. */
import type { Answer, Callers } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';
import type { World } from '../verify/world.ts';

export interface RefusedCase {
  why: string;
  subject: object;
  /** Internal id of the subject. */
  id: string;
  /** What the log says. */
  code: string;
}

export const PURPOSE = 'D1';
export const AGENCY = 'cdpf-county';
const WORDS = { case: 'DIS-2026-001', officer: 'wang.yi' };
const WHO = new Map([
  [PURPOSE, AGENCY],
  ['S1', 'edu-county'],
]);

/** @param call under the token of the federation, or of the school office for S1 */
export function releaseOf(
  call: Callers['call'],
  subjects: readonly object[],
  purpose = PURPOSE,
): Promise<Answer> {
  const body = { collection: 'children', subjects, fields: ['name', 'sex'] };
  const details = { actions: ['release'], purpose, reason: reasonFor(purpose), ...WORDS };
  return call(WHO.get(purpose) ?? AGENCY, details, 'POST', '/v1/releases', body);
}

export async function refusedCases(world: World): Promise<RefusedCase[]> {
  const silent = await world.child();
  const frozen = await world.ready(AGENCY, {}, PURPOSE);
  await world.casework(frozen, 'freeze', {});
  const erased = await world.ready(AGENCY, {}, PURPOSE);
  await world.erase(erased);
  const held = await world.ready(AGENCY, {}, PURPOSE);
  await world.consent(held, AGENCY, { purpose: PURPOSE, giver: 'child', act: 'refused' });
  const id = freshNumber(BORN, '990002');
  const fields = { division_code: '990002001', birth_date: BORN };
  const ref = await world.put('mca-neighbour', { match: { id_number: id }, fields });
  const away = { id, match: { id_number: id }, subject: await world.subjectOf('mca-neighbour', ref) };
  await world.consent(away, AGENCY, { purpose: PURPOSE });
  const unknown = freshNumber();
  return [
    { why: 'unknown', subject: { match: { id_number: unknown } }, id: '', code: 'SUBJECT_UNKNOWN' },
    {
      why: 'no consent',
      subject: { match: silent.match },
      id: silent.subject,
      code: 'GUARDIAN_CONSENT_MISSING',
    },
    { why: 'frozen', subject: { match: frozen.match }, id: frozen.subject, code: 'FROZEN' },
    { why: 'erased', subject: { match: erased.match }, id: erased.subject, code: 'SUBJECT_UNKNOWN' },
    { why: 'on hold', subject: { match: held.match }, id: held.subject, code: 'CHILD_OBJECTS_BEST_INTEREST' },
    { why: 'out of area', subject: { match: away.match }, id: away.subject, code: 'OUT_OF_AREA' },
  ];
}
