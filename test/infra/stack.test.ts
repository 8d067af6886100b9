import { describe, expect, it } from 'vitest';
import { problemDetails } from '../../functions/http/problem.ts';
import { settingsFor } from '../../infra/aws/settings.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import { TABLES } from '../../shared/tables.ts';
import { ofType, synthesise } from './synthesise.ts';

const dev = synthesise();
const prod = synthesise('prod');

describe('tables', () => {
  const tables = new Map(ofType(prod, 'AWS::DynamoDB::Table'));

  it.each(TABLES)('$env has the shape that the local gateway has', (shape) => {
    const { Properties } = tables.get(shape.env) ?? {};
    const keys = [shape.partition, ...(shape.sort ? [shape.sort.name] : [])];
    expect(Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual(keys);
    expect(Properties.GlobalSecondaryIndexes?.[0].IndexName).toBe(shape.index?.name);
    expect(Properties.TimeToLiveSpecification?.AttributeName).toBe(shape.expires);
    expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(Properties.SSESpecification).toEqual({ SSEEnabled: true });
  });

  it('forgets wrapped keys, index and words within a day, and the rest later', () => {
    const days = (name: string) =>
      tables.get(name)?.Properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays;
    expect(['keysTable', 'indexTable', 'wordsTable'].map(days)).toEqual([1, 1, 1]);
    expect(days('sheetsTable')).toBe(35);
    for (const [, table] of tables) {
      expect(table.Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
      expect(table.Properties.StreamSpecification).toBeUndefined();
    }
  });
});

it('keeps tables, keys and logs in production when the stack goes', () => {
  for (const type of ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
    const kept = (stack: typeof dev) => new Set(ofType(stack, type).map(([, r]) => r.DeletionPolicy));
    expect(kept(prod)).toEqual(new Set(['Retain']));
    expect(kept(dev)).toEqual(new Set(['Delete']));
  }
  for (const [, table] of ofType(prod, 'AWS::DynamoDB::Table')) {
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
  }
});

describe('the buckets of the log', () => {
  const buckets = (stack: typeof dev) =>
    new Map(ofType(stack, 'AWS::S3::Bucket').map(([id, b]) => [id.slice(0, 7), b.Properties]));

  it('lock full tiles for years, and nothing that must be replaced', () => {
    const tiles = buckets(prod).get('LogTile');
    expect(tiles.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Days: 1095, Mode: 'COMPLIANCE' });
    expect(buckets(prod).get('LogEdge').ObjectLockConfiguration).toBeUndefined();
  });

  it('take a full tile once: a put without If-None-Match is refused', () => {
    const policies = ofType(prod, 'AWS::S3::BucketPolicy');
    const of = (prefix: string) =>
      policies.find(([, { Properties }]) => Properties.Bucket.Ref.startsWith(prefix))?.[1].Properties
        .PolicyDocument.Statement;
    const once = expect.objectContaining({
      ...{ Sid: 'PutOnce', Effect: 'Deny', Action: 's3:PutObject', Principal: { AWS: '*' } },
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
    expect(of('LogTiles')).toContainEqual(once);
    expect(of('LogEdge')).not.toContainEqual(once);
  });

  it('are open to nobody but by our functions', () => {
    for (const [, bucket] of buckets(dev)) {
      expect(new Set(Object.values(bucket.PublicAccessBlockConfiguration))).toEqual(new Set([true]));
    }
  });
});

it('uses the kinds of key that the code calls', () => {
  const specs = ofType(dev, 'AWS::KMS::Key')
    .filter(([id]) => id.startsWith('ServiceKeys'))
    .map(([, { Properties }]) => `${Properties.KeySpec} ${Properties.KeyUsage}`);
  expect(specs.sort()).toEqual([
    'ECC_NIST_EDWARDS25519 SIGN_VERIFY',
    'ECC_NIST_EDWARDS25519 SIGN_VERIFY',
    'ECC_NIST_P256 SIGN_VERIFY',
    'ECC_NIST_P256 SIGN_VERIFY',
    'ECC_NIST_P256 SIGN_VERIFY',
    'HMAC_256 GENERATE_VERIFY_MAC',
    'HMAC_256 GENERATE_VERIFY_MAC',
    'HMAC_256 GENERATE_VERIFY_MAC',
  ]);
});

describe('the API', () => {
  it('logs a path as a template, and no query, header or body', () => {
    const stage = ofType(dev, 'AWS::ApiGateway::Stage')[0]?.[1].Properties;
    expect(JSON.stringify(stage.AccessLogSetting.Format).match(/\$context\.[a-zA-Z.]+/g)).toEqual([
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.httpMethod',
      '$context.resourcePath',
      '$context.status',
      '$context.responseLength',
      '$context.responseLatency',
      '$context.identity.sourceIp',
      '$context.error.responseType',
    ]);
    expect(stage.MethodSettings).toMatchObject([{ DataTraceEnabled: false, LoggingLevel: 'OFF' }]);
  });

  it('traces in the functions, whose segments hold no path, and not in the stage, whose segments do', () => {
    expect(ofType(dev, 'AWS::ApiGateway::Stage')[0]?.[1].Properties.TracingEnabled).toBe(false);
  });

  it('answers its own refusals as problems of the closed list', () => {
    const answers = ofType(dev, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties);
    expect(answers.length).toBeGreaterThan(5);
    for (const answer of answers) {
      const body = JSON.parse(answer.ResponseTemplates['application/json']);
      const problem = new Problem(body.code as ProblemCode);
      expect(body).toEqual(JSON.parse(JSON.stringify(problemDetails(problem, '$context.requestId'))));
      expect(answer.StatusCode).toBe(String(problem.status));
    }
  });

  it('lets a function be invoked by this API alone, clocked functions by the clock', () => {
    for (const [id, { Properties }] of ofType(dev, 'AWS::Lambda::Permission')) {
      if (/^(Schedule|Look|Jobs|Tasks|Recheck)/.test(id)) {
        expect(Properties.Principal).toBe('events.amazonaws.com');
        expect(JSON.stringify(Properties.SourceArn)).toMatch(/(Schedule|Look|Jobs|Tasks|Recheck)Minute/);
        continue;
      }
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('RestApi');
    }
    expect(ofType(dev, 'AWS::Lambda::Url')).toEqual([]);
  });

  it('closes the URL of the stage where there is a domain, and tells the functions', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/none';
    const chosen = synthesise('dev', { domain: { name: 'gate.example', certificateArn } });
    expect(ofType(chosen, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties.DisableExecuteApiEndpoint).toBe(
      true,
    );
    for (const [id, { Properties }] of ofType(chosen, 'AWS::Lambda::Function')) {
      if (id.startsWith('console')) continue;
      const { PUBLIC_URL, LOG_NAME } = Properties.Environment?.Variables ?? {};
      expect([PUBLIC_URL, LOG_NAME]).toContainEqual(expect.stringContaining('gate.example'));
    }
  });
});

it('names no partition', () => {
  expect(JSON.stringify(prod.template)).not.toMatch(/arn:aws|amazonaws\.com(?!")/);
});

it('refuses an environment that is not described', () => {
  expect(() => settingsFor('constructor')).toThrow('no environment');
});
