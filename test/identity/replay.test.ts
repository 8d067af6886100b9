import { expect, it } from 'vitest';
import { claimName, claimOnce } from '../../shared/identity/replay.ts';
import { getItem } from '../../shared/store/table.ts';
import { fileParts } from '../support/identity.ts';

const parts = await fileParts();

const T0 = 1_772_438_400_000;
const claim = (name: string, expires: number, now: number) =>
  claimOnce(parts.deps.tables.claims, { claim: name, expires }, now);

it('a claim holds until its end and a minute more, whether or not the item is still there', async () => {
  const end = T0 / 1000 + 100;
  expect(await claim('a', end, T0)).toBe(true);
  expect(await claim('a', end, T0)).toBe(false);
  expect(await claim('a', end, (end + 60) * 1000)).toBe(false);
  // The item is still in the table, which deletes late: time is compared by the claim itself.
  expect(await claim('a', end + 300, (end + 61) * 1000)).toBe(true);
});

it('a fraction of a second in the end rounds up', async () => {
  expect(await claim('fraction', T0 / 1000 + 0.5, T0)).toBe(true);
  expect(await claim('fraction', T0 / 1000 + 0.5, T0 + 60_999)).toBe(false);
});

it('one of many concurrent claims wins', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => claim('race', T0 / 1000 + 9, T0)));
  expect(results.filter(Boolean)).toHaveLength(1);
});

it('the answer that got lost is no replay, a second caller is one', async () => {
  parts.faults.add({ service: 'store', kind: 'lost-answer', operation: 'PutItem', times: 1 });
  expect(await claim('lost', T0 / 1000 + 9, T0)).toBe(true);
  expect(await claim('lost', T0 / 1000 + 9, T0)).toBe(false);
});

it('a table out of reach is an error, never a claim', async () => {
  parts.faults.add({ service: 'store', kind: 'error', operation: 'PutItem', times: 100 });
  await expect(claim('down', T0 / 1000 + 9, T0)).rejects.toThrow();
  parts.faults.clear();
});

it('names keep kinds, issuers and ids apart and hide the id', async () => {
  const name = claimName('dpop', 'jkt', 'the id');
  expect(name).not.toContain('the id');
  expect(
    new Set([name, claimName('assertion', 'jkt', 'the id'), claimName('dpop', 'jkt2', 'the id')]).size,
  ).toBe(3);
  const item = await getItem(parts.deps.tables.claims, { claim: { S: 'a' } });
  expect(Object.keys(item ?? {}).sort()).toEqual(['claim', 'expires', 'write']);
});
