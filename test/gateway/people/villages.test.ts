/** An office of a part of a county acts about those who live there, and learns as little of others as of a child without a record. */
import { describe, expect, it } from 'vitest';
import { fileRig } from '../../casework/rig.ts';
import { freshNumber } from '../../support/people.ts';

const rig = await fileRig();
const { gateway } = rig;

const steward = (officer: string, method: string, path: string, body?: object) => {
  const details = { actions: ['steward'], reason: 'a new office', officer, unseen: true as const };
  return gateway.call('steward-office', details, method, path, body);
};

/** The neighbouring bureau becomes an office of these areas. */
async function officeOf(...areas: string[]) {
  const path = '/v1/agencies/mca-neighbour';
  const {
    clientId: _,
    keys: __,
    retiring: ___,
    waiting: ____,
    suspended: _____,
    ...before
  } = (await steward('li.na', 'GET', path)).json;
  const rights = {
    ...before,
    roles: ['village-officer', 'county-civil-affairs'],
    actions: ['casework'],
    areas,
  };
  const first = await steward('li.na', 'PUT', path, { ...rights, purposes: [], byPeople: [] });
  expect(first.status, first.text).toBeLessThan(300);
  if (first.status === 202)
    await steward('chen.jie', 'POST', `${path}/confirm`, { entry: first.json.receipt.entry });
  // Beyond the time for which functions remember a registration.
  rig.later(120_000);
  expect((await steward('li.na', 'GET', path)).json.areas).toEqual(areas);
}

const child = await rig.child({ mca: { division_code: '990001001003' } });
const elsewhere = await rig.child({ mca: { division_code: '990001002' } });
const unplaced = await rig.child({ mca: { division_code: '990001' } });
const nobody = { match: { id_number: freshNumber() } };
await gateway.sequencer.step();

const acts: [string, (whom: object) => Parameters<typeof gateway.call>[4] | [string, object]][] = [
  ['/v1/consents/search', (subject) => ({ subject })],
  ['/v1/subjects/find', (subject) => ({ subject })],
  ['/v1/objections', (subject) => ({ subject, field: 'name', by: 'child', right: 'explanation' })],
  ['/v1/freezes', (subject) => ({ target: { subject } })],
  [
    '/v1/check-codes',
    (subject) => ({ subject, programme: 'help-page-check', recipient: 'platform-lantern' }),
  ],
];
async function codes(whom: object) {
  const all = [];
  for (const [path, body] of acts) {
    const { status, json } = await rig.casework('mca-neighbour', 'POST', path, body(whom) as object, {
      officer: 'he.ping',
      reason: 'at the door',
    });
    all.push(json.code ?? status);
  }
  return all;
}

describe.each([['990001001'], ['990001001003']])('an office of %s', (area) => {
  it('acts about a child who lives there, and about no other of the county', async () => {
    await officeOf('990001002');
    const refused = await codes(nobody);
    expect(new Set(refused)).toEqual(new Set(['REFUSED']));
    for (const other of [child, unplaced]) expect(await codes(other)).toEqual(refused);
    expect((await codes(elsewhere)).slice(0, 2)).toEqual([200, 200]);
    await officeOf(area);
    expect(await codes(child)).not.toContain('REFUSED');
    for (const other of [elsewhere, unplaced]) expect(await codes(other)).toEqual(refused);
  });
});
