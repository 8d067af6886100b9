import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { SEQUENCER_ENV } from '../../functions/sequencer/app.ts';
import { WATCH_ENV } from '../../functions/watch/app.ts';
import { type FunctionName, ROUTES, SCHEDULED } from '../../infra/aws/routes.ts';
import { ALL_ROUTES } from '../../shared/contract/routes/all.ts';
import { ENV, type Env, type EnvName, readClassKeys, writeClassKeys } from '../../shared/env.ts';
import { deployed } from './deployed.ts';
import { type Method, methodsOf } from './document.ts';
import { functionName } from './grants.ts';
import { ofType, PACK, type Resource, rolePolicies, synthesise } from './synthesise.ts';

const stack = synthesise();
const lambdas = new Map(ofType(stack, 'AWS::Lambda::Function').map(([id, fn]) => [functionName(id), fn]));
const names = Object.keys(ROUTES) as FunctionName[];
/** Functions whose handlers put the files of the tree, which lie in S3, before their apps. */
const READS_TREE: ReadonlySet<string> = new Set(['audit', 'sequencer']);
const BUCKETS = ['tilesBucket', 'edgeBucket'] as const;
const LISTS = ['listsBucket', 'listLanes'] as const;
const USES_FILES = new Set<string>(['intake', 'release', 'maintenance']);

describe.each(names)('%s', (name) => {
  const lambda = lambdas.get(name) as Resource;
  const variables = lambda.Properties.Environment?.Variables ?? {};

  it('gets exactly the settings that its handler reads', async () => {
    const needed = [
      'environment' as const,
      ...(await load(name)).env,
      ...(READS_TREE.has(name) ? BUCKETS : []),
      ...(name === 'verify' ? LISTS : []),
      ...(USES_FILES.has(name) ? (['filesBucket'] as const) : []),
    ].map((one) => ENV[one]);
    expect(Object.keys(variables).sort()).toEqual([...new Set(needed)].sort());
  });

  it('serves exactly the routes that the contract gives it', async () => {
    const { app } = await load(name);
    const served = app.routes.map(({ method, path }) => `${method} ${path}`);
    // Middleware is of all methods; the token endpoint answers other methods in the words of OAuth.
    const known = served.filter((one) => !/^ALL |^(GET|PUT|DELETE|PATCH|OPTIONS) \/oauth\/token$/.test(one));
    const named = ALL_ROUTES.filter(({ fn }) => fn === name).map(({ line }) => line);
    expect([...new Set(known)].sort()).toEqual(named.toSorted());
  });

  it('is what API Gateway invokes for exactly these paths', () => {
    const { FunctionName } = lambda.Properties;
    const paths = [...methodsOf(stack)].filter(([, method]) => invoked(method) === FunctionName);
    const served = [...ROUTES[name], ...(name === 'steward' ? ['/{proxy+}'] : [])];
    expect(paths.map(([path]) => path).sort()).toEqual(served.toSorted());
    for (const [path, { parameters = [], 'x-amazon-apigateway-integration': to }] of paths) {
      const parts = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, part]) => part);
      expect([path, parameters.map((one) => one.name), to.type, to.httpMethod]).toEqual([
        ...[path, parts, 'aws_proxy', 'POST'],
      ]);
    }
  });

  it('runs on Node 24 with a log group of its own, and with traces of requests and lines of runs by the clock alone', () => {
    const clocked = ['casework', 'maintenance'].includes(name);
    expect(lambda.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: clocked ? 'PassThrough' : 'Active' },
      LoggingConfig: {
        ...{ LogFormat: 'JSON', LogGroup: expect.anything() },
        SystemLogLevel: clocked ? 'INFO' : 'WARN',
      },
    });
  });
});

it('gives functions that mostly wait less memory in production', () => {
  const memory = ofType(synthesise('prod'), 'AWS::Lambda::Function').map(
    ([id, { Properties }]) => [functionName(id), Properties.MemorySize] as const,
  );
  const waiting = ['intake', 'release', 'token', 'verify'];
  expect(memory.flatMap(([name, size]) => (size === 1024 ? [name] : [])).sort()).toEqual(waiting);
  const others = Object.fromEntries(memory.filter(([name]) => !waiting.includes(name)));
  expect(others).toMatchObject({ maintenance: 1769, audit: 1769, sequencer: 512, watch: 512 });
});

