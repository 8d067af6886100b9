/**
 * Lists of verifications in the stack: bundles of `verify` under AWS's runtime client behind the events of a REST API, their
 * files in S3, and the state machine as the template has it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactDecrypt, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERIFY_ENV } from '../../functions/verify/deps.ts';
import { envOf } from '../../infra/local/settings.ts';
import { PART_ROWS } from '../../shared/contract/routes/verify-lists.ts';
import { ENV } from '../../shared/env.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { type Callers, callers } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { makeWorld, verify, type World } from '../verify/world.ts';
import { guardedDynamo, guardedKms } from './guarded-services.ts';
import { definitionOf, execute, interpreterIsHere, type Task } from './interpreter.ts';
import { counterparts, type Judge, judgeBy } from './judge.ts';
import { type Lambda, runtimeIsHere, startLambda } from './lambda-process.ts';
import { memoryS3 } from './memory-s3.ts';
import { listen, restFront } from './rest-front.ts';
import { ofType, synthesise } from './synthesise.ts';

const AGENCY = 'charity-sunrise';
const MACHINE = { machine: 'lists', fn: 'verify' };
const stack = synthesise('prod');
const ready = runtimeIsHere() && interpreterIsHere();
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lists-'));
const instances: Lambda[] = [];
const servers: { close(): void; closeAllConnections(): void }[] = [];
const objects = new Map<string, Buffer>();
let world: World;
let judge: Judge;
let gate: Callers;
let bucket: string;

beforeAll(async () => {
  if (!ready) return;
  world = await makeWorld();
  const { gateway } = world;
  judge = judgeBy(stack, counterparts(stack, gateway.env));
  const kms = guardedKms(gateway.kms, judge.allows);
  const dynamo = guardedDynamo(gateway.dynamo, judge.allows);
  const s3 = memoryS3(judge.allows, objects);
  let turn = 0;
  const front = restFront((_, event) => (instances[turn++ % instances.length] as Lambda).invoke(event));
  servers.push(kms, dynamo, s3, front);
  const url = await listen(front);
  bucket = ofType(stack, 'AWS::S3::Bucket').find(([id]) => id.startsWith('Lists'))?.[0] ?? '';
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: (await gateway.dynamo.config.credentials()).accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_SESSION_TOKEN: 'verify',
    AWS_ENDPOINT_URL_KMS: await listen(kms),
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    AWS_ENDPOINT_URL_S3: await listen(s3),
    ...Object.fromEntries(VERIFY_ENV.map((name) => [ENV[name], envOf(gateway.env, 'verify')[name]])),
    [ENV.listsBucket]: bucket,
    [ENV.listLanes]: '3',
  };
  const code = join(folder, 'verify.cjs');
  writeFileSync(code, (await bundleOf('verify')).code);
  for (let i = 0; i < 2; i++) instances.push(await startLambda(code, environment, { time: 28_000 }));
  gate = callers({
    ...{ url: gateway.url, agency: gateway.agency },
    fetch: (to: URL, sent: RequestInit) =>
      fetch(to.pathname.startsWith('/v1/lists') ? new URL(to.pathname, url) : to, sent),
  } as never);
});

afterAll(async () => {
  for (const instance of instances) instance.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await world?.gateway.close();
  rmSync(folder, { recursive: true });
});

const send = (method: string, path: string, body?: unknown) =>
  gate.call(AGENCY, verify(), method, `/v1/lists/${path}`, body);

let count = 0;
async function submit(rows: object[]) {
  const id = String(count++).padStart(22, 'b');
  const parts = Math.ceil(rows.length / PART_ROWS);
  for (let part = 0; part < parts; part++)
    await send('PUT', `${id}/rows/${part}`, { rows: rows.slice(part * PART_ROWS, (part + 1) * PART_ROWS) });
  const answer = await send('POST', id, { programme: 'warm-home', parts, rows: rows.length });
  expect(answer).toMatchObject({ status: 200, json: { state: 'open', parts } });
  return id;
}

/** What EventBridge starts for the marker of the list. */
async function run(id: string) {
  const marker = [...objects.keys()].find((key) => key.startsWith(`${bucket}/starts/`) && key.endsWith(id));
  let asked = 0;
  const seen: unknown[] = [];
  const task: Task = async (event) => {
    const turn = asked++;
    seen.push(event);
    const answer = await (instances[turn % instances.length] as Lambda).invoke(event);
    seen.push(answer);
    return answer;
  };
  const result = await execute(
    stack,
    MACHINE,
    { marker: marker?.slice(bucket.length + 1) ?? '' },
    { Look: task, Work: task },
  );
  return { result, seen };
}

