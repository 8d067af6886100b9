/** Entries that wait for the tree are counted, or said to be too many, and never said to be none. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decision } from '../log/log.ts';
import { openRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
  await rig.register('audit-office', [], ['audit']);
  await rig.log.append([decision()]);
  await rig.sequencer.step();
});
afterAll(() => rig.close());

const stats = async () => (await rig.get('audit-office', 'audit', '/v1/log/stats?by=kind')).json;

it('names no number of them once they are too many to look at', async () => {
  const { entries } = await stats();
  for (let i = 0; i < 5; i++) await rig.log.append([decision()]);
  expect(await stats()).toMatchObject({ entries: entries + 5, untreed: 5 });
  // Each is an item of its own, as one after another.
  for (let i = 0; i < 2000; i++) await rig.log.append([decision()]);
  const late = await stats();
  expect(late.size).toBeGreaterThan(0);
  expect(late.untreed).toBeUndefined();
}, 60_000);
