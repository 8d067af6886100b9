import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCodeCache } from '../../infra/aws/bundle/code-cache/package.ts';
import { type FunctionName, ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { envOf } from '../../infra/local/settings.ts';
import { buildConsole } from '../../infra/package/console.ts';
import { ENV, type EnvName, readClassKeys } from '../../shared/env.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { eraseByTwo } from '../maintenance/rig.ts';
import { type Callers, callers, type TestGateway, testGateway } from '../support/gateway.ts';
import { guardedDynamo, guardedKms } from './guarded-services.ts';
import { guardedSts } from './guarded-sts.ts';
import { counterparts, type Judge, judgeBy } from './judge.ts';
import { type Lambda, runtimeIsHere, startLambda } from './lambda-process.ts';
import { memoryS3 } from './memory-s3.ts';
import { listen, restFront } from './rest-front.ts';
import { ofType, synthesise } from './synthesise.ts';

/** Each function's bundle in its own process, as its role, behind the events of a REST API. */
const ready = runtimeIsHere();
const stack = synthesise();
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-lambda-'));
const lambdas = new Map<string, Lambda>();
const servers: { close(): void; closeAllConnections(): void }[] = [];
/** Whether KMS accepts calls and never answers. */
let kmsIsDark = false;
/** Functions that run as a machine of another architecture packages them. All others have a code cache. */
const WITHOUT_CACHE = ['token', 'console'];
let gateway: TestGateway;
let gate: Callers;
let judge: Judge;
let url: string;
let stsUrl: string;

beforeAll(async () => {
  gateway = await testGateway({ purposes: 'code' });
  judge = judgeBy(stack, counterparts(stack, gateway.env));
  const kms = darkened(guardedKms(gateway.kms, judge.allows));
  const dynamo = guardedDynamo(gateway.dynamo, judge.allows);
  const s3 = memoryS3(judge.allows);
  const sts = guardedSts(judge);
  const front = restFront((name, event) => (lambdas.get(name) as Lambda).invoke(event));
  servers.push(kms, dynamo, s3, sts, front);
  stsUrl = await listen(sts);
  url = await listen(front);
  const aws = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: (await gateway.dynamo.config.credentials()).accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL_KMS: await listen(kms),
    AWS_ENDPOINT_URL_DYNAMODB: await listen(dynamo),
    AWS_ENDPOINT_URL_S3: await listen(s3),
  };
  await Promise.all(
    [...(Object.keys(ROUTES) as FunctionName[]), ...SCHEDULED].map(async (name) => {
      const environment = { ...aws, AWS_SESSION_TOKEN: name, ...settingsOf(name) };
      const cached = !WITHOUT_CACHE.includes(name);
      const code = cached ? join(mkdtempSync(join(folder, name)), 'index.js') : join(folder, `${name}.cjs`);
      writeFileSync(code, (await bundleOf(name)).code);
      if (cached) addCodeCache(dirname(code), { arch: process.arch, node: [process.execPath] });
      lambdas.set(name, await startLambda(code, environment));
    }),
  );
  await buildConsole(join(folder, 'console'));
  gate = callers({
    url,
    agency: gateway.agency,
    ...(gateway.signIn && { signIn: gateway.signIn }),
  });
});

afterAll(async () => {
  for (const lambda of lambdas.values()) lambda.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await gateway.close();
  rmSync(folder, { recursive: true });
});

const NAME = '测试儿童甲';
const RECORD = {
  match: { id_number: '99000120130506001X' },
  fields: { name: NAME, birth_date: '2013-05-06', division_code: '990001001001' },
};
const SUPPORT = {
  actions: ['release'],
  purpose: 'S1',
  case: 'EDU-2026-1',
  officer: 'zhang.wei',
  reason: 'subsidy',
};

