import { describe, expect, it, test } from 'vitest';
import { fileGateway } from '../support/gateway.ts';

const ID_NUMBER = '99000120130506001X';
const gateway = await fileGateway();
const audit = (method: string, path: string) =>
  gateway.call('audit-office', { actions: ['audit'] }, method, path);
const newest = async (query: string) => (await audit('GET', `/v1/log/entries?${query}`)).json.entries;

await gateway.put('mca-county', {
  match: { id_number: ID_NUMBER },
  fields: { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' },
});
for (let i = 0; i < 3; i++) {
  const details = { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei' };
  const body = { collection: 'children', subjects: [{ match: { id_number: ID_NUMBER } }], fields: ['name'] };
  await gateway.call('edu-county', { ...details, reason: 'subsidy' }, 'POST', '/v1/releases', body);
}

test('flows name department, recipient and purpose, and lead to the entries behind', async () => {
  const [{ counts }] = (await audit('GET', '/v1/log/stats?by=flow')).json.buckets;
  expect(counts).toEqual({ 'MCA edu-county S1': 3 });
  const behind = 'kind=decision&agency=edu-county&purpose=S1&outcome=released';
  expect((await newest(`${behind}&owner=MCA`)).length).toBe(3);
  expect(await newest(`${behind}&owner=MPS`)).toEqual([]);
});

test('counts by kind are of every entry, so that their sum is that of the leaves', async () => {
  const span = `from=2020-01-01T00:00:00Z&to=${new Date().toISOString()}`;
  const { json } = await audit('GET', `/v1/log/stats?by=kind&${span}`);
  const sum = Object.values(json.buckets[0].counts as Record<string, number>).reduce((a, b) => a + b, 0);
  expect(sum).toBe(json.entries);
  expect(json.entries).toBe((await newest(`limit=1000&${span}`)).length);
  expect(json.buckets[0].counts).toMatchObject({ writer: expect.any(Number), attempt: expect.any(Number) });
});

test('counts of a filter are of the entries that the list shows for it', async () => {
  const of = async (filter: string) => (await audit('GET', `/v1/log/stats?by=kind&${filter}`)).json;
  const filter = 'agency=edu-county&purpose=S1&kind=decision&owner=MCA';
  expect((await of(filter)).entries).toBe((await newest(filter)).length);
  expect((await of(filter)).buckets[0].counts).toEqual({ decision: 3 });
  expect((await of('agency=edu-county&kind=denial')).entries).toBe(0);
  // A count about one person or officer would be a reading without an entry.
  for (const name of ['subject', 'officer', 'about', 'ref'])
    expect((await audit('GET', `/v1/log/stats?by=kind&${name}=x`)).status).toBe(400);
});

test('counts by person are a reading of the log as the list is, and counts by officer none', async () => {
  // Each list of readings is one itself.
  const readings = async () => (await newest('kind=reading&limit=1000')).length;
  for (const [by, more] of [
    ['person', 1],
    ['purpose,person', 1],
    ['officer', 0],
  ] as const) {
    const before = await readings();
    expect((await audit('GET', `/v1/log/stats?by=${by}`)).status).toBe(200);
    expect((await readings()) - before).toBe(1 + more);
  }
});

test('counts by several are those by each, each value after its name', async () => {
  const of = async (by: string) => (await audit('GET', `/v1/log/stats?by=${by}`)).json;
  const { entries, buckets } = await of('purpose,agency');
  expect(entries).toBe((await of('purpose')).entries);
  expect(buckets[0].counts).toEqual({
    ...{ 'purpose:S1': 3 },
    ...Object.fromEntries(
      Object.entries((await of('agency')).buckets[0].counts).map(([name, n]) => [`agency:${name}`, n]),
    ),
  });
  for (const by of ['purpose,no-such', 'no-such'])
    expect((await audit('GET', `/v1/log/stats?by=${by}`)).status).toBe(400);
});

describe('counts of the hours', () => {
  const of = async (query: string) => (await audit('GET', `/v1/log/stats?${query}`)).json;
  const QUERIES = [
    ...['purpose', 'agency', 'outcome', 'kind', 'flow', 'officer', 'field'].map((by) => `by=${by}`),
    'by=kind&agency=edu-county&outcome=released',
    'by=outcome&owner=MCA&bucket=week',
    'by=flow&purpose=S1&bucket=hour',
    'by=kind&rule=no-such-rule',
    'by=rule&bucket=hour',
    'by=purpose,agency,rule',
    'by=kind,officer',
    'by=kind&kind=decision&code=NO_CONSENT',
  ];
  const all = async () => Promise.all(QUERIES.map(async (query) => (await of(query)).buckets));

  it('are those of the entries, before and after these are in the tree', async () => {
    const oneByOne = await all();
    expect((await of('by=kind')).size).toBeUndefined();
    await gateway.sequencer.step();
    // The reading of a list is an entry that is in no tree yet.
    expect(await all()).toEqual(oneByOne);
    expect((await of('by=kind')).size).toBeGreaterThan(5);
    expect(Date.parse((await of('by=kind')).until)).toBeLessThanOrEqual(Date.now());
    const before = (await of('by=kind')).entries;
    await newest('kind=decision');
    expect(await of('by=kind')).toMatchObject({ entries: before + 1, untreed: 1 });
    await gateway.sequencer.step();
    expect(await of('by=kind')).toMatchObject({ entries: before + 1, untreed: 0 });
  });

  it('of a part of an hour are those of its entries', async () => {
    const [{ time }] = await newest('kind=decision&limit=1');
    const after = new Date(Date.parse(time) + 1).toISOString();
    const count = async (query: string) => (await of(`by=kind&kind=decision&${query}`)).entries;
    expect([await count(`from=${time}`), await count(`from=${after}`)]).toEqual([1, 0]);
    expect([await count(`to=${time}`), await count(`to=${after}`)]).toEqual([2, 3]);
  });
});
