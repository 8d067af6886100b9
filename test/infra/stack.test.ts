import { describe, expect, it } from 'vitest';
import { LOGIN, OPEN, READ_BY_STS, ROUTES } from '../../infra/aws/routes.ts';
import { settingsFor } from '../../infra/aws/settings.ts';
import { WRITERS } from '../../shared/env.ts';
import { TABLES } from '../../shared/tables.ts';
import { testGateway } from '../support/gateway.ts';
import { functionName } from './grants.ts';
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

it('keeps tables, keys and logs in production if the stack is deleted', () => {
  for (const type of ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
    const kept = (stack: typeof dev) => new Set(ofType(stack, type).map(([, r]) => r.DeletionPolicy));
    // A first deployment that fails leaves nothing behind.
    expect(kept(prod)).toEqual(new Set(['RetainExceptOnCreate']));
    expect(kept(dev)).toEqual(new Set(['Delete']));
  }
  for (const [, table] of ofType(prod, 'AWS::DynamoDB::Table')) {
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
  }
});

it('makes production keys that could be replicated, and lets no role replicate them', () => {
  for (const [stack, multiRegion] of [
    [dev, false],
    [prod, true],
  ] as const)
    for (const [id, { Properties }] of ofType(stack, 'AWS::KMS::Key')) {
      expect([id, Properties.MultiRegion]).toEqual([id, multiRegion]);
      expect(JSON.stringify(Properties.KeyPolicy)).not.toContain('ReplicateKey');
    }
});

describe('the buckets of the log', () => {
  const buckets = (stack: typeof dev) =>
    new Map(ofType(stack, 'AWS::S3::Bucket').map(([id, b]) => [id.slice(0, 7), b.Properties]));

  it('lock full tiles for years, and no file that must be replaced', () => {
    const tiles = buckets(prod).get('LogTile');
    expect(tiles.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Days: 1095, Mode: 'COMPLIANCE' });
    expect(buckets(prod).get('LogEdge').ObjectLockConfiguration).toBeUndefined();
  });

  it("lock AWS's own record for a year, where data is kept", () => {
    const lockOf = (stack: typeof dev) => buckets(stack).get('KmsTrai').ObjectLockConfiguration;
    expect(lockOf(prod).Rule.DefaultRetention).toEqual({ Days: 365, Mode: 'GOVERNANCE' });
    expect(lockOf(dev)).toBeUndefined();
  });

  it('accept a full tile once: a put without If-None-Match is refused', () => {
    const policies = ofType(prod, 'AWS::S3::BucketPolicy');
    const of = (prefix: string) =>
      policies.find(([, { Properties }]) => Properties.Bucket.Ref.startsWith(prefix))?.[1].Properties
        .PolicyDocument.Statement;
    const once = expect.objectContaining({
      Sid: 'PutOnce',
      Effect: 'Deny',
      Action: 's3:PutObject',
      Principal: { AWS: '*' },
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
    expect(of('LogTiles')).toContainEqual(once);
    expect(of('LogEdge')).not.toContainEqual(once);
  });

  it("are open only through the gateway's functions", () => {
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
    ...Array(1 + WRITERS.length).fill('ECC_NIST_EDWARDS25519 SIGN_VERIFY'),
    'ECC_NIST_P256 SIGN_VERIFY',
    'ECC_NIST_P256 SIGN_VERIFY',
    'ECC_NIST_P256 SIGN_VERIFY',
    ...Array(4).fill('HMAC_256 GENERATE_VERIFY_MAC'),
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
      '$context.integrationLatency',
      '$context.integration.status',
      '$context.waf.status',
      '$context.identity.sourceIp',
      '$context.error.responseType',
    ]);
    expect(stage.MethodSettings).toContainEqual(
      expect.objectContaining({
        ResourcePath: '/*',
        DataTraceEnabled: false,
        LoggingLevel: 'OFF',
        MetricsEnabled: false,
      }),
    );
    for (const one of stage.MethodSettings) expect(one.DataTraceEnabled ?? false).toBe(false);
  });

  it('traces in the functions, whose segments hold no path, and not in the stage, whose segments do', () => {
    expect(ofType(dev, 'AWS::ApiGateway::Stage')[0]?.[1].Properties.TracingEnabled).toBe(false);
  });

  it('lets a function be invoked only by this API, scheduled functions by the schedule', () => {
    for (const [id, { Properties }] of ofType(dev, 'AWS::Lambda::Permission')) {
      if (/^(Schedule|Look|Jobs|Tasks|Recheck|Code)/.test(id)) {
        expect(Properties.Principal).toBe('events.amazonaws.com');
        expect(JSON.stringify(Properties.SourceArn)).toMatch(
          /(Schedule|Look|Jobs|Tasks|Recheck)(Minute|Daily)|CodeChanged/,
        );
        continue;
      }
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toContain('RestApi');
    }
    expect(ofType(dev, 'AWS::Lambda::Url')).toEqual([]);
  });

  it('closes the URL of the stage if there is a domain, and passes the domain to the functions', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/none';
    const chosen = synthesise('dev', { domain: { name: 'gate.example', certificateArn } });
    expect(ofType(chosen, 'AWS::ApiGateway::RestApi')[0]?.[1].Properties.DisableExecuteApiEndpoint).toBe(
      true,
    );
    for (const [, { Properties }] of ofType(chosen, 'AWS::Lambda::Function')) {
      const { PUBLIC_URL, LOG_NAME } = Properties.Environment?.Variables ?? {};
      if (PUBLIC_URL) expect(PUBLIC_URL).toBe('https://gate.example');
      // The log keeps its name: under another one it would be another log.
      if (LOG_NAME) expect(LOG_NAME).toBe('log.example');
    }
  });
});

