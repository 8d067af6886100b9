/**
 * The stack in moto, and the bundles that were uploaded to it, each in its own process with exactly the
 * environment that the stack gave it and under its own role. moto keeps tables, assets and functions; it
 * has no Ed25519 keys, takes ambiguous encryption contexts and decides no IAM, so the strict local KMS stands
 * in with the stack's key ids, and the simulator decides.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { registerAgencies } from '../../infra/local/agencies.ts';
import { openKeyRing } from '../../infra/local/kms/keys.ts';
import { localKms } from '../../infra/local/kms/local-kms.ts';
import { openTrail } from '../../infra/local/kms/trail.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { ENV, type EnvName, readClassKeys } from '../../shared/env.ts';
import { functionName } from '../infra/grants.ts';
import { guardedDynamo, guardedKms } from '../infra/guarded-services.ts';
import { guardedSts } from '../infra/guarded-sts.ts';
import { type Judge, judgeBy } from '../infra/judge.ts';
import { type Lambda, startLambda } from '../infra/lambda-process.ts';
import { listen, restFront } from '../infra/rest-front.ts';
import { PACK, synthesise } from '../infra/synthesise.ts';
import { type Callers, callers } from '../support/gateway.ts';
import { type Deployment, deployToMoto } from './moto.ts';

const lambdas = new Map<string, Lambda>();
const servers: { close(): void; closeAllConnections(): void }[] = [];
let deployment: Deployment;
let judge: Judge;
let gate: Callers;
let publicUrl: string;

beforeAll(async () => {
  deployment = await deployToMoto();
  const logical = new Map(Object.entries(deployment.resources).map(([id, name]) => [name, id]));
  for (const arn of keyArns().values()) logical.set(arn, logical.get(arn.split('/')[1] ?? '') ?? '');
  judge = judgeBy(synthesise(), logical);
  const dynamo = guardedDynamo(deployment.url, judge.allows);
  const kms = strictKms(judge);
  const front = restFront((name, event) => (lambdas.get(name) as Lambda).invoke(event));
  const sts = guardedSts(judge, deployment.url);
  servers.push(dynamo, kms, sts, front);
  const url = await listen(front);
  const aws = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL_KMS: await listen(kms),
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    AWS_ENDPOINT_URL_S3: deployment.url,
  };
  // The stack names the region's STS, which the emulator stands for.
  const elsewhere = { [ENV.stsEndpoint]: await listen(sts) };
  await Promise.all(
    Object.entries(deployment.functions).map(async ([id, { code, environment }]) => {
      const name = functionName(id);
      lambdas.set(
        name,
        await startLambda(code, { ...aws, AWS_SESSION_TOKEN: name, ...environment, ...elsewhere }),
      );
    }),
  );
  publicUrl = setting('publicUrl');
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: deployment.url,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const agencies = await registerAgencies({
    folder: null,
    issuer: publicUrl,
    dynamo: client,
    table: setting('agenciesTable'),
    now: Date.now(),
  });
  const agency = (id: string) => agencies.get(id) ?? expect.fail(`no agency ${id}`);
  gate = callers({ url: publicUrl, agency });
  // Callers use the URL that the stack gave; its packets go to the front.
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
    real(String(input).replace(publicUrl, url), init),
  );
}, 120_000);

afterAll(() => {
  vi.unstubAllGlobals();
  for (const lambda of lambdas.values()) lambda.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  deployment?.stop();
});

const ID_NUMBER = '990001201305060015';
const SUPPORT = { actions: ['release'], case: 'EDU-2026-1', officer: 'zhang.wei', reason: 'subsidy' };

it('creates the whole stack', () => {
  expect(deployment.status).toBe('CREATE_COMPLETE');
  expect([...lambdas.keys()].sort()).toEqual([...Object.keys(ROUTES), ...SCHEDULED].sort());
});

it('takes a record in, releases what a purpose allows, refuses what is prohibited, and logs all of it', async () => {
  const intake = await gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [
      {
        match: { id_number: ID_NUMBER },
        fields: { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' },
      },
    ],
  });
  expect([intake.status, intake.json?.results?.[0]?.problem]).toEqual([200, undefined]);

  const ask = {
    collection: PACK.collection,
    subjects: [{ match: { id_number: ID_NUMBER } }],
    fields: ['name'],
  };
  const release = await gate.call('edu-county', { ...SUPPORT, purpose: 'S1' }, 'POST', '/v1/releases', ask);
  expect(release.status).toBe(200);
  expect(Object.keys(release.json.results[0].fields)).toEqual(['name']);

  const prohibited = await gate.call(
    'edu-county',
    { ...SUPPORT, purpose: 'PX3' },
    'POST',
    '/v1/releases',
    ask,
  );
  expect([prohibited.status, prohibited.json.code]).toEqual([403, 'PROHIBITED_PURPOSE']);

  const log = await gate.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/log/entries');
  expect(log.status).toBe(200);
  for (const kind of ['intake', 'decision', 'prohibited']) expect(log.text).toContain(`"${kind}"`);
  expect(log.text).not.toContain('测试儿童甲');
});

it('grows the tree of the log in S3, and serves its checkpoint', async () => {
  await (lambdas.get('sequencer') ?? expect.fail()).invoke({});
  const [, size] = (await (await fetch(`${publicUrl}/log/checkpoint`)).text()).split('\n');
  expect(Number(size)).toBeGreaterThan(3);
});

it('is ready, and asked for nothing that a role refuses', async () => {
  expect((await fetch(`${publicUrl}/readyz`)).status).toBe(200);
  expect(judge.refused).toEqual([]);
});

/** A setting as the stack gave it to a function that has it. */
function setting(name: EnvName): string {
  const environments = Object.values(deployment.functions).map(({ environment }) => environment);
  return environments.map((variables) => variables[ENV[name]]).find(Boolean) ?? expect.fail(`no ${name}`);
}

/** Setting or class to the ARN that the stack made. */
function keyArns(): Map<string, string> {
  const given = new Set(
    Object.values(deployment.functions).flatMap(({ environment }) => Object.keys(environment)),
  );
  const names = (Object.keys(ENV) as EnvName[]).filter((name) => /Key$/.test(name) && given.has(ENV[name]));
  return new Map([
    ...names.map((name) => [name, setting(name)] as const),
    ...readClassKeys(setting('classKeys')),
  ]);
}

/** The local KMS, which knows its own keys by the ARNs that the stack made. */
function strictKms({ allows }: Judge) {
  const ring = openKeyRing(null, Date.now);
  const kms = localKms(ring, openTrail(null), Date.now).client('stack');
  const own = localSettings(publicUrl, ring, new Map(), PACK.classes);
  const classes = readClassKeys(own.classKeys);
  const keys = [...keyArns()].map(([name, arn]) => [arn, classes.get(name) ?? own[name as EnvName]] as const);
  return guardedKms(kms, allows, new Map(keys));
}
