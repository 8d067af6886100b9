/** The job that counts people: every opening is logged, nothing about few people is stored in clear, and it continues after a stop. */
import { describe, expect, it } from 'vitest';
import { startJob, workOnJobs } from '../../functions/maintenance/jobs/jobs.ts';
import { finish } from '../../functions/maintenance/jobs/keys.ts';
import { readCohorts } from '../../shared/records/gateway/cohorts.ts';
import { type Job, readJob } from '../../shared/records/gateway/jobs.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { actor, depsOver } from './direct.ts';
import { allItems, entriesOf, runJob } from './rig.ts';

/** @param year of birth, which decides the age band */
async function children(count: number, year: number, sex: string, hardship: string[]) {
  const matches = Array.from({ length: count }, () => ({ id_number: freshNumber() }));
  await gateway.put(
    'mps-county',
    ...matches.map((match) => ({
      match,
      fields: { ...match, name: '欧阳娜娜', sex, birth_date: `${year}-05-06` },
    })),
  );
  await gateway.put(
    'mca-county',
    ...matches.map((match) => ({
      match,
      fields: { division_code: '990001001', hardship_category: hardship },
    })),
  );
}

const gateway = await fileGateway();
await children(13, new Date().getFullYear() - 4, '1', ['orphan']);
await children(12, new Date().getFullYear() - 10, '1', ['orphan']);
await children(11, new Date().getFullYear() - 10, '2', ['poor-family']);
await children(2, new Date().getFullYear() - 17, '2', ['poor-family']);

const A1 = { actions: ['release'], purpose: 'A1', officer: 'li.na', reason: 'the yearly report' };
const statistics = (body: object = {}, details = A1, agency = 'mca-county') =>
  gateway.call(agency, details, 'POST', '/v1/statistics', { collection: 'children', ...body });
const counts = (json: { areas: { cells: { values: Record<string, string>; count: number }[] }[] }) =>
  Object.fromEntries(
    (json.areas[0]?.cells ?? []).map(({ values, count }) => [Object.values(values).join(' / '), count]),
  );

it('before anything was counted statistics are refused', async () => {
  const { status, json } = await statistics();
  expect([status, json.code, json.rule]).toEqual([403, 'K_TOO_SMALL', 'A3.2']);
});

