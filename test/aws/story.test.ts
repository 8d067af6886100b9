/**
 * The stack in moto, and the bundles that were uploaded to it, each in its own process with exactly the
 * environment that the stack gave it and under its own role. moto keeps tables, assets and functions; it
 * has no Ed25519 keys, takes ambiguous encryption contexts and decides no IAM, so the strict local KMS stands
 * in with the stack's key ids, and the simulator decides.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { type AgencyKeys, agencyKeys, publicHalf } from '../../infra/local/agency-keys.ts';
import { openKeyRing } from '../../infra/local/kms/keys.ts';
import { localKms } from '../../infra/local/kms/local-kms.ts';
import { openTrail } from '../../infra/local/kms/trail.ts';
import { SAMPLE_AGENCIES } from '../../infra/local/sample-agencies.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { ENV, type EnvName, readClassKeys } from '../../shared/env.ts';
import { type Agency, putAgency } from '../../shared/identity/agencies.ts';
import pack from '../../shared/packs/disadvantaged-children.json' with { type: 'json' };
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
const keys = new Map<string, AgencyKeys>();
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
  for (const { clientId } of SAMPLE_AGENCIES) keys.set(clientId, await agencyKeys(null, clientId, publicUrl));
  // Nobody can register the first steward office, so the operator puts its record, as the deploy guide says.
  await putAgency(client, setting('agenciesTable'), {
    ...recordOf('steward-office'),
    suspended: false,
  } as Agency);
  const agency = (id: string) => keys.get(id) ?? expect.fail(`no agency ${id}`);
  gate = callers({ url: publicUrl, agency });
  // Callers use the URL that the stack gave; its packets go to the front.
  const real = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
    real(String(input).replace(publicUrl, url), init),
  );
}, 300_000);

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
const SUBJECT = { match: { id_number: ID_NUMBER } };
const DESK = { actions: ['casework'], officer: 'chen.jing', reason: 'at the desk', case: 'DESK-1' };
const SUPPORT = { actions: ['release'], case: 'EDU-2026-1', officer: 'zhang.wei', reason: 'subsidy' };

it('creates the whole stack', () => {
  expect(deployment.status).toBe('CREATE_COMPLETE');
  expect([...lambdas.keys()].sort()).toEqual([...Object.keys(ROUTES), ...SCHEDULED].sort());
});

it('registers offices over HTTP, one that audits by two officers', async () => {
  const register = (id: string, officer: string) =>
    gate.call(
      'steward-office',
      { actions: ['steward'], officer, reason: 'joins' },
      'POST',
      '/v1/agencies',
      recordOf(id),
    );
  for (const id of ['mca-county', 'mps-county', 'edu-county', 'charity-sunrise']) {
    expect([id, (await register(id, 'chen.jie')).status]).toEqual([id, 200]);
  }
  const [first, second] = [
    await register('audit-office', 'chen.jie'),
    await register('audit-office', 'li.na'),
  ];
  expect([first.status, second.status]).toEqual([202, 200]);
});

it('takes a record in, releases what a purpose allows, refuses what is prohibited, and logs all of it', async () => {
  const intake = await gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [
      {
        match: { id_number: ID_NUMBER },
        fields: {
          name: '测试儿童甲',
          birth_date: '2013-05-06',
          division_code: '990001001001',
          hardship_category: ['poor-family'],
          guardianship_status: { status: 'normal', conflict: false },
        },
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

it('answers a charity once a consent is on file, with a proof that anybody can check', async () => {
  const at = new Date(Date.now() - 60_000).toISOString();
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const proof = { method: 'signed-form', noticeVersion: '2026-1', evidence: 'e'.repeat(64) };
  const consent = await gate.call('mca-county', DESK, 'POST', '/v1/consents', {
    ...{
      subject: SUBJECT,
      purpose: 'C1',
      recipient: 'charity-sunrise',
      fields: pack.programmes['warm-home'].fields,
    },
    ...{ from: at, until, at, giver: 'guardian', relation: 'parent', ...proof },
  });
  expect([consent.status, consent.json?.code]).toEqual([200, undefined]);
  const verify = {
    actions: ['verify'],
    purpose: 'C1',
    officer: 'he.yu',
    reason: 'aid application',
    case: 'A-1',
  };
  const ask = { programme: 'warm-home', subject: SUBJECT };
  const answer = await gate.call('charity-sunrise', verify, 'POST', '/v1/verifications', ask);
  expect([answer.status, answer.json?.outcome]).toEqual([200, 'YES']);
  const list = JSON.parse(Buffer.from(answer.json.attestation.split('.')[1], 'base64url').toString()).status;
  const status = await fetch(list.status_list.uri);
  expect([status.status, status.headers.get('content-type')]).toEqual([200, 'application/statuslist+jwt']);
});

it('freezes, and lets nothing out until two people have lifted it', async () => {
  const freeze = await gate.call('mca-county', DESK, 'POST', '/v1/freezes', { target: { subject: SUBJECT } });
  expect([freeze.status, freeze.json?.code]).toEqual([200, undefined]);
  expect((await releaseName()).json.results[0].refused).toEqual({ code: 'REFUSED' });
  const lift = (officer: string) =>
    gate.call('mca-county', { ...DESK, officer }, 'DELETE', `/v1/freezes/${freeze.json.freeze.id}`);
  expect([(await lift('li.na')).status, (await lift('wang.fang')).status]).toEqual([202, 200]);
  expect(Object.keys((await releaseName()).json.results[0].fields)).toEqual(['name']);
});

it('opens the tasks that the log calls for', async () => {
  await (lambdas.get('casework') ?? expect.fail()).invoke({ fieldgate: 'tasks' });
  // Whoever received the name owes the child a notice.
  const { status, json } = await gate.call('edu-county', DESK, 'GET', '/v1/tasks');
  expect([status, json.tasks.map(({ kind }: { kind: string }) => kind)]).toEqual([200, ['notice']]);
});

it('erases with two people, after which nobody gets anything', async () => {
  const record = { match: SUBJECT.match, fields: {} };
  const again = await gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: PACK.collection,
    records: [{ ...record, fields: { hardship_category: ['orphan'] } }],
  });
  const { ref } = again.json.results[0];
  const erase = (officer: string) =>
    gate.call('mca-county', { ...DESK, officer }, 'POST', `/v1/subjects/${ref}/erase`);
  expect([(await erase('li.na')).status, (await erase('wang.fang')).status]).toEqual([202, 200]);
  expect((await releaseName()).json.results[0].refused).toEqual({ code: 'REFUSED' });
  const log = await gate.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/log/entries?kind=erasure');
  expect(log.json.entries.length).toBeGreaterThan(0);
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

const releaseName = () =>
  gate.call('edu-county', { ...SUPPORT, purpose: 'S1' }, 'POST', '/v1/releases', {
    collection: PACK.collection,
    subjects: [SUBJECT],
    fields: ['name'],
  });

/** What an office registers with. */
function recordOf(id: string) {
  const rights = SAMPLE_AGENCIES.find(({ clientId }) => clientId === id) ?? expect.fail(`no office ${id}`);
  const { sig, enc } = keys.get(id) ?? expect.fail(`no keys of ${id}`);
  const trainedUntil = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  return { ...rights, jwks: { keys: [publicHalf(sig), publicHalf(enc)] }, trainedUntil };
}

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
