/** An agency is new if the index knows no entry of it in the days before a span. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asClientId } from '../../shared/ids.ts';
import { POSITION } from '../../shared/log/read/index-table.ts';
import { getItem, type Item, putItem } from '../../shared/store/table.ts';
import { decision } from '../log/log.ts';
import { openRig, type Rig } from './rig.ts';

const DAY = 86_400_000;
let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
  await rig.register('audit-office', [], ['audit']);
});
afterAll(() => rig.close());

async function decide(...agencies: string[]): Promise<void> {
  await rig.log.append(
    agencies.map((agency) => decision({ handler: { departments: ['EDU'], agency: asClientId(agency) } })),
  );
  while ((await rig.sequencer.step()).sequenced > 0);
}

const ask = (query: string) => rig.get('audit-office', 'audit', `/v1/log/stats?${query}`);

it('names the agencies without an entry in the days before, and no other', async () => {
  const start = rig.clock.now;
  await decide('edu-county', 'health-county');
  // The last day on which `health-county` was active is more than 90 days before the span, that of `edu-county` is not.
  rig.clock.now = start + 40 * DAY;
  await decide('edu-county');
  rig.clock.now = start + 100 * DAY;
  await decide('edu-county', 'health-county', 'charity-sunrise');
  rig.clock.now += 90_000;
  await rig.sequencer.step();

  const from = new Date(start + 99 * DAY).toISOString();
  const of = async (days: number, by = 'agency') =>
    (await ask(`by=${by}&kind=decision&from=${from}&newWithin=${days}`)).json.newAgencies;
  expect(await of(90)).toEqual(['charity-sunrise', 'health-county']);
  expect(await of(90, 'purpose,agency')).toEqual(['charity-sunrise', 'health-county']);
  expect(await of(50)).toEqual(['charity-sunrise', 'edu-county', 'health-county']);
  expect(await of(100)).toEqual(['charity-sunrise']);
});

it('says nothing while the index lacks entries before the span', async () => {
  const table = { client: rig.deps.dynamo, name: rig.env.logIndexTable };
  const span = `by=agency&kind=decision&from=${new Date(rig.clock.now - DAY).toISOString()}&newWithin=90`;
  const named = async () => (await ask(span)).json.newAgencies;
  expect(await named()).toEqual(['charity-sunrise', 'health-county']);
  const position = (await getItem(table, POSITION)) as Item;
  // As one that was restored to a point in time, and catches up.
  await putItem(table, { ...position, until: { N: String(rig.clock.now - 2 * DAY) } });
  expect(await named()).toBeUndefined();
  await putItem(table, position);
  expect(await named()).toEqual(['charity-sunrise', 'health-county']);
});

it('says nothing of a span with which the log began, and of one that was not asked for', async () => {
  const all = `by=agency&from=${new Date(rig.clock.now - 300 * DAY).toISOString()}`;
  expect((await ask(`${all}&newWithin=90`)).json).toMatchObject({ entries: 6, buckets: expect.any(Array) });
  expect((await ask(`${all}&newWithin=90`)).json.newAgencies).toBeUndefined();
  expect((await ask('by=agency')).json.newAgencies).toBeUndefined();
});

it('names each of many', async () => {
  rig.clock.now += 100 * DAY;
  const many = Array.from({ length: 210 }, (_, i) => `office-${String(i).padStart(3, '0')}`);
  for (let at = 0; at < many.length; at += 70) await decide(...many.slice(at, at + 70));
  rig.clock.now += 90_000;
  await rig.sequencer.step();
  const from = new Date(rig.clock.now - DAY).toISOString();
  const { json } = await ask(`by=agency&kind=decision&from=${from}&newWithin=90`);
  expect(json.newAgencies).toEqual(many);
});

it('is for counts by agency, of at most a year', async () => {
  for (const query of ['by=purpose&newWithin=90', 'by=agency&newWithin=367', 'by=agency&newWithin=0']) {
    const { status, json } = await ask(query);
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'INVALID_REQUEST', '/newWithin']);
  }
});
