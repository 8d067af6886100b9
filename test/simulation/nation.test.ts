/** The limit of each stage of the stack as load grows, as in docs/operate/scale.md, before and after its changes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { capacityOf, run, type Stage } from './pipeline.ts';

/**
 * Each instance looks up the last change twice a second and reads all every 5 s: 2.2 units for its 12.5 releases, and some more by
 * instances of other functions. One partition answers 3,000.
 */
const FREEZES: Stage = { name: 'freezes', units: 0.2, servers: 1, milliseconds: 0, quota: 3_000 };

/** A release of 6 fields with facts: 5 Decrypt, 2 entries of 2.2 KB, 12 write units: 5 of the log, 4 of claims. */
const NOW: readonly Stage[] = [
  { name: 'api stage', units: 1, servers: 1, milliseconds: 0, quota: 500 },
  { name: 'release instances', units: 1, servers: 300, milliseconds: 80 },
  { name: 'kms symmetric', units: 5, servers: 1, milliseconds: 0, quota: 10_000 },
  { name: 'index by day', units: 2, servers: 1, milliseconds: 0, quota: 4_000 },
  { name: 'log table', units: 5, servers: 1, milliseconds: 0, quota: 40_000 },
  { name: 'claims table', units: 4, servers: 1, milliseconds: 0, quota: 40_000 },
  FREEZES,
  // 512 MB are 0.29 of a core.
  { name: 'sequencer', units: 2, servers: 1, milliseconds: 0.33 / 0.29 },
  { name: 'reconciliation', units: 2, servers: 1, milliseconds: 0.45 },
];

/** Today's stack with five threads that check for the sequencer. */
const THREADS: readonly Stage[] = NOW.flatMap((stage) =>
  stage.name === 'sequencer'
    ? [
        { name: 'signature checks', units: 2, servers: 5, milliseconds: 0.35 },
        { name: 'sequencer', units: 2, servers: 1, milliseconds: 0.14 },
      ]
    : [stage],
);

/** The same with what the page asks for. */
const NATION: readonly Stage[] = [
  { name: 'api stage', units: 1, servers: 1, milliseconds: 0, quota: 15_000 },
  { name: 'release instances', units: 1, servers: 1_200, milliseconds: 80 },
  { name: 'kms symmetric', units: 5, servers: 1, milliseconds: 0, quota: 75_000 },
  { name: 'index by day', units: 2, servers: 64, milliseconds: 1 },
  { name: 'log table', units: 5, servers: 1, milliseconds: 0, quota: 75_000 },
  { name: 'claims table', units: 4, servers: 1, milliseconds: 0, quota: 75_000 },
  FREEZES,
  { name: 'signature checks', units: 2, servers: 4 * 5, milliseconds: 0.35 },
  { name: 'sequencer', units: 2, servers: 4, milliseconds: 0.14 },
  { name: 'reconciliation', units: 2, servers: 64, milliseconds: 0.45 },
];

describe('the current stack', () => {
  it.each([
    [100, null],
    [400, null],
    [490, 'sequencer'],
    [600, 'api stage'],
  ])('at %i releases a second is held back by: %s', (rate, stage) => {
    expect(run(NOW, rate, 60).saturated).toBe(stage);
  });

  it('reaches its limits stage by stage, in the order of the page, as the previous one is raised', () => {
    const order: string[] = [];
    for (let stages = [...NOW]; stages.length > 0; ) {
      const [weakest] = stages.toSorted((a, b) => capacityOf(a) - capacityOf(b)) as [Stage];
      order.push(weakest.name);
      // The model finds what the arithmetic says.
      const limit = capacityOf(weakest);
      expect([weakest.name, run(stages, 1.1 * limit, 60).saturated]).toEqual([weakest.name, weakest.name]);
      expect([weakest.name, run(stages, 0.9 * limit, 60).saturated]).toEqual([weakest.name, null]);
      stages = stages.filter(({ name }) => name !== weakest.name);
    }
    expect(order.slice(0, 3)).toEqual(['sequencer', 'api stage', 'reconciliation']);
  });
});

