/** The smoke test of a deployed stack, against answers in the form of the AWS CLI's and of API Gateway. */
import { expect, it } from 'vitest';
import { type Stack, smoke, type Tools, TRAIL } from '../../infra/aws/commands/smoke.ts';
import { ofType, synthesise } from './synthesise.ts';

const prod = synthesise('prod');
const stackOf = ({ resources }: typeof prod): Stack => ({
  name: 'fieldgate-prod',
  url: 'https://gate.example',
  ids: new Map([...resources.keys()].map((id) => [id, `physical-${id}`])),
});
const stack = stackOf(prod);
const error = (name: string) => new Error(`An error occurred (${name}) when calling the operation`);
const denied = error('AccessDeniedException');

/** Answers of an account in which everything holds; `by` counts calls that must be undone. */
const ANSWERS: Record<string, unknown> = {
  'sts get-caller-identity': { Account: '111122223333' },
  'kms generate-data-key': denied,
  'kms sign': denied,
  'dynamodb delete-item': denied,
  'dynamodb describe-table': { Table: { TableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/keys' } },
  's3api put-object': error('AccessDenied'),
  'iam create-role': { Role: { Arn: 'arn:aws:iam::111122223333:role/fieldgate-prod-smoke' } },
  'cloudwatch list-metrics': {
    Metrics: ['SequencerLag', 'WatchBehind', 'ReconcileBehind'].map((MetricName) => ({
      ...{ MetricName, Dimensions: [{ Name: 'environment', Value: 'prod' }] },
    })),
  },
  'cloudwatch describe-alarms': { MetricAlarms: [] },
  'cloudtrail get-trail-status': { IsLogging: true, LatestDeliveryTime: '2026-11-26T10:00:00Z' },
};

interface World {
  answers?: Record<string, unknown>;
  /** Attributes that the role reads, by projection. */
  reads?: (projection: string | undefined) => boolean;
  web?: Record<string, [number, object]>;
}

/** What a gateway in front of the functions answers; the throttle of a path begins after 100 requests. */
const WEB: Record<string, [number, object]> = {
  'GET /readyz': [200, {}],
  'GET /nothing': [404, { code: 'NOT_FOUND' }],
  'DELETE /v1/releases': [405, { code: 'METHOD_NOT_ALLOWED' }],
  'POST /v1/releases': [401, { code: 'TOKEN_INVALID' }],
  'GET /.well-known/jwks.json': [200, { keys: [{}, {}] }],
  'GET /log/checkpoint': [200, {}],
};

async function run({ answers = {}, reads = (p) => p === 'subject', web = {} }: World = {}, of = stack) {
  const calls: string[] = [];
  let sent = 0;
  let young = 2;
  const aws: Tools['aws'] = (...words) => {
    const call = words.slice(0, 2).join(' ');
    calls.push(call);
    const answer = { ...ANSWERS, ...answers }[call] ?? null;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const tools: Tools = {
    aws,
    as: () => {
      if (young-- > 0) throw denied;
      return (...words) => {
        const at = words.indexOf('--projection-expression');
        if (!reads(at < 0 ? undefined : words[at + 1])) throw denied;
        return null;
      };
    },
    pause: async () => {},
    send: async (url, init) => {
      const path = url.replace(stack.url, '');
      const limited: [number, object] = ++sent > 100 ? [429, { code: 'RATE_LIMITED' }] : [200, {}];
      const [status, body] =
        { ...WEB, ...web }[`${init?.method ?? 'GET'} ${path}`] ??
        (path === '/docs/problems' ? limited : [500, {}]);
      return Response.json(body, { status });
    },
  };
  const checks = await smoke(tools, of);
  return { checks, calls, faults: checks.filter(({ fault }) => fault !== null) };
}

it('passes a stack in which everything holds, and removes what it made', async () => {
  const { checks, faults, calls } = await run();
  expect(faults).toEqual([]);
  expect(checks.length).toBeGreaterThan(13);
  for (const [made, removed] of [
    ['iam create-role', 'iam delete-role'],
    ['iam put-role-policy', 'iam delete-role-policy'],
    ['cognito-idp admin-create-user', 'cognito-idp admin-delete-user'],
  ] as const)
    expect(calls.lastIndexOf(removed)).toBeGreaterThan(calls.indexOf(made));
});

it.each<[string, World, string]>([
  [
    'metrics do not arrive',
    { answers: { 'cloudwatch list-metrics': { Metrics: [] } } },
    'missing: SequencerLag',
  ],
  [
    'metrics of another stack of the account arrive alone',
    {
      answers: {
        'cloudwatch list-metrics': {
          Metrics: [{ MetricName: 'SequencerLag', Dimensions: [{ Name: 'environment', Value: 'dev' }] }],
        },
      },
    },
    'missing: SequencerLag',
  ],
  [
    'an alarm is red',
    { answers: { 'cloudwatch describe-alarms': { MetricAlarms: [{ AlarmName: 'Lag' }] } } },
    'Lag',
  ],
  ['the trail is off', { answers: { 'cloudtrail get-trail-status': { IsLogging: false } } }, 'it is off'],
  ['an administrator wraps a data key', { answers: { 'kms generate-data-key': {} } }, 'it was allowed'],
  ['an entry is deleted', { answers: { 'dynamodb delete-item': null } }, 'it was allowed'],
  [
    'a key is not there, which is no refusal',
    { answers: { 'kms sign': error('NotFoundException') } },
    'AWS answered NotFoundException',
  ],
  [
    'a caller without rights is refused for that',
    {
      answers: {
        'kms sign': new Error(
          'An error occurred (AccessDeniedException) when calling the Sign operation: User: x is not authorized to perform: kms:Sign because no identity-based policy allows the kms:Sign action',
        ),
      },
    },
    'ask as an administrator',
  ],
  ['a tile is replaced', { answers: { 's3api put-object': {} } }, 'it was allowed'],
  [
    'a read without a projection passes',
    { reads: (p) => p !== 'classes' },
    'a read without a projection is allowed',
  ],
  ['every attribute is read', { reads: () => true }, 'an attribute that is not named is read'],
  ['the condition refuses every read', { reads: () => false }, 'a read of a named attribute is refused'],
  [
    'Cognito refuses the account',
    { answers: { 'cognito-idp admin-create-user': error('InvalidParameterException') } },
    'Cognito answered InvalidParameterException',
  ],
  [
    'API Gateway reads a token as a signature',
    { web: { 'GET /nothing': [403, {}] } },
    'it answered {"status":403}',
  ],
  ['no throttle holds', { web: { 'GET /docs/problems': [200, {}] } }, 'were all answered'],
  [
    'agencies share the throttle of strangers',
    { web: { 'POST /v1/releases': [429, { code: 'RATE_LIMITED' }] } },
    'it answered {"status":429}',
  ],
])('says what fails: %s', async (_, world, fault) => {
  const { faults } = await run(world);
  expect(faults).toEqual([expect.objectContaining({ fault: expect.stringContaining(fault) })]);
});

it('names what the stack calls its parts', () => {
  const one = (type: string, start: string) =>
    ofType(prod, type).filter(([id]) => id.startsWith(start)).length;
  expect(one('AWS::KMS::Key', 'ClassKeys')).toBeGreaterThan(0);
  expect([one('AWS::KMS::Key', 'ServiceKeysLog'), one('AWS::S3::Bucket', 'LogTiles')]).toEqual([1, 1]);
  expect(one('AWS::Cognito::UserPool', 'PeoplePool')).toBe(1);
  expect(ofType(prod, 'AWS::CloudTrail::Trail').map(([id]) => TRAIL.test(id))).toEqual([true]);
});

it('asks nothing about a pool or a trail that the stack does not make', async () => {
  const foreign = synthesise('prod', {
    people: { issuer: 'none' },
    trail: { bucket: 'trail-of-the-organisation', prefix: 'AWSLogs/111122223333/CloudTrail/eu-west-1/' },
  });
  const { calls, faults } = await run({}, stackOf(foreign));
  expect(faults).toEqual([]);
  expect(calls.filter((call) => /cognito|cloudtrail/.test(call))).toEqual([]);
});

it('demands a refusal of each path if requests must be signed', async () => {
  const signed = { 'lambda get-function-configuration': { AUTHORIZATION: 'iam' } };
  const refused: World['web'] = {
    'GET /readyz': [401, { code: 'TOKEN_INVALID' }],
    'GET /nothing': [401, { code: 'TOKEN_INVALID' }],
  };
  expect((await run({ answers: signed, web: refused })).faults).toEqual([]);
  expect((await run({ answers: signed })).faults.map(({ fault }) => fault)).toEqual([
    'it answered 200 undefined',
    'it answered 404 NOT_FOUND',
  ]);
});