async function results(id: string, part: number) {
  const key = await importJWK(world.gateway.agency(AGENCY).enc, 'ECDH-ES');
  const { plaintext } = await compactDecrypt((await send('GET', `${id}/results/${part}`)).text, key);
  return JSON.parse(new TextDecoder().decode(plaintext));
}

it('keeps no file longer than a day, and no version of what is deleted', () => {
  const [, found] = ofType(stack, 'AWS::S3::Bucket').find(([id]) => id.startsWith('Lists')) ?? [];
  expect(found?.Properties.LifecycleConfiguration.Rules).toEqual([
    expect.objectContaining({ ExpirationInDays: 1, Status: 'Enabled' }),
  ]);
  expect(found?.Properties.VersioningConfiguration).toBeUndefined();
  const [, machine] =
    ofType(stack, 'AWS::StepFunctions::StateMachine').find(([, { Properties }]) =>
      Properties.StateMachineName.endsWith('-lists'),
    ) ?? [];
  expect(machine?.Properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false });
});

describe.skipIf(!ready)('the state machine of lists', () => {
  it('lets several instances answer each row as a request would be, and sees no row and no answer', async () => {
    const child = await world.ready();
    const strangers = Array.from({ length: PART_ROWS }, () => ({ match: { id_number: freshNumber() } }));
    const id = await submit([{ match: child.match }, ...strangers]);
    const { result, seen } = await run(id);
    expect(result.done).toHaveLength(2);
    expect((await send('GET', id)).json).toMatchObject({ state: 'done', done: 2 });
    const [first] = await results(id, 0);
    expect(JSON.parse(first.verification)).toMatchObject({ outcome: 'YES' });
    expect(await results(id, 1)).toHaveLength(1);
    // States hold the path of the list, and lanes.
    for (const one of seen) {
      const text = JSON.stringify(one);
      expect(
        text.replaceAll(/"(?:starts\/)?lists\/[0-9a-f]{32}\/[\w-]{22}"/g, '""').replaceAll(/\d+/g, '0'),
      ).toMatch(
        /^\{("fieldgate":"list-lanes?",)?("marker":""|"lane":\{"list":"","lane":0,"of":0\}|"again":(true|false)|"lanes":\[(\{"list":"","lane":0,"of":0\},?)*\])\}$/,
      );
    }
    expect(judge.refused).toEqual([]);
  });

  it('has nothing to do for a list that is done, or removed', async () => {
    const id = await submit([{ match: { id_number: freshNumber() } }]);
    await run(id);
    expect((await send('DELETE', id)).json).toEqual({ state: 'removed' });
    expect([...objects.keys()].filter((key) => key.includes(id))).toEqual([]);
    expect((await run(id)).result).toEqual({ lanes: [] });
  });

  it('tries a lane that fails again, then leaves it to the next submission under the same id', async () => {
    const { ItemProcessor } = (definitionOf(stack, 'lists', 'verify') as never)['States']['Lanes'];
    const { Retry, Catch } = (ItemProcessor as never)['States']['Work'] as Record<string, object[]>;
    expect(Retry?.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 4 });
    expect(Catch).toEqual([{ ErrorEquals: ['States.ALL'], Next: 'Left', ResultPath: '$.error' }]);
    const id = await submit([{ match: { id_number: freshNumber() } }]);
    const again = await send('POST', id, { programme: 'warm-home', parts: 1, rows: 1 });
    expect(again.json).toMatchObject({ state: 'open' });
    await run(id);
    expect((await send('GET', id)).json).toMatchObject({ state: 'done' });
  });
});