it('lets the watch ask what each function runs, and begins it with each change of one', () => {
  const [[, { Properties }] = ['', {} as Resource]] = ofType(stack, 'AWS::Events::Rule').filter(([id]) =>
    id.startsWith('CodeChanged'),
  );
  const arns = Properties.EventPattern.detail.requestParameters.functionName.slice(1);
  expect(arns).toHaveLength(lambdas.size);
  const asking = rolePolicies(stack)
    .flatMap(([, one]) => one.Properties.PolicyDocument.Statement)
    .filter(({ Action, Effect }) => Effect === 'Allow' && Action === 'lambda:ListVersionsByFunction');
  expect(asking).toEqual([expect.objectContaining({ Resource: arns })]);
  expect(JSON.stringify(Properties.Targets)).toContain('watchFunction');
});

it('has a function for every folder with routes, and no other', () => {
  expect([...lambdas.keys()].sort()).toEqual([...names, ...SCHEDULED].sort());
});

it.each([
  ['sequencer', [...SEQUENCER_ENV, ...BUCKETS, 'archiveBucket', 'extractBucket', 'checkThreads'], 65],
  [
    'watch',
    [...WATCH_ENV, ...BUCKETS, 'trailBucket', 'trailPrefix', 'watchedFunctions', 'lambdaEndpoint'],
    60,
  ],
] as const)('runs the %s by the clock, with the settings that it reads', (name, env, Timeout) => {
  const { Properties } = lambdas.get(name) as Resource;
  const needed = [ENV.environment, ...env.map((setting) => ENV[setting])];
  expect(Object.keys(Properties.Environment.Variables).sort()).toEqual(needed.sort());
  expect([Properties.Timeout, Properties.TracingConfig]).toEqual([Timeout, { Mode: 'PassThrough' }]);
  const rules = ofType(stack, 'AWS::Events::Rule').flatMap(
    ([, rule]) => rule.Properties.ScheduleExpression ?? [],
  );
  expect(rules.sort()).toEqual(['rate(1 hour)', ...Array(4).fill('rate(1 minute)'), 'rate(15 minutes)']);
});

it.each([
  [0, 512],
  [1, 2 * 1769],
  [5, 10_240],
] as const)(
  'gives the sequencer with %i threads %i MB, and tells it their number',
  (checkThreads, memory) => {
    const [, sequencer] =
      ofType(synthesise('prod', { checkThreads }), 'AWS::Lambda::Function').find(([id]) =>
        id.startsWith('sequencer'),
      ) ?? [];
    expect(sequencer?.Properties.MemorySize).toBe(memory);
    expect(sequencer?.Properties.Environment.Variables[ENV.checkThreads]).toBe(String(checkThreads));
  },
);

it('raises an alarm if entries wait two minutes, or if nothing runs', () => {
  const alarms = ofType(stack, 'AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties);
  expect(alarms).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        Namespace: 'Fieldgate',
        MetricName: 'SequencerLag',
        Threshold: 120_000,
        TreatMissingData: 'breaching',
      }),
    ]),
  );
});

it('has a key for every class of the pack', () => {
  const setting = deployed(stack, lambdas.get('release')?.Properties.Environment.Variables.CLASS_KEYS);
  const keys = readClassKeys(setting as string);
  expect([...keys.keys()].sort()).toEqual([...PACK.classes].sort());
  for (const arn of keys.values()) expect(arn).toMatch(/^arn:[\w-]+:kms:[\w-]+:[\w-]+:key\/[\w-]{36}$/);
});

/** The name of the function, and of its alias, that the document says to invoke. */
function invoked({ 'x-amazon-apigateway-integration': { uri } }: Method): string {
  return /:function:([\w:-]+)\/invocations$/.exec(deployed(stack, uri) as string)?.[1] ?? '';
}

/** The app of a function with settings and clients that lead nowhere, and the names of its settings. */
async function load(name: FunctionName): Promise<{ app: Hono; env: readonly EnvName[] }> {
  const module = await import(`../../functions/${name}/app.ts`);
  const deps =
    name === 'token' || name === 'console' ? module : await import(`../../functions/${name}/deps.ts`);
  const settings = Object.fromEntries(Object.keys(ENV).map((setting) => [setting, `no-${setting}`]));
  const env = {
    ...(settings as Env<EnvName>),
    publicUrl: 'https://gate.example',
    classKeys: writeClassKeys('', {}),
    cryptography: 'standard',
  };
  const appOf = module[`${name}App`] ?? ((base: object) => module.openMaintenance(base).app);
  const nowhere = { region: 'none', endpoint: 'http://127.0.0.1:1' };
  return {
    app: appOf(
      withTables({ env, kms: new KMSClient(nowhere), dynamo: new DynamoDBClient(nowhere), now: Date.now }),
    ),
    env: deps[`${name.toUpperCase()}_ENV`],
  };
}
