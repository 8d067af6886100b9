/** The requirements of the sequencer's tests for a log after any event. */
import { expect } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { parseCount } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { countIn, HOURS, type Hour, hourOf, newHour, parseHour } from '../../shared/log/read/hours.ts';
import { indexKeys, parseIndexed } from '../../shared/log/read/index-rows.ts';
import { openEntry } from '../../shared/log/read/openings.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import { countCommitment } from '../../shared/tree/commitments.ts';
import { unpackEntries } from '../../shared/tree/tiles.ts';
import type { World } from './world.ts';

/** Steps until nothing is left, like the loop of the function. */
export async function drain(world: World): Promise<void> {
  for (let step = await sequence(world.deps); step.sequenced > 0 || step.lost || step.behind; )
    step = await sequence(world.deps);
}

/** The complete promise: every stored item is in the tree, once, in an order that verifies, and no tree forked. */
export async function expectWhole(world: World): Promise<void> {
  const { checkpoint } = await world.check();
  const leaves: string[] = [];
  const all: string[] = [];
  for (let from = 0; from < checkpoint.size; from += 256) {
    const width = Math.min(256, checkpoint.size - from);
    const path = `tile/entries/${String(from / 256).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
    for (const one of unpackEntries(world.files.get(path) ?? Buffer.of(), width) ?? [])
      all.push(Buffer.from(one).toString());
  }
  const counts: Uint8Array[] = [];
  for (const [index, text] of all.entries()) {
    const count = parseCount(text);
    if (!count) leaves.push(text);
    for (const [i, one] of count?.counts.entries() ?? []) counts[(count?.first ?? index) + i] = one;
  }
  expect(leaves.toSorted()).toEqual(world.stored().toSorted());
  // The place of an entry can be looked up.
  for (const text of leaves) {
    const { writer, seq, leaf } = JSON.parse(text);
    expect((world.places.get(`${writer}-${seq}`) ?? Number.NaN) + leaf).toBe(all.indexOf(text));
  }
  // The index leads to it by all that is known of it, and to nothing else.
  const indexed = new Set<string>();
  for (const { key, place, entries } of world.index.rows.values()) {
    if (key === HOURS) continue;
    for (const { at, writer, seq, leaf } of parseIndexed(place.split('#')[0] ?? '', entries))
      indexed.add(`${key} ${at} ${writer}-${seq}-${leaf}`);
  }
  const opened = leaves.map((text) => {
    const { writer, seq, leaf } = JSON.parse(text);
    const item = (world.tables.get(writer) ?? []).find((one) => one.seq === seq);
    return openEntry(item ?? { leaves: [] }, leaf, world.secrets.get(epochName(writer, seq)));
  });
  // Each person's entries are counted in the order of the tree.
  const numbers = new Map<string, number>();
  for (const [i, { entry, halves }] of opened.entries()) {
    if (entry?.subject === undefined || !halves.person) continue;
    const n = (numbers.get(entry.subject) ?? 0) + 1;
    numbers.set(entry.subject, n);
    const counted = counts[all.indexOf(leaves[i] as string)];
    expect(counted && new Uint8Array(counted)).toEqual(
      new Uint8Array(countCommitment(sha256, halves.person.salt('count'), entry.subject, n)),
    );
  }
  const expected = opened.flatMap(({ entry }) =>
    entry ? indexKeys(entry).map((key) => `${key} ${entry.time} ${entry.id}`) : [],
  );
  expect([...indexed].sort()).toEqual(expected.sort());
  expect(world.index.position?.size).toBe(checkpoint.size);
  // The hours count each entry of the tree once.
  const recount = new Map<string, Hour>();
  const functions = new Map(
    opened.map(({ entry }) => [entry?.writer, entry?.certificate?.name] as const).filter(([, name]) => name),
  );
  for (const { entry } of opened) {
    if (!entry) continue;
    const hour = recount.get(hourOf(entry.time)) ?? newHour(0);
    countIn(hour, entry, functions.get(entry.writer));
    recount.set(hourOf(entry.time), hour);
  }
  const rows = [...world.index.rows.values()].filter(({ key }) => key === HOURS);
  const counted = rows.map(
    ({ place, entries }) => [place, { ...parseHour(entries), size: 0, first: 0 }] as const,
  );
  expect(new Map(counted)).toEqual(recount);
  // Never two signatures on two trees of one size.
  const sizes = [...world.signed].map((text) => text.split('\n')[1]);
  expect(new Set(sizes).size).toBe(sizes.length);
}
