import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  EPOCH,
  formatPersonKeys,
  leafKey,
  newEpochKeys,
  type PersonKeys,
  parsePersonKeys,
  puncture,
} from '../../shared/log/entry/secrets.ts';

const hex = (keys: PersonKeys, seq: number, leaf: number) => {
  const key = leafKey(keys, seq, leaf);
  return key && Buffer.from(key).toString('hex');
};

test('each leaf of each item has a key of its own', () => {
  const keys = newEpochKeys().person;
  const all = [0, 1, 2, 511, 512, EPOCH - 1].flatMap((seq) =>
    [0, 1, 256, 65_536].map((l) => hex(keys, seq, l)),
  );
  expect(new Set(all).size).toBe(all.length);
});

test('a key does not depend on earlier requests', () => {
  const keys = puncture(newEpochKeys().person, 700, 0, 2);
  for (const seq of [0, 1, 699, 701, 700, 3, EPOCH - 1, 512, 511, 0, EPOCH + 3]) {
    const asked = [hex(keys, seq, 0), hex(keys, seq, 1)];
    const fresh = parsePersonKeys(formatPersonKeys(keys));
    expect(asked).toEqual([hex(fresh, seq, 0), hex(fresh, seq, 1)]);
  }
});

test('a forgotten leaf has no key, and every other leaf keeps its own, in any order', () => {
  const whole = newEpochKeys().person;
  const leavesOf = (seq: number) => (seq % 3) + 1;
  const gone = new Set<string>();
  let keys = whole;
  for (let n = 0; n < 60; n++) {
    const seq = randomBytes(2).readUInt16BE() % 40;
    const leaf = n % leavesOf(seq);
    keys = puncture(keys, seq, leaf, leavesOf(seq));
    gone.add(`${seq}.${leaf}`);
    keys = parsePersonKeys(formatPersonKeys(keys));
  }
  for (let seq = 0; seq < 45; seq++) {
    for (let leaf = 0; leaf < leavesOf(seq); leaf++) {
      const expected = gone.has(`${seq}.${leaf}`) ? null : hex(whole, seq, leaf);
      expect(hex(keys, seq, leaf)).toBe(expected);
    }
  }
  // No key that is left is above one that is gone.
  const ways = [...gone].map((one) => Number(one.split('.')[0]).toString(2).padStart(10, '0'));
  for (const name of keys.keys()) {
    if (!name.includes('.')) for (const way of ways) expect(way.startsWith(name)).toBe(false);
  }
});

test('all of an epoch can be forgotten', () => {
  let keys = newEpochKeys().person;
  for (let seq = 0; seq < EPOCH; seq++) keys = puncture(keys, seq, 0, 1);
  expect(keys.size).toBe(0);
});

test('the keys of an epoch stay far below what one item of the table holds', () => {
  let keys = newEpochKeys().person;
  // Every other item is the worst case: nothing can be told by a key above two of them.
  for (let seq = 0; seq < EPOCH; seq += 2) keys = puncture(keys, seq, 0, 1);
  expect(formatPersonKeys(keys).length).toBeLessThan(64 * 1024);
});
