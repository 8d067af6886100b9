/** A span with more unwraps than memory holds: it is compared in parts, or shortened, and finds the same. */

import { expect, it } from 'vitest';
import { unwrapsOf } from '../../functions/watch/compare.ts';
import type { Trail } from '../../functions/watch/trail.ts';
import { asEntryId, asKeyId } from '../../shared/ids.ts';
import { reconcile } from '../../shared/log/read/reconcile.ts';

const AT = Date.parse('2026-11-25T02:00:00Z');
const record = (key: string, i: number) => ({
  eventName: 'Decrypt',
  eventSource: 'kms.amazonaws.com',
  eventID: `event-${i}`,
  // The second unwrap of a key comes too late for a repeat of the first.
  eventTime: new Date(AT + 1000 * (i % 100) + (i < 900 ? 0 : 20_000)).toISOString(),
  userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/verify/verify' },
  requestParameters: {
    encryptionContext: { collection: 'children', class: 'facts', owner: 'MCA', subject: 's', keyId: key },
  },
});
const records = Array.from({ length: 1000 }, (_, i) => record(`key-${i % 900}`, i));

let reads = 0;
const trail: Trail = {
  late: null,
  files: async () => [],
  async *read({ at }) {
    reads += 1;
    yield* records.slice(500 * at, 500 * (at + 1));
  },
};
const files = [0, 1].map((at) => ({ name: String(at), at }));
const reach = { from: AT, to: AT + 3_600_000 };

async function partsOf(most: number) {
  const parts = [];
  for await (const part of unwrapsOf(trail, files, reach, most)) parts.push(part);
  return parts;
}

it('is read once if it fits, and otherwise in parts by key', async () => {
  reads = 0;
  const [whole, ...none] = await partsOf(1000);
  expect([whole?.unwraps.length, none, reads]).toEqual([1000, [], 2]);
  const parts = await partsOf(300);
  expect(parts.length).toBeGreaterThan(3);
  expect(Math.max(...parts.map(({ unwraps }) => unwraps.length))).toBeLessThanOrEqual(300);
  const keys = parts.flatMap(({ unwraps }) => [...new Set(unwraps.map(({ key }) => key))]);
  // No key is in two parts, and none in no part.
  expect([keys.length, new Set(keys).size]).toEqual([900, 900]);
});

it('finds the same in parts as in one', async () => {
  // Each key was unwrapped as an entry says, save for every tenth; a hundred keys were unwrapped twice.
  const claims = Array.from({ length: 900 }, (_, i) => i)
    .filter((i) => i % 10 !== 0)
    .map((i) => ({
      entry: asEntryId(`entry-${i}`),
      kind: 'decision',
      at: AT + 1000 * (i % 100),
      keys: [asKeyId(`key-${i}`)],
    }));
  const found = async (most: number) => {
    const all = { matched: 0, codes: [] as string[] };
    for (const { unwraps, has } of await partsOf(most)) {
      const some = claims.map((claim) => ({ ...claim, keys: claim.keys.filter(has) }));
      const options = { ...reach, tolerance: 60_000, roles: new Set(['verify']) };
      const { matched, findings } = reconcile(unwraps, some, options);
      all.matched += matched;
      all.codes.push(...findings.map(({ code, key, entry }) => `${code} ${key} ${entry ?? ''}`));
    }
    return { ...all, codes: all.codes.sort() };
  };
  const whole = await found(1000);
  expect(whole.matched).toBe(810);
  expect(whole.codes.length).toBe(190);
  expect(await found(100)).toEqual(whole);
});