describe.skipIf(!ready)('the bundles, each with its own role', () => {
  it('send the console, compressed in a form that the browser accepts', async () => {
    const page = await fetch(`${url}/console/index.html`, { headers: { 'accept-encoding': 'br' } });
    expect([page.status, page.headers.get('content-encoding')]).toEqual([200, 'br']);
    // What the first page needs is in a file that its script imports.
    const scripts = [...(await page.text()).matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, name]) => name);
    expect(scripts).toContainEqual(expect.stringMatching(/^main-/));
    const bodies = scripts.map(async (name) => (await fetch(`${url}/console/${name}`)).text());
    expect((await Promise.all(bodies)).join('').length).toBeGreaterThan(5000);
  });

  it('store a record, release the fields of a purpose, and log it', async () => {
    await gate.put('mca-county', RECORD);

    const ask = { collection: 'children', subjects: [{ match: RECORD.match }], fields: ['name'] };
    const release = await gate.call('edu-county', SUPPORT, 'POST', '/v1/releases', ask);
    expect(release.status).toBe(200);
    expect(Object.keys(release.json.results[0].fields)).toEqual(['name']);

    const sealed = await gate.call('edu-county', SUPPORT, 'POST', '/v1/releases', ask, {
      accept: 'application/jose',
    });
    expect([sealed.status, sealed.text.split('.').length]).toEqual([200, 5]);

    const log = await gate.call(
      'audit-office',
      { actions: ['audit'] },
      'GET',
      '/v1/log/entries?kind=decision',
    );
    expect(log.status).toBe(200);
    expect(log.text).not.toContain(NAME);
    expect(log.text).toContain(release.json.results[0].receipt.entry);
  });

  it('grow the tree of the log, and serve its files and proofs', async () => {
    await (lambdas.get('sequencer') as Lambda).invoke({});
    const checkpoint = await (await fetch(`${url}/log/checkpoint`)).text();
    const size = Number(checkpoint.split('\n')[1]);
    expect(size).toBeGreaterThan(3);
    const hashes = await fetch(`${url}/log/tile/0/000.p/${size}`);
    expect((await hashes.arrayBuffer()).byteLength).toBe(32 * size);
    const narrow = await fetch(`${url}/log/signatures/000.p/2`);
    expect((await narrow.arrayBuffer()).byteLength).toBe(128);
    const audit = (path: string) => gate.call('audit-office', { actions: ['audit'] }, 'GET', path);
    const { json } = await audit('/v1/log/entries?kind=decision');
    const proof = await audit(`/v1/log/proofs/inclusion?entry=${json.entries[0].id}`);
    expect(proof.json).toMatchObject({ size, leafHash: json.entries[0].leafHash });
  });

  it('tell a department why its keys were unwrapped, by a role that reads no wrapped key', async () => {
    const unwraps = [
      { key: 'k', subject: 'nobody', principal: 'AROA/S1@edu-county', time: '2026-11-25T08:30:00Z' },
    ];
    const body = { from: '2026-11-25T08:00:00Z', to: '2026-11-25T09:00:00Z', unwraps };
    const answer = await gate.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/usage/keys', body);
    expect(answer.json).toEqual({ entries: [], gone: ['nobody'] });
  });

  it('check the valid proofs again', async () => {
    const verify = lambdas.get('verify') as Lambda;
    expect(await verify.invoke({ fieldgate: 'recheck' })).toEqual({ revoked: 0 });
  });

  it('watch over that tree, and raise new alerts', async () => {
    const watch = lambdas.get('watch') as Lambda;
    await watch.invoke({});
    const json = await gate.audit('/v1/alerts');
    expect(json.alerts).toContainEqual(
      expect.objectContaining({
        code: 'FIRST_PURPOSE',
        handler: { agency: 'edu-county', departments: ['EDU'] },
      }),
    );
    expect(watch.metrics()).toContainEqual(expect.objectContaining({ WatchBehind: 0 }));
  });

  it('renew keys on schedule, and erase', async () => {
    const [put] = await gate.put('mca-county', RECORD);
    for (const kind of ['rekey', 'rewrap', 'compact', 'sweep']) {
      const steward = { actions: ['steward'], officer: 'li.na' };
      const started = await gate.call('steward-office', steward, 'POST', `/v1/keys/${kind}`, {});
      expect(started.status, started.text).toBe(202);
      await (lambdas.get('maintenance') as Lambda).invoke({ fieldgate: 'jobs' });
      const { json } = await gate.call('steward-office', steward, 'GET', `/v1/jobs/${started.json.id}`);
      expect(json).toMatchObject({ kind, state: 'done', failed: 0 });
    }
    expect((await eraseByTwo({ ...gateway, ...gate }, put.ref)).status).toBe(200);
  });

  it('answer the routes of every function', async () => {
    const answers = await Promise.all(
      ['/healthz', '/readyz', '/openapi.json', '/.well-known/jwks.json', '/v1/usage'].map((path) =>
        fetch(url + path),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 401]);
    expect((await fetch(`${url}/v1/intake`, { method: 'DELETE' })).status).toBe(405);
  });

  it('write metrics that CloudWatch finds at the root of a line', async () => {
    expect(await (lambdas.get('casework') as Lambda).invoke({ fieldgate: 'tasks' })).toHaveProperty('done');
    const names = [...lambdas.values()].flatMap((lambda) => lambda.metrics()).flatMap(Object.keys);
    for (const name of ['SequencerLag', 'WatchBehind', 'ReconcileBehind']) expect(names).toContain(name);
    for (const lambda of lambdas.values()) expect(lambda.output()).not.toContain('\\"_aws\\"');
  });

  it('answer within ten seconds when KMS accepts and never answers, and access can still be stopped', async () => {
    const freeze = (agency: string) => {
      const why = { actions: ['audit'], officer: 'gao', reason: 'KMS does not answer' };
      return gate.call('audit-office', why, 'POST', '/v1/freezes', { target: { agency } });
    };
    // Tokens and log writers of before: these instances are warm.
    expect((await freeze('mps-county')).status).toBe(200);
    kmsIsDark = true;
    const started = performance.now();
    const ask = { collection: 'children', subjects: [{ match: RECORD.match }], fields: ['name'] };
    const [release, frozen] = await Promise.all([
      gate.call('edu-county', SUPPORT, 'POST', '/v1/releases', ask),
      freeze('edu-county'),
    ]);
    kmsIsDark = false;
    expect([release.status, release.json.code]).toEqual([503, 'KMS_UNAVAILABLE']);
    expect([frozen.status, frozen.json.freeze?.state]).toEqual([200, 'in-force']);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('use their code cache, in each thread as well', () => {
    const used = (name: string) =>
      lambdas
        .get(name)
        ?.output()
        .match(/^\{"codeCache":"used"\}$/gm)?.length;
    // Of the sequencer the instance itself, and each thread that it had work for.
    expect(used('sequencer')).toBeGreaterThan(1);
    const others = [...lambdas.keys()].filter((name) => name !== 'sequencer');
    for (const name of others) expect(used(name), name).toBe(WITHOUT_CACHE.includes(name) ? undefined : 1);
  });

  it('made no call that their roles refuse', () => {
    expect(judge.refused).toEqual([]);
  });

  it('wrote no value, key or token', () => {
    for (const lambda of lambdas.values()) {
      expect(lambda.output()).not.toMatch(/测试儿童|990001201305|eyJ|wrapped/);
    }
  });
});

