/** A job in lanes: several processes work on parts of the tables, and the result is that of one process. */
import { expect, it } from 'vitest';
import { openLanes, startJob, viewJob, workOn, workOnJobs } from '../../functions/maintenance/jobs/jobs.ts';
import type { JobKind } from '../../shared/contract/office.ts';
import { WHOLE } from '../../shared/policy/count/cohort.ts';
import { readCohorts } from '../../shared/records/gateway/cohorts.ts';
import { forgetSum, readJob } from '../../shared/records/gateway/jobs.ts';
import { scanKeyItems } from '../../shared/records/subject/key-states.ts';
import type { Part } from '../../shared/store/part.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { actor, depsOver } from './direct.ts';
import { allItems, entriesOf, runJob } from './rig.ts';

const LANES = 3;
const CHILDREN = 120;

const gateway = await fileGateway();
const matches = Array.from({ length: CHILDREN }, () => ({ id_number: freshNumber() }));
const born = new Date().getFullYear() - 10;
await gateway.put(
  'mps-county',
  ...matches.map((match, i) => ({
    match,
    fields: { ...match, name: '欧阳娜娜', sex: i % 3 === 0 ? '1' : '2', birth_date: `${born}-05-06` },
  })),
);
await gateway.put(
  'mca-county',
  ...matches.map((match) => ({
    match,
    fields: { division_code: '990001001', hardship_category: ['orphan'] },
  })),
);

const deps = { ...depsOver(gateway, gateway.dynamo), lanes: LANES };
const start = async (kind: JobKind) => (await startJob(deps, actor(gateway, 'li.na'), kind, null)).id;
const stored = async (id: string) => (await readJob(gateway.tables.jobs, id)) ?? expect.fail('no job');
/** Numbers of people by dimension. */
const published = async () => {
  const read = async (name: string) => {
    const [county] = await readCohorts<{ count: number }>(gateway.tables.cohorts, name, '');
    return [name, (county?.cells ?? []).map(({ count }) => count).sort()] as const;
  };
  return Object.fromEntries(await Promise.all([WHOLE, 'age', 'sex', 'hardship'].map(read)));
};
/** Allows some pages. */
const pages = (count: number) => {
  let left = count;
  return () => left-- > 0;
};

it('each item is in one part of the table', async () => {
  const scanned = async (part?: Part): Promise<string[]> => {
    const found: string[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const { items, next } = await scanKeyItems(gateway.tables.keys, after ?? null, 1000, part);
      found.push(...items.map(({ subject }) => subject));
      after = next;
    }
    return found.sort();
  };
  const parts = await Promise.all(Array.from({ length: LANES }, (_, index) => scanned({ index, of: LANES })));
  expect(parts.flat().sort()).toEqual(await scanned());
  expect(parts.filter((found) => found.length > 0)).toHaveLength(LANES);
});

it('several processes renew the keys of each person once, and the job ends with its last lane', async () => {
  const id = await start('rekey');
  const lanes = (await openLanes(deps)).sort();
  expect(lanes).toEqual([`${id}.0`, `${id}.1`, `${id}.2`]);
  const [first, ...others] = lanes as [string, ...string[]];
  const done = await Promise.all(others.map((lane) => workOn(deps, lane, () => true)));
  expect(done).toEqual([true, true]);
  // A process that finds a lane done, or in other hands, leaves it.
  expect(await workOn(deps, others[0] ?? '', () => true)).toBeNull();
  expect(await openLanes(deps)).toEqual([first]);
  expect(await viewJob(deps, id)).toMatchObject({ state: 'running', failed: 0 });
  expect(await workOn(deps, first, () => true)).toBe(true);
  expect(await openLanes(deps)).toEqual([]);
  // With the subject that stands for people without a record.
  expect(await viewJob(deps, id)).toMatchObject({ state: 'done', changed: CHILDREN + 1, failed: 0 });
  const named = (await entriesOf(gateway, 'maintenance', 500)).filter(({ code }) => code === 'REKEY');
  expect(new Set(named.map(({ subject }) => subject)).size).toBe(CHILDREN + 1);
});

it('one process does all lanes if no other comes', async () => {
  const id = await start('sweep');
  expect(await workOnJobs(deps, () => true)).toBeNull();
  expect(await viewJob(deps, id)).toMatchObject({ state: 'done', failed: 0 });
  expect((await viewJob(deps, id))?.done).toBeGreaterThan(2 * CHILDREN);
});

it('counts of lanes are added up, also if a process stopped in one of them, and their sums are forgotten', async () => {
  const id = await start('cohorts');
  const lanes = await openLanes(deps);
  // One page of each lane, then another process goes on.
  for (const lane of lanes) expect(await workOn(deps, lane, pages(1))).toBe(false);
  expect((await stored(lanes[1] ?? '')).sum).toMatch(/^\{"keyId"/);
  await workOnJobs(deps, () => true);
  expect(await viewJob(deps, id)).toMatchObject({ state: 'done', changed: CHILDREN, failed: 0 });
  const joined = await published();
  expect(joined[WHOLE]).toEqual([CHILDREN]);
  for (const lane of lanes) expect((await stored(lane)).sum).toBeUndefined();
  const jobs = JSON.stringify(await allItems(gateway.dynamo, gateway.env.jobsTable));
  expect(jobs).not.toMatch(/990001|guardianship|8-11/);
  expect(await runJob(gateway, 'cohorts')).toMatchObject({ state: 'done', changed: CHILDREN });
  expect(await published()).toEqual(joined);
});

it('a job whose lane lost its sum publishes nothing', async () => {
  const before = await published();
  const id = await start('cohorts');
  const lanes = await openLanes(deps);
  for (const lane of lanes) await workOn(deps, lane, () => true);
  const lane = await stored(lanes[0] ?? '');
  await forgetSum(gateway.tables.jobs, lane);
  await workOnJobs(deps, () => true);
  expect(await viewJob(deps, id)).toMatchObject({ state: 'running', problem: 'INTEGRITY_FAULT' });
  expect(await published()).toEqual(before);
});
