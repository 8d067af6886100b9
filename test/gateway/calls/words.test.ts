/** Every field that was asked for has a word: given, withheld with its code, or the one word `ABSENT`. */
import { expect, it } from 'vitest';
import { fileGateway } from '../../support/gateway.ts';
import { card } from '../../support/guardians.ts';
import { BORN, freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();
const RELEASE = {
  actions: ['release'],
  purpose: 'W1',
  officer: 'li.na',
  reason: 'yearly review',
  case: 'C-2026-17',
};

async function child(more: object) {
  const id_number = freshNumber();
  const match = { id_number };
  await gateway.put('mps-county', { match, fields: { id_number, name: '王小明', sex: '1', ...more } });
  await gateway.put('mca-county', { match, fields: { division_code: '990001', birth_date: BORN } });
  return { match };
}

it('for what is not held as for what is held back, whether or not fields are named', async () => {
  const [held, bare] = [await child({ hukou_address: '云平市' }), await child({})];
  const ask = async (fields?: string[]) =>
    (await gateway.call('mca-county', RELEASE, 'POST', '/v1/releases', { subjects: [held, bare], fields }))
      .json.results;
  const named = ['name', 'hukou_address', 'residence_address', 'nme', 'hiv_status'];
  for (const result of await ask(named))
    expect([...Object.keys(result.fields), ...Object.keys(result.withheld)].sort()).toEqual(
      [...named].sort(),
    );
  const [one, two] = await ask(['name', 'hukou_address']);
  expect(one.fields.hukou_address.form).toBe('plain');
  expect(two.withheld.hukou_address).toEqual(
    (await ask(['residence_address', 'name']))[0].withheld.residence_address,
  );
  expect(two.withheld.hukou_address.code).toBe('ABSENT');
  const whole = (await ask()).map((result: { fields: object; withheld: object }) =>
    [...Object.keys(result.fields), ...Object.keys(result.withheld)].sort(),
  );
  expect(whole[0]).toEqual(whole[1]);
  expect(whole[0].length).toBeGreaterThan(20);
  // A field under objection is withheld, and says no more than one that is not held.
  const document = card(held.match.id_number);
  const objection = { subject: held, field: 'hukou_address', by: 'child', document };
  const desk = { actions: ['casework'], officer: 'wang', reason: 'they have moved since' };
  // Filing looks up who received the field.
  await gateway.sequencer.step();
  const filed = await gateway.call('desk-county', desk, 'POST', '/v1/objections', objection);
  expect(filed.status, filed.text).toBe(200);
  const disputed = (await ask(['name', 'hukou_address']))[0];
  expect(disputed.fields).not.toHaveProperty('hukou_address');
  expect(disputed.withheld.hukou_address).toEqual(two.withheld.hukou_address);
});