describe('the stack with threads that check', () => {
  const raised = THREADS.filter(({ name }) => name === 'signature checks' || name === 'sequencer');

  it('has a sequencer that is no longer the first to saturate', () => {
    expect(run(THREADS, 600, 60).saturated).toBe('api stage');
  });

  it.each([
    [3_000, null],
    [5_000, 'sequencer'],
  ])('takes %i releases a second into its tree, or is held back by: %s', (rate, stage) => {
    expect(run(raised, rate, 60).saturated).toBe(stage);
  });

  it('works off what its sequencer alone takes an hour for in minutes', () => {
    const hour = (stages: readonly Stage[]) => run(stages, 800, 3600).drained;
    const [alone] = NOW.filter(({ name }) => name === 'sequencer');
    expect(hour(alone ? [alone] : [])).toBeGreaterThan(2_400_000);
    expect(hour(raised)).toBe(0);
  });
});

/** Rows of a list of verifications: 16 a lane, each held to its time step of 0.4 s; 7 Decrypt and 2 GenerateMac each. */
describe('a list of verifications', () => {
  const inLanes = (lanes: number): Stage => ({
    name: 'lanes',
    units: 1,
    servers: 16 * lanes,
    milliseconds: 400,
  });
  const misses = (left: number): Stage => ({ ...inLanes(1), name: 'misses', servers: left / 2 });
  const kms: Stage = { name: 'kms', units: 9, servers: 1, milliseconds: 0, quota: 5_000 };
  const page = readFileSync(join(ROOT, 'docs/operate/scale.md'), 'utf8');

  it.each([
    [misses(20), 25],
    [misses(200), 250],
    [inLanes(8), 320],
    [kms, 556],
  ])('is bounded by $name as the page says: %o, %i rows a second', (stage, rows) => {
    expect(Math.round(capacityOf(stage))).toBe(rows);
    expect(page).toContain(`| ${rows} |`);
  });

  it('of a shipped programme waits for its budget of misses, and one of a million rows for its lanes, then for KMS', () => {
    expect(run([misses(200), inLanes(8), kms], 300, 60).saturated).toBe('misses');
    expect(run([misses(20_000), inLanes(8), kms], 400, 60).saturated).toBe('lanes');
    expect(run([misses(20_000), inLanes(32), kms], 900, 60).saturated).toBe('kms');
    expect(run([misses(20_000), inLanes(16), kms], 540, 60).saturated).toBeNull();
  });
});

describe('the stack of a nation', () => {
  it('serves 10,000 releases a second, and a quarter more, without a queue', () => {
    expect(run(NATION, 10_000, 60).saturated).toBeNull();
    expect(run(NATION, 12_500, 60).saturated).toBeNull();
  });

  it('works off a minute of double load within the next minute', () => {
    const burst = run(NATION, 20_000, 60);
    expect(burst.saturated).toBe('api stage');
    expect(burst.drained).toBeLessThan(60_000);
  });

  it.each(NOW.filter((stage) => stage !== FREEZES).map(({ name }) => name))(
    'needs more of %s: with what is there today it holds all others back',
    (name) => {
      const before = NOW.find((stage) => stage.name === name) as Stage;
      const stages = NATION.map((stage) => (stage.name === name ? before : stage));
      expect(run(stages, 12_500, 60).saturated).toBe(name);
    },
  );

  it('needs no copies of the freezes, which would let it have more than twice as many instances', () => {
    expect(capacityOf(FREEZES)).toBeGreaterThan(12_500);
    expect(capacityOf({ ...FREEZES, servers: 1, quota: 8 * 3_000 })).toBeGreaterThan(30_000);
  });
});

it.each([...NOW, ...THREADS, ...NATION])('the page on scale states the capacity of $name', (stage) => {
  const page = readFileSync(join(ROOT, 'docs/operate/scale.md'), 'utf8');
  const row = page.split('\n').find((line) => line.startsWith(`| ${stage.name} |`));
  expect(row).toContain(` ${Math.round(capacityOf(stage)).toLocaleString('en')} `);
});
