/** What the tests of the sequencer demand of a log after whatever happened to it. */
import { expect } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import type { Entry } from '../../shared/log/entry/entry.ts';
import { indexKeys, parseIndexed } from '../../shared/log/read/index-rows.ts';
import { unpackEntries } from '../../shared/tree/tiles.ts';
import type { World } from './world.ts';

/** Steps until nothing is left, like the loop of the function. */
export async function drain(world: World): Promise<void> {
  for (let step = await sequence(world.deps); step.sequenced > 0 || step.lost; )
    step = await sequence(world.deps);
}

/** The whole promise: what is stored is in the tree, once, in an order that verifies, and no tree forked. */
export async function expectWhole(world: World): Promise<void> {
  const { checkpoint } = await world.check();
  const leaves: string[] = [];
  for (let from = 0; from < checkpoint.size; from += 256) {
    const width = Math.min(256, checkpoint.size - from);
    const path = `tile/entries/${String(from / 256).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
    for (const one of unpackEntries(world.files.get(path) ?? Buffer.of(), width) ?? [])
      leaves.push(Buffer.from(one).toString());
  }
  expect(leaves.toSorted()).toEqual(world.stored().toSorted());
  // Where an entry stands can be looked up.
  leaves.forEach((text, index) => {
    const { writer, seq, leaf } = JSON.parse(text);
    expect((world.places.get(`${writer}-${seq}`) ?? Number.NaN) + leaf).toBe(index);
  });
  // The index leads to it by all that is known of it, and to nothing else.
  const indexed = new Set<string>();
  for (const { key, place, entries } of world.index.rows.values()) {
    for (const { at, writer, seq, leaf } of parseIndexed(place.split('#')[0] ?? '', entries))
      indexed.add(`${key} ${at} ${writer}-${seq}-${leaf}`);
  }
  const entries = leaves.map((text) => JSON.parse(text) as Entry);
  const expected = entries.flatMap((one) => indexKeys(one).map((key) => `${key} ${one.time} ${one.id}`));
  expect([...indexed].sort()).toEqual(expected.sort());
  expect(world.index.position?.size).toBe(checkpoint.size);
  // Never two signatures on two trees of one size.
  const sizes = [...world.signed].map((text) => text.split('\n')[1]);
  expect(new Set(sizes).size).toBe(sizes.length);
}