it.skipIf(!ready)('a call that the role does not allow is refused', () => {
  const [first] = readClassKeys(gateway.env.classKeys);
  const [name, on] = first as [string, string];
  const context = { 'kms:EncryptionContext:collection': 'children', 'kms:EncryptionContext:class': name };
  judge.sessions.set('session', { agency: 'edu-county', purpose: 'S1' });
  expect(judge.allows({ fn: 'session', action: 'kms:Decrypt', on, context })).toBe(true);
  expect(judge.allows({ fn: 'release', action: 'kms:Decrypt', on, context })).toBe(false);
  expect(judge.allows({ fn: 'intake', action: 'kms:Decrypt', on, context })).toBe(false);
});

/** A server before this one, which can stop answering. */
function darkened(behind: Server): Server {
  return createServer((request, response) => {
    if (kmsIsDark) request.resume();
    else behind.emit('request', request, response);
  });
}

/** The settings that the stack gives the function, with the local names and keys as values. */
function settingsOf(name: string): Record<string, string> {
  const lambda = ofType(stack, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${name}Function`))?.[1];
  const bucket = (prefix: string) =>
    ofType(stack, 'AWS::S3::Bucket').find(([id]) => id.startsWith(prefix))?.[0] ?? '';
  const local = {
    ...envOf(gateway.env, name),
    publicUrl: url,
    stsEndpoint: stsUrl,
    tilesBucket: bucket('LogTiles'),
    edgeBucket: bucket('LogEdge'),
    trailBucket: bucket('KmsTrail'),
    trailPrefix: 'AWSLogs/111122223333/CloudTrail/eu-west-1/',
    environment: 'prod',
    listsBucket: bucket('ListsFiles'),
    listLanes: '2',
    filesBucket: bucket('FilesObjects'),
    // The bundle is loaded again in each of its threads.
    // No Lambda is here: the watch goes on without its answer.
    watchedFunctions: 'fieldgate-dev-watch',
    lambdaEndpoint: 'http://127.0.0.1:9',
    archiveBucket: 'none',
    extractBucket: 'none',
    checkThreads: '2',
  };
  const byVariable = new Map(
    (Object.keys(ENV) as EnvName[]).map((setting) => [ENV[setting] as string, setting]),
  );
  return Object.fromEntries(
    Object.keys(lambda?.Properties.Environment?.Variables ?? {}).map((variable) => [
      variable,
      local[byVariable.get(variable) as EnvName],
    ]),
  );
}
