/** Athena's part of the comparison, run by DuckDB over files as CloudTrail and the sequencer write them. */
import { expect, it } from 'vitest';
import { siftQuery } from '../../infra/archive/sift.ts';
import { temporaryFolder } from '../support/folder.ts';
import { byEngine, byOwnJoin } from './compared.ts';
import { chaos, makeWorld, PACK, writeWorld } from './world.ts';

const FROM = Date.parse('2026-11-25T22:00:00Z');
const HOUR = 3_600_000;

it('finds what our own join finds among 20,000 records with 100 faults, and leaves few rows to it', async () => {
  const folder = temporaryFolder();
  const world = makeWorld({
    seed: 33,
    from: FROM,
    to: FROM + 4 * HOUR,
    calls: 20_000,
    people: 900,
    faults: 100,
  });
  const records = writeWorld(folder, world);
  // Both edges lie among the records, one of them on the next day.
  const span = { from: FROM + HOUR / 4, to: FROM + 3.75 * HOUR };
  const { found, left } = await byEngine(folder, span);
  expect(found).toEqual(byOwnJoin(records, world.claims, span));
  const codes = Map.groupBy(found.findings, (one) => one.split(' ')[0]);
  for (const code of ['UNWRAP_WITHOUT_ENTRY', 'ENTRY_WITHOUT_UNWRAP', 'FOREIGN_PRINCIPAL', 'UNWRAP_DIFFERS'])
    expect([code, (codes.get(code)?.length ?? 0) >= 10]).toEqual([code, true]);
  expect(found.aborted).toBeGreaterThan(10);
  expect(found.repeated).toBeGreaterThan(10);
  expect(left).toBeLessThan(world.calls.length / 5);
});

it.each([1, 2, 3])('agrees with it where nearly everything is wrong (%i)', async (seed) => {
  const folder = temporaryFolder();
  const world = chaos(seed, FROM, 600);
  const records = writeWorld(folder, world);
  const span = { from: FROM + 100_000, to: FROM + 600 * 900_000 };
  const { found } = await byEngine(folder, span);
  expect(found).toEqual(byOwnJoin(records, world.claims, span));
  expect(found.matched).toBeGreaterThan(100);
  expect(found.findings.length).toBeGreaterThan(500);
});

it('takes nothing but names of the pack and of tables into the text of a query', () => {
  expect(() => siftQuery(PACK, { trail: 'trail', claims: "claims'; DROP" })).toThrow(RangeError);
  expect(siftQuery(PACK, { trail: 'trail', claims: 'claims' })).not.toContain('{{');
});
