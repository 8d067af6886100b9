/** The drill of docs/operate/runbook.md#restore on the deployed stack: records go back to before an erasure, which is replayed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Agency, putAgency } from '../../../shared/identity/agencies/agencies.ts';
import { PACK } from '../synthesise.ts';
import { copyName, copyRecords, restoreRecords } from './go-back.ts';
import { type Deployed, deployed } from './world.ts';

const INSTANT = new Date('2026-11-26T08:00:00Z');
const [GONE, KEPT] = ['99000120130506001X', '990001201305060028'];
const DESK = { actions: ['casework'], reason: 'at the desk', case: 'DESK-1' };
const E1 = { actions: ['release'], purpose: 'E1', officer: 'li.na', reason: 'child missing since noon' };

let world: Deployed;
beforeAll(async () => {
  world = await deployed();
  const table = { client: world.dynamo, name: world.setting('agenciesTable') };
  for (const id of ['mca-county', 'mps-county', 'court-county', 'audit-office'])
    await putAgency(table, { ...world.recordOf(id), suspended: false } as Agency);
}, 300_000);
afterAll(() => world?.close());

const put = (office: string, match: object, fields: object) =>
  world.gate.call(office, { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [{ match, fields }],
  });
const release = (id: string) =>
  world.gate.call('mps-county', E1, 'POST', '/v1/releases', {
    collection: PACK.collection,
    subjects: [{ match: { id_number: id } }],
    fields: ['name'],
    context: { imminentDangerAttested: true },
  });
const fields = async (id: string) => Object.keys((await release(id)).json.results?.[0].fields ?? {});

/** The court's reference to a child, by an approved request. */
async function heardOf(subject: object): Promise<string> {
  const hearing = { purpose: 'J1', case: 'CR-2026-077', officer: 'wu.jun', reason: 'hearing of the case' };
  const ask = (more: object = {}) =>
    world.gate.call('court-county', { actions: ['release'], ...hearing }, 'POST', '/v1/releases', {
      ...{ collection: PACK.collection, subjects: [subject], fields: ['name'] },
      context: { instrument: 'WRIT-77', ...more },
    });
  const { request } = (await ask()).json;
  const owner = { ...DESK, officer: 'gao.feng', reason: 'the writ names this child' };
  await world.gate.call('mps-county', owner, 'POST', `/v1/requests/${request}/approve`, {});
  return (await ask({ request })).json.results[0].ref;
}

it('goes back: closed meanwhile, the erasure replayed, the log compared with the heads, and open again', async () => {
  const refs: string[] = [];
  for (const id of [GONE, KEPT]) {
    const match = { id_number: id };
    const stored = await put('mps-county', match, { name: '测试儿童甲', birth_date: '2013-05-06' });
    expect([stored.status, stored.json.results?.[0].problem]).toEqual([200, undefined]);
    const own = await put('mca-county', match, { division_code: '990001001001' });
    refs.push(own.json.results[0].ref);
    expect(await fields(id)).toEqual(['name']);
  }
  // The emulator's recovery knows only the present, so this is the instant.
  await copyRecords(world, INSTANT);
  const court = { ...DESK, officer: 'wu.jun' };
  const ref = await heardOf({ match: { id_number: GONE } });
  const at = (ref: string) => `/v1/subjects/${ref}/erase`;
  const order = await world.gate.call('court-county', court, 'POST', at(ref), {
    instrument: 'ORDER-9',
  });
  const second = { ...DESK, officer: 'wang.fang' };
  const done = await world.gate.call('mca-county', second, 'POST', at(refs[0] ?? ''), {});
  expect([order.status, done.status]).toEqual([202, 200]);
  expect(await fields(GONE)).toEqual([]);
  await world.lambdas.get('sequencer')?.invoke({});

  const { told, closed, before } = await restoreRecords(world, INSTANT, async () => [
    (await release(KEPT)).json.code,
    (await fetch(`${world.publicUrl}/log/checkpoint`)).status,
  ]);
  expect(closed).toEqual(['MAINTENANCE', 503]);
  expect(told).toContain(copyName(world, 'treeTable', INSTANT));
  expect(before).toBe('none');
  expect(told).toContain(`${copyName(world, 'sheetsTable', INSTANT)}: is there already`);
  expect(told).toMatch(/Open, if log and heads agree\n {3}\d/);
  expect(await fields(GONE)).toEqual([]);
  expect(await fields(KEPT)).toEqual(['name']);
  const log = await world.gate.call(
    'audit-office',
    { actions: ['audit'] },
    'GET',
    '/v1/log/entries?kind=erasure',
  );
  expect(log.json.entries.map(({ outcome }: { outcome: string }) => outcome)).toContain('replayed');
  // The tree goes on over its new table, from where it was signed.
  const size = async () =>
    Number((await (await fetch(`${world.publicUrl}/log/checkpoint`)).text()).split('\n')[1]);
  const grown = await size();
  await release(KEPT);
  await world.lambdas.get('sequencer')?.invoke({});
  expect(await size()).toBeGreaterThan(grown);
  expect(world.judge.refused).toEqual([]);
}, 300_000);