it('names no partition', () => {
  const own = JSON.stringify(prod.template).replaceAll('arn:aws:sns:eu-west-1:111122223333:duty', '');
  expect(own).not.toMatch(/arn:aws|amazonaws\.com(?!")/);
});

it('refuses an environment that is not described', () => {
  expect(() => settingsFor('constructor')).toThrow('no environment');
});

describe('the paths without a token', () => {
  it('is throttled path by path, apart from the paths of agencies', () => {
    const settings = ofType(prod, 'AWS::ApiGateway::Stage')[0]?.[1].Properties.MethodSettings as {
      ResourcePath: string;
      ThrottlingRateLimit: number;
    }[];
    const rates = new Map(
      settings.map(({ ResourcePath, ThrottlingRateLimit }) => [ResourcePath, ThrottlingRateLimit]),
    );
    const { rate } = settingsFor('prod').openThrottle;
    const throttledAsOpen = OPEN.filter((path) => !READ_BY_STS.includes(path));
    for (const path of [...throttledAsOpen, '/{proxy+}'])
      expect([path, rates.get(path === '/' ? path : `/${path.replaceAll('/', '~1')}`)]).toEqual([path, rate]);
    const all = settingsFor('prod').throttle.rate;
    expect(READ_BY_STS).toHaveLength(2);
    for (const path of [...LOGIN, ...READ_BY_STS])
      expect([path, rates.get(`/${path.replaceAll('/', '~1')}`)]).toEqual([path, all]);
    expect(rates.get('/*')).toBe(all);
  });

  it('is counted by address on exactly those paths', () => {
    const [, acl] = ofType(prod, 'AWS::WAFv2::WebACL')[0] ?? expect.fail();
    const counted = (rule: string) =>
      acl.Properties.Rules.find(({ Name }: { Name: string }) => Name === rule).Statement.RateBasedStatement;
    const { Limit, ScopeDownStatement } = counted('open');
    expect([Limit, counted('login').Limit]).toEqual([1000, 6000]);
    const login = (path: string) => matchesPath(counted('login').ScopeDownStatement, path);
    for (const path of Object.values(ROUTES).flat())
      for (const at of [path, `/v${path}`])
        expect([at, login(at)]).toEqual([at, (LOGIN as readonly string[]).includes(path)]);
    const matches = { test: (path: string) => matchesPath(ScopeDownStatement, path) };
    for (const path of OPEN)
      expect([path, matches.test(path), matches.test(`/v${path}`)]).toEqual([path, true, true]);
    for (const path of Object.values(ROUTES)
      .flat()
      .filter((one) => !(OPEN as readonly string[]).includes(one)))
      expect([path, matches.test(path), matches.test(`/v${path}`)]).toEqual([path, false, false]);
    // Pages of the console ask for these again and again, all pages of an office from one address.
    for (const path of ['/v1/log/checkpoint', '/v1/log/policy', '/v1/log/witnessed'])
      expect([path, ROUTES.audit.includes(path), matches.test(path)]).toEqual([path, true, false]);
    for (const path of ['/', '/wp-login.php', '/.env'])
      expect([path, matches.test(path)]).toEqual([path, true]);
  });

  it('equals the paths that answer without a token', async () => {
    const gateway = await testGateway();
    const open: string[] = [];
    for (const path of Object.values(ROUTES).flat()) {
      const url = gateway.url + path.replace(/\{[^}]*\}/g, '0');
      const answers = await Promise.all(
        ['GET', 'POST', 'PUT', 'DELETE'].map((method) => fetch(url, { method })),
      );
      if (answers.every(({ status }) => status !== 401)) open.push(path);
    }
    await gateway.close();
    expect(open.sort()).toEqual([...OPEN, ...LOGIN].sort());
  });
});

it('runs scheduled work once: neither EventBridge nor Lambda retries', () => {
  const scheduled = ofType(dev, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
    Properties.ScheduleExpression === undefined ? [] : Properties.Targets,
  );
  const configured = ofType(dev, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
  const once = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  // One function may follow several clocks.
  expect(configured.map(({ FunctionName }) => FunctionName.Ref).sort()).toEqual(
    [...new Set(scheduled.map(({ Arn }) => Arn['Fn::GetAtt'][0]))].sort(),
  );
  for (const one of configured) expect(one).toMatchObject(once);
  for (const target of scheduled)
    expect(target.RetryPolicy).toEqual({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
});

it('reserves instances for functions that stop access, and leaves the account the hundred that AWS requires', () => {
  const reserved = new Map(
    ofType(prod, 'AWS::Lambda::Function').map(([id, { Properties }]) => [
      functionName(id),
      Properties.ReservedConcurrentExecutions,
    ]),
  );
  // A freeze, a suspension, and the login before them.
  const stops = ['/v1/freezes', '/v1/agencies/{id}/suspend', '/oauth/token', '/v1/sessions'];
  const routes: [string, readonly string[]][] = Object.entries(ROUTES);
  const served = stops.map((path) => routes.find(([, paths]) => paths.includes(path))?.[0] ?? path);
  expect(served).toEqual(['casework', 'steward', 'token', 'token']);
  for (const name of [...served, 'sequencer', 'watch'])
    expect([name, reserved.get(name) > 0]).toEqual([name, true]);
  // What is left serves no function of many requests, so none of them can take it from the others.
  const left = Object.keys(ROUTES).filter((name) => reserved.get(name) === undefined);
  expect(left).toEqual(['insight', 'maintenance', 'console']);
  const all = [...reserved.values()].filter((one) => one !== undefined);
  expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(900);
  for (const name of ['release', 'verify', 'audit']) expect(reserved.get(name)).toBeLessThanOrEqual(334);
});

/** WAF's decision about a path, by the statements that the stack uses. */
// biome-ignore lint/suspicious/noExplicitAny: a statement of the template, which is JSON of many shapes.
function matchesPath({ OrStatement, NotStatement, RegexMatchStatement }: any, path: string): boolean {
  if (OrStatement) return OrStatement.Statements.some((one: object) => matchesPath(one, path));
  if (NotStatement) return !matchesPath(NotStatement.Statement, path);
  expect(RegexMatchStatement.RegexString).not.toMatch(/\(\?/);
  return new RegExp(RegexMatchStatement.RegexString).test(path);
}
