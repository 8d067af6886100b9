import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import {
  claimJob,
  LEASE_MS,
  putJob,
  readJob,
  renewLease,
  saveJob,
} from '../../shared/records/gateway/jobs.ts';
import { testGateway } from '../support/gateway.ts';
import { runJob } from './rig.ts';

it('a job whose page takes longer than a lease stays with its process, and one that was given back is free', async () => {
  // A gateway would work on the job itself.
  const store = await openStore(null);
  const jobs = { client: store.client(), name: store.tables.get('jobsTable') ?? '' };
  const id = 'job-of-a-large-table';
  await putJob(jobs, {
    ...{ id, kind: 'rekey', class: null, actor: '{}', state: 'running', total: null, done: 0, changed: 0 },
    ...{ failed: 0, problem: null, started: 0, updated: 0, stage: 0, cursor: null },
  });
  const claim = (runner: string, at: number) => claimJob(jobs, id, runner, at);
  const renew = (runner: string, at: number) => renewLease(jobs, id, runner, at);
  expect(await claim('first', 1_000)).toBe(true);
  for (let at = 6_000; at < 4 * LEASE_MS; at += LEASE_MS / 4) expect(await renew('first', at)).toBe(true);
  expect(await claim('second', 4 * LEASE_MS)).toBe(false);
  expect(await renew('second', 4 * LEASE_MS)).toBe(false);
  // A renewal that was under way when the job was given back must not take it again.
  const job = (await readJob(jobs, id)) ?? expect.fail('no job');
  expect(await saveJob(jobs, job, 'first', 0)).toBe(true);
  expect(await renew('first', 4 * LEASE_MS)).toBe(false);
  expect(await claim('second', 4 * LEASE_MS)).toBe(true);
  await store.close();
});

it('no job counts a table before it begins', async () => {
  const gateway = await testGateway();
  const counts: unknown[] = [];
  gateway.dynamo.middlewareStack.add(
    (next) => (args) => {
      if ((args.input as { Select?: string }).Select === 'COUNT') counts.push(args.input);
      return next(args);
    },
    { step: 'initialize' },
  );
  await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.jobsTable, Select: 'COUNT' }));
  expect(counts).toHaveLength(1);
  expect(await runJob(gateway, 'rekey')).toMatchObject({ state: 'done', failed: 0 });
  expect(counts).toHaveLength(1);
  await gateway.close();
});
