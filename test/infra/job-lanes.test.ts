/**
 * The state machine of lanes, as the template has it, over bundles of `maintenance` under AWS's runtime client. Its
 * interpreter runs a Distributed Map in one process, and reads no items from S3; the machine needs neither.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAINTENANCE_ENV } from '../../functions/maintenance/deps.ts';
import { startJob, viewJob } from '../../functions/maintenance/jobs/jobs.ts';
import { BY_CLOCK } from '../../infra/aws/run/job-lanes.ts';
import { envOf } from '../../infra/local/settings.ts';
import type { JobKind } from '../../shared/contract/office.ts';
import { ENV } from '../../shared/env.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { actor, depsOver } from '../maintenance/direct.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { guardedDynamo, guardedKms } from './guarded-services.ts';
import { execute, interpreterIsHere, type Task } from './interpreter.ts';
import { counterparts, type Judge, judgeBy } from './judge.ts';
import { type Lambda, runtimeIsHere, startLambda } from './lambda-process.ts';
import { listen } from './rest-front.ts';
import { faultsOf } from './schema.ts';
import { ofType, synthesise } from './synthesise.ts';

const LANES = BY_CLOCK + 1;
const CHILDREN = 200;
/** Milliseconds of a run: the function leaves the last ten seconds for its last page. */
const TIME = 10_300;

const stack = synthesise('prod', { jobLanes: LANES });
const ready = runtimeIsHere() && interpreterIsHere();

const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lanes-'));
const instances: Lambda[] = [];
const servers: { close(): void; closeAllConnections(): void }[] = [];
let gateway: TestGateway;
let judge: Judge;

beforeAll(async () => {
  if (!ready) return;
  gateway = await testGateway();
  judge = judgeBy(stack, counterparts(stack, gateway.env));
  const kms = guardedKms(gateway.kms, judge.allows);
  const dynamo = guardedDynamo(gateway.dynamo, judge.allows);
  servers.push(kms, dynamo);
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: (await gateway.dynamo.config.credentials()).accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_SESSION_TOKEN: 'maintenance',
    AWS_ENDPOINT_URL_KMS: await listen(kms),
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    ...Object.fromEntries(
      MAINTENANCE_ENV.map((name) => [ENV[name], envOf(gateway.env, 'maintenance')[name]]),
    ),
    [ENV.jobLanes]: String(LANES),
    [ENV.filesBucket]: 'files',
  };
  const code = join(folder, 'maintenance.cjs');
  writeFileSync(code, (await bundleOf('maintenance')).code);
  for (let i = 0; i < 3; i++) instances.push(await startLambda(code, environment, { time: TIME }));
});

afterAll(async () => {
  for (const instance of instances) instance.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await gateway?.close();
  rmSync(folder, { recursive: true });
});

it('is in the stack only if there are more lanes than the clock fills', () => {
  const few = ofType(synthesise('prod', { jobLanes: BY_CLOCK }), 'AWS::StepFunctions::StateMachine');
  expect(few.map(([, { Properties }]) => Properties.StateMachineName)).toEqual(['fieldgate-prod-lists']);
  expect([...stack.resources].flatMap(([id, resource]) => faultsOf(id, resource))).toEqual([]);
  const [, machine] = ofType(stack, 'AWS::StepFunctions::StateMachine')[0] ?? [];
  expect(machine?.Properties.LoggingConfiguration).toMatchObject({
    Level: 'ALL',
    IncludeExecutionData: false,
  });
});

describe.skipIf(!ready)('the state machine of lanes', () => {
  it('lets several instances work on one job until each lane is done', async () => {
    await putChildren();
    const id = await start('rekey');
    const { result, asked } = await run();
    expect(result.done?.toSorted()).toEqual(Array.from({ length: LANES }, (_, lane) => `${id}.${lane}`));
    // Some lane needed more time than a run has.
    expect(asked.length).toBeGreaterThan(LANES);
    // With the subject that stands for people without a record. A page that a busy machine ended is made again and changes less.
    expect(await view(id)).toMatchObject({ state: 'done', done: CHILDREN + 1, failed: 0 });
    expect(judge.refused).toEqual([]);
  });

  it('ends at once if no lane is open', async () => {
    expect(await run()).toEqual({ result: { lanes: [] }, asked: [] });
  });

  it('finishes the other lanes if one fails, and the next execution takes up that one', async () => {
    const id = await start('compact');
    const failing = `${id}.2`;
    const { result } = await run((lane) => lane === failing);
    expect(result.done).toHaveLength(LANES);
    expect(await view(id)).toMatchObject({ state: 'running' });
    const { result: next } = await run();
    expect(next.done).toEqual([failing]);
    expect(await view(id)).toMatchObject({ state: 'done', done: CHILDREN + 1, failed: 0 });
  });
});

async function putChildren(): Promise<void> {
  const records = Array.from({ length: CHILDREN }, () => {
    const match = { id_number: freshNumber() };
    return { match, fields: { ...match, name: '欧阳娜娜', sex: '1', birth_date: BORN } };
  });
  await gateway.put('mps-county', ...records);
}

const deps = () => ({ ...depsOver(gateway, gateway.dynamo), lanes: LANES });

/** Starts a job as the function would: the gateway in this process has no lanes. */
async function start(kind: JobKind): Promise<string> {
  return (await startJob(deps(), actor(gateway, 'li.na'), kind, null)).id;
}

/** The job, after a look of the clock, which ends a job whose lanes are done. */
async function view(id: string): Promise<unknown> {
  await instances[0]?.invoke({ fieldgate: 'lanes' });
  return viewJob(deps(), id);
}

/** One execution. @param fails whether the instance dies that is asked for this lane */
async function run(fails: (lane: string) => boolean = () => false) {
  const asked: string[] = [];
  const free = [...instances];
  const invoke: Task = async (event) => {
    const instance = free.shift() ?? (instances[asked.length % instances.length] as Lambda);
    try {
      return await instance.invoke(event);
    } finally {
      free.push(instance);
    }
  };
  const work: Task = async (event) => {
    const { lane = '' } = event;
    if (fails(lane)) throw new Error('the process ended');
    asked.push(lane);
    return invoke(event);
  };
  const machine = { machine: 'lanes', fn: 'maintenance' };
  const result = await execute(stack, machine, {}, { Look: invoke, Work: work });
  return { result: result as { lanes: string[]; done?: string[] }, asked };
}
