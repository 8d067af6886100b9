import { expect, test } from 'vitest';
import { asLogId } from '../../shared/ids.ts';
import { decidedSize } from '../../shared/log/read/decided.ts';
import { dropCount, putCounts, readCounts } from '../../shared/log/read/person-counts.ts';
import { openRealWorld } from '../sequencer/real-stores.ts';
import { decision } from './log.ts';

test('a count is replaced by no earlier one, as a sequencer that comes late would', async () => {
  const world = await openRealWorld();
  const tree = { client: world.parts.dynamo, name: world.env.treeTable };
  const [one, other] = [asLogId('b25l'), asLogId('b3RoZXI')];
  await putCounts(tree, [
    [one, { n: 6, last: 120 }],
    [other, { n: 1, last: 3 }],
  ]);
  await putCounts(tree, [[one, { n: 5, last: 100 }]]);
  // Each may be repeated.
  await putCounts(tree, [[one, { n: 6, last: 120 }]]);
  expect(await readCounts(tree, [one, other, asLogId('bm9uZQ')])).toEqual(
    new Map([
      [one, { n: 6, last: 120 }],
      [other, { n: 1, last: 3 }],
    ]),
  );
  await dropCount(tree, one);
  expect(await readCounts(tree, [one])).toEqual(new Map());
  await world.close();
  world.remove();
});

test('the size that was decided is that of the tree, and 0 before its first step', async () => {
  const world = await openRealWorld();
  const tree = { client: world.parts.dynamo, name: world.env.treeTable };
  expect(await decidedSize(tree)).toBe(0);
  await world.writer().append([decision()]);
  await world.drain();
  const { checkpoint } = await world.check();
  expect(await decidedSize(tree)).toBe(checkpoint.size);
  expect(checkpoint.size).toBeGreaterThan(0);
  await world.close();
  world.remove();
});
