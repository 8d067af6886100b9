/** What an owner removed from one of two records stays removed in the one that they become, and so does what its removal ended. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { digest, fileRig } from '../casework/rig.ts';
import { GUARDIANS } from '../support/guardians.ts';
import { joinNow } from './direct.ts';
import { subjectOf } from './rig.ts';

const rig = await fileRig();
const put = (match: object, fields: object) => {
  rig.later(1000);
  return rig.put('mca-county', match, fields);
};
const held = async (child: object, field: string) =>
  (await rig.release('mca-county', 'W1', { subjects: [child], fields: [field] }, { case: 'MCA-1' })).json
    .results[0].fields[field]?.value;

/** A child, and a record of the same child under a number of civil affairs alone. */
async function doubles() {
  const child = await rig.child();
  const match = { local_id: `W-${randomUUID()}` };
  const status = { status: 'normal', conflict: false };
  const ref = await put(match, {
    division_code: '990001001',
    guardianship_status: status,
    guardian_identity: GUARDIANS,
  });
  const merge = async () => {
    await rig.gateway.sequencer.step();
    const double = await subjectOf(rig.gateway, ref);
    await joinNow(rig.gateway, double, rig.subjectOf(child), rig.now);
  };
  return { child, match, merge, status };
}

it.each([
  ['from the record that stays', true],
  ['from the double', false],
])('a field that was removed %s, later than the other was written', async (_, stays) => {
  const { child, match, merge } = await doubles();
  const [first, last] = stays ? [match, child.match] : [child.match, match];
  await put(last, { guardian_phone: '13900000001', household_profile: { members: 1, monthlyIncome: 900 } });
  await put(first, { guardian_phone: '13900000002' });
  await put(last, { guardian_phone: null, household_profile: null });
  // Written again elsewhere after the removal, it is there again.
  await put(first, { household_profile: { members: 3, monthlyIncome: 300 } });
  await merge();
  expect(await held(child, 'guardian_phone')).toBeUndefined();
  expect(await held(child, 'household_profile')).toMatchObject({ members: 3 });
});

it.each([
  [false, '欧阳娜娜'],
  [true, 'REFUSED'],
])('a consent of a double whose state of guardianship was removed: %s', async (removed, said) => {
  const { child, match, merge, status } = await doubles();
  rig.later(1000);
  const filed = await rig.consent({ match } as never, { evidence: digest(`double ${removed}`) });
  expect(filed.status, filed.text).toBe(200);
  if (removed) await put(match, { guardianship_status: null });
  if (removed) await put(match, { guardianship_status: status });
  await merge();
  const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
  expect(json.results[0].refused?.code ?? json.results[0].fields.name.value).toBe(said);
});