describe('the job', () => {
  it('opens the fields that the policy counts by, each time after an entry that names the keys', async () => {
    const from = gateway.trail.length;
    const job = await runJob(gateway, 'cohorts');
    expect(job).toMatchObject({ kind: 'cohorts', state: 'done', failed: 0, changed: 38 });
    const attempts = (await entriesOf(gateway, 'attempt', 200)).filter(({ code }) => code === 'COHORTS');
    expect(attempts).toHaveLength(38);
    expect(attempts[0]).toMatchObject({ handler: { agency: 'steward-office' }, rule: 'A3.2' });
    const fields = new Set(attempts.flatMap((entry) => entry.usedForDecision));
    expect([...fields].sort()).toEqual(['birth_date', 'division_code', 'hardship_category', 'sex']);
    const said = new Set(attempts.flatMap((entry) => entry.keys));
    const opened = gateway.trail
      .slice(from)
      .filter(({ eventName }) => eventName === 'Decrypt')
      .map(
        ({ requestParameters }) =>
          (requestParameters as { encryptionContext: { keyId: string } }).encryptionContext.keyId,
      );
    expect(opened.length).toBe(38 * 4);
    expect(opened.filter((id) => !said.has(id))).toEqual([]);
    const [counted] = (await entriesOf(gateway, 'maintenance')).filter(({ code }) => code === 'COHORTS');
    expect(counted).toMatchObject({ outcome: 'counted', policy: { version: expect.any(String) } });
  });

  it('publishes counts of ten or more, rounded, and none from which a smaller one follows', async () => {
    expect(counts((await statistics()).json)).toEqual({ '': 40 });
    // 13, 23 and 2: if the 13 were published, the 2 could be computed.
    expect(counts((await statistics({ by: 'age' })).json)).toEqual({ '8-11': 25 });
    expect(counts((await statistics({ by: 'sex' })).json)).toEqual({ '8-11 / 1': 10, '8-11 / 2': 10 });
    expect(counts((await statistics({ by: 'hardship' })).json)).toEqual({ guardianship: 25, poverty: 15 });
    expect(counts((await statistics({ by: 'health' })).json)).toEqual({});
  });

  it('shows its dimensions, time and duties', async () => {
    const { json } = await statistics({ by: 'sex' });
    expect(json).toMatchObject({
      by: ['age', 'sex'],
      smallest: 10,
      round: 5,
      obligations: ['NO_PUBLICATION'],
    });
    expect(json.areas[0]).toMatchObject({ area: '990001', countedAt: expect.stringMatching(/Z$/) });
    const [entry] = (await entriesOf(gateway, 'decision')).filter(({ code }) => code === 'COUNTED');
    expect(entry).toMatchObject({ id: json.receipt.entry, purpose: 'A1', operation: 'use' });
  });

  it('leaves no count of few anywhere', async () => {
    const stored = await allItems(gateway.dynamo, gateway.env.cohortsTable);
    const shown = stored.flatMap(({ document }) => JSON.parse(document?.S ?? '').cells ?? []);
    expect(shown.filter(({ count }) => count < 10)).toEqual([]);
    const jobs = JSON.stringify(await allItems(gateway.dynamo, gateway.env.jobsTable));
    // An id holds any characters in a row.
    expect(jobs).not.toMatch(/990001|guardianship|[^\w-]8-11[^\w-]/);
  });

  it('gives the same counts again, so that comparing two runs reveals nothing', async () => {
    const before = await readCohorts(gateway.tables.cohorts, 'age', '');
    await children(1, new Date().getFullYear() - 10, '1', ['orphan']);
    await runJob(gateway, 'cohorts');
    const after = await readCohorts(gateway.tables.cohorts, 'age', '');
    expect(after.map(({ cells }) => cells)).toEqual(before.map(({ cells }) => cells));
  });

  it('counts no decoy, and opens none', async () => {
    const [intake] = await entriesOf(gateway, 'intake', 1);
    const marked = { entry: intake.id, officer: 'chen.jie', reason: 'decoy' };
    await gateway.call('audit-office', { actions: ['audit'] }, 'POST', '/v1/decoys', marked);
    const job = await runJob(gateway, 'cohorts');
    expect(job).toMatchObject({ failed: 0, changed: 38 });
    const attempts = await entriesOf(gateway, 'attempt', 500);
    const last = attempts.filter(({ code }) => code === 'COHORTS').slice(0, 38);
    expect(last.map(({ subject }) => subject)).not.toContain(intake.subject);
  });

  it('raises an alert once it finds so many people that data is of a higher grade', async () => {
    const raised = async (changed: number) => {
      const job = { id: 'counted', kind: 'cohorts', changed, failed: 0 } as Job;
      await finish({ deps: depsOver(gateway, gateway.dynamo), job, actor: actor(gateway, 'li.na') });
      const alerts = await entriesOf(gateway, 'alert');
      return alerts.filter(({ code }) => code === 'DATA_GRADE_REACHED').map(({ rule }) => rule);
    };
    expect([await raised(99_999), await raised(100_000)]).toEqual([[], ['DSL21']]);
  });

  it('continues after another process, from a sum that only KMS opens', async () => {
    const deps = depsOver(gateway, gateway.dynamo);
    const { id } = await startJob(deps, actor(gateway, 'li.na'), 'cohorts', null);
    const stopAfter = (pages: number) => {
      let left = pages + 1;
      return () => --left > 0;
    };
    await workOnJobs(deps, stopAfter(2));
    const half = await readJob(gateway.tables.jobs, id);
    expect(half).toMatchObject({ state: 'running', sum: expect.any(String) });
    expect(half?.sum).not.toMatch(/990001/);
    const from = gateway.trail.length;
    await workOnJobs(deps, () => true);
    expect(await readJob(gateway.tables.jobs, id)).toMatchObject({
      state: 'done',
      changed: 38,
      sum: null,
    });
    const resumed = (await entriesOf(gateway, 'attempt', 200)).find(({ code }) => code === 'COHORTS_RESUMED');
    const [first] = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt');
    const [keyId] = resumed?.keys ?? [];
    expect(first?.requestParameters).toMatchObject({ encryptionContext: { keyId } });
    expect(counts((await statistics({ by: 'hardship' })).json)).toEqual({ guardianship: 25, poverty: 15 });
  });
});

describe('statistics', () => {
  it.each<[string, object, Record<string, unknown>, string, string]>([
    ['for another purpose', {}, { purpose: 'W1', case: 'W-1' }, 'mca-county', 'PURPOSE_ROUTE'],
    ['without a reason', {}, { reason: undefined }, 'mca-county', 'NO_REASON'],
    ['to another role', {}, {}, 'edu-county', 'PURPOSE_NOT_FOR_ROLE'],
    ['of another county', { areas: ['990002'] }, {}, 'mca-county', 'OUT_OF_AREA'],
    ['of less than a county', { areas: ['990001001'] }, {}, 'mca-county', 'OUT_OF_AREA'],
    ['without counted people', {}, {}, 'mca-neighbour', 'K_TOO_SMALL'],
    ['by a field without counts', { by: 'name' }, {}, 'mca-county', 'INVALID_REQUEST'],
    ['by __proto__', { by: '__proto__' }, {}, 'mca-county', 'INVALID_REQUEST'],
    ['with a stop word', {}, { reason: '直播带货' }, 'mca-county', 'REASON_NEEDS_REVIEW'],
  ])('are refused %s', async (_, body, change, agency, code) => {
    const details = JSON.parse(JSON.stringify({ ...A1, ...change }));
    const token = await gateway.token(agency, details).catch(() => null);
    if (token === null) return expect(agency).toBe('edu-county');
    const { json } = await gateway.send(token, 'POST', '/v1/statistics', { collection: 'children', ...body });
    expect(json.code).toBe(code);
    expect(json.areas).toBeUndefined();
  });

  it('are not answered when the log can not be written', async () => {
    const token = await gateway.token('mca-county', A1);
    gateway.faults.add({ service: 'log', kind: 'error', times: 50 });
    const { json } = await gateway.send(token, 'POST', '/v1/statistics', { collection: 'children' });
    expect(json.code).toBe('LOG_UNAVAILABLE');
  });
});
