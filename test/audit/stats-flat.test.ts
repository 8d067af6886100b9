/** Counts cost the hours of a span and not its entries; and they are made again from the log. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deleteItem, queryAll } from '../../shared/store/table.ts';
import { decision } from '../log/log.ts';
import { openRig, type Rig } from './rig.ts';

const SMALL = 300;
const LARGE = 3000;
const AT_ONCE = 60;
let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
  await rig.register('audit-office', [], ['audit']);
});
afterAll(() => rig.close());

async function grow(entries: number): Promise<void> {
  for (let n = 0; n < entries; n += AT_ONCE)
    await rig.log.append(Array.from({ length: AT_ONCE }, (_, i) => decision({ purpose: `S${i % 7}` })));
  while ((await rig.sequencer.step()).sequenced > 0);
}

/** The answer, and the calls of the store that it took. */
async function ask(query: string) {
  // An idle sequencer says after a minute how far the tree is. What was in it before needs no second look.
  rig.clock.now += 90_000;
  await rig.sequencer.step();
  const calls = vi.spyOn(rig.deps.dynamo, 'send');
  const { json } = await rig.get('audit-office', 'audit', `/v1/log/stats?${query}`);
  const made = calls.mock.calls.length;
  calls.mockRestore();
  return { json, made };
}

it('takes the same calls for ten times the entries, and counts each of them', async () => {
  await grow(SMALL);
  const small = await ask('by=purpose');
  await grow(LARGE - SMALL);
  const large = await ask('by=purpose');
  expect([small.json.entries, large.json.entries]).toEqual([SMALL, LARGE]);
  expect(large.made).toBeLessThanOrEqual(small.made);
  // Officers are words, which no row counts.
  expect((await ask('by=officer')).made).toBeGreaterThan(large.made + 10);
});

it('is made again from the log if the index is lost', async () => {
  const before = (await ask('by=kind')).json;
  const table = { client: rig.deps.dynamo, name: rig.env.logIndexTable };
  const keys = ['hours', 'position'];
  const rows = (await Promise.all(keys.map((key) => queryAll(table, '#key = :key', { key })))).flat();
  expect(rows.length).toBeGreaterThan(1);

  for (const { key, place } of rows) await deleteItem(table, { key: key as never, place: place as never });
  expect((await rig.get('audit-office', 'audit', '/v1/log/stats?by=kind')).json.size).toBeUndefined();
  // Half of it names no size yet, and misses no entry.
  expect(await rig.sequencer.step()).toMatchObject({ behind: true });
  const { size, ...meanwhile } = (await rig.get('audit-office', 'audit', '/v1/log/stats?by=kind')).json;
  expect([size, meanwhile.entries]).toEqual([undefined, before.entries]);
  while ((await rig.sequencer.step()).behind);
  expect({ ...(await ask('by=kind')).json, until: before.until }).toEqual(before);
});
