/** The templates as AWS would read them: each property by its registry schema, each size against its limit. */
import { describe, expect, it } from 'vitest';
import { deployed } from './deployed.ts';
import { resourcesOf } from './document.ts';
import { LOG_ACCOUNT, logAccount } from './log-account.ts';
import { faultsOf } from './schema.ts';
import {
  CHINA,
  iamAlarms,
  ofType,
  type Resource,
  rolePolicies,
  type Synthesised,
  synthesise,
  VPC,
} from './synthesise.ts';

const TEMPLATES: [string, ReturnType<typeof synthesise>][] = [
  ['dev', synthesise('dev')],
  ['prod', synthesise('prod')],
  ['prod in a private network', synthesise('prod', { vpc: VPC, tableKey: true })],
  ['prod in China', synthesise('prod', { ...CHINA, region: 'cn-northwest-1' })],
  [
    'prod in a private network in China, with a log account',
    synthesise('prod', { ...CHINA, region: 'cn-northwest-1', vpc: VPC, logAccount: LOG_ACCOUNT }),
  ],
];

/** Stacks of one environment in another account or region. */
const BESIDE: [string, Synthesised][] = ['eu-west-1', 'cn-northwest-1'].flatMap((region) => [
  [`the log account of ${region}`, logAccount({ region })],
  [`what passes on changes of roles to ${region}`, iamAlarms(region)],
]);

describe.each(BESIDE)('the template of %s', (_, stack) => {
  it('has no type, property or value that AWS does not know', () => {
    expect(stack.resources.size).toBeGreaterThan(2);
    expect([...stack.resources].flatMap(([id, resource]) => faultsOf(id, resource))).toEqual([]);
  });

  it('keeps its files by a lock, demands TLS, and is closed to the public', () => {
    const buckets = ofType(stack, 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThan(0);
    for (const [id, { Properties, DeletionPolicy }] of buckets) {
      expect([id, DeletionPolicy, Properties.ObjectLockEnabled]).toEqual([id, 'RetainExceptOnCreate', true]);
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      const policy = ofType(stack, 'AWS::S3::BucketPolicy').find(
        ([, one]) => one.Properties.Bucket.Ref === id,
      );
      expect(JSON.stringify(policy)).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('names no partition of AWS by itself', () => {
    expect(JSON.stringify(stack.template)).not.toMatch(/arn:aws:|[^.a-z-]s3\.amazonaws\.com/);
  });
});

describe.each(TEMPLATES)('the templates of %s', (_, stack) => {
  it('has no type, property or value that AWS does not know', () => {
    expect([...stack.resources].flatMap(([id, resource]) => faultsOf(id, resource))).toEqual([]);
  });

  /**
   * The use of each limit, and the limit:
   * https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
   */
  it.each(Object.entries(limits(stack)))('keeps below %s', (_name, [used, limit, share]) => {
    expect(used).toBeGreaterThan(0);
    expect(used / limit).toBeLessThanOrEqual(share);
  });
});

describe('the check against AWS’s schemas', () => {
  const key: Resource = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } };

  it.each([
    ['a type that is not there', { Type: 'AWS::KMS::Lock', Properties: {} }, 'no type AWS::KMS::Lock'],
    ['a property that is not there', { ...key, Properties: { Colour: 'red' } }, 'Colour: is not known'],
    [
      'a value that is not allowed',
      { ...key, Properties: { KeySpec: 'ECC_NONE' } },
      'KeySpec: ECC_NONE is not allowed',
    ],
    ['a value of another type', { ...key, Properties: { MultiRegion: 'yes' } }, 'MultiRegion: is no boolean'],
    ['what is missing', { Type: 'AWS::Lambda::Function', Properties: {} }, 'Code: is required'],
    [
      'what lies deeper',
      {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId: 'a', MethodSettings: [{ MetricsEnabled: 1 }] },
      },
      'MethodSettings[0].MetricsEnabled: is no boolean',
    ],
  ])('finds %s', (_, resource, fault) => {
    expect(faultsOf('Some', resource)).toContainEqual(expect.stringContaining(fault));
  });
});

/** Name to use, limit, and the share that may be used. */
function limits(
  stack: ReturnType<typeof synthesise>,
): Record<string, [used: number, limit: number, share: number]> {
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(deployed(stack, value)));
  const most = (values: unknown[]) => Math.max(...values.map(bytes));
  const properties = (type: string) => ofType(stack, type).map(([, { Properties }]) => Properties);
  const policies = rolePolicies(stack).map(([, resource]) => resource);
  const documents = (type: string) =>
    policies.filter(({ Type }) => Type === type).map(({ Properties }) => Properties.PolicyDocument);
  const templates = Object.values(stack.apart);
  const counted = (section: 'Resources' | 'Outputs') =>
    Math.max(...templates.map((one) => Object.keys(one[section] ?? {}).length));
  return {
    'the size of a template': [
      Math.max(...templates.map((one) => Buffer.byteLength(JSON.stringify(one)))),
      1_000_000,
      0.7,
    ],
    'the number of resources': [counted('Resources'), 500, 0.6],
    'the number of outputs': [counted('Outputs'), 200, 0.6],
    'the settings of a function': [
      most(properties('AWS::Lambda::Function').map(({ Environment }) => Environment?.Variables ?? {})),
      4096,
      0.8,
    ],
    'the policy of a role': [most(documents('AWS::IAM::Policy')), 10_240, 0.9],
    'the trust policy of a role': [
      most(properties('AWS::IAM::Role').map(({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument)),
      2048,
      0.7,
    ],
    'the policy of a key': [most(properties('AWS::KMS::Key').map(({ KeyPolicy }) => KeyPolicy)), 32_768, 0.7],
    'the policy of a bucket': [
      most(properties('AWS::S3::BucketPolicy').map(({ PolicyDocument }) => PolicyDocument)),
      20_480,
      0.5,
    ],
    'the body of a dashboard': [
      most(properties('AWS::CloudWatch::Dashboard').map(({ DashboardBody }) => DashboardBody)),
      100_000,
      0.5,
    ],
    'the capacity units of the firewall': [
      Math.max(...properties('AWS::WAFv2::WebACL').map(({ Rules }) => capacityOf(Rules))),
      1500,
      0.2,
    ],
    'the pattern of a rule': [
      most(properties('AWS::Events::Rule').map(({ EventPattern }) => EventPattern ?? {})),
      2048,
      0.9,
    ],
    'the paths of an API': [resourcesOf(stack), 300, 0.67],
    'the metrics of an alarm': [
      Math.max(...properties('AWS::CloudWatch::Alarm').map(({ Metrics = [] }) => Metrics.length)),
      // Ten metrics and the expression over them.
      11,
      1,
    ],
  };
}

/** WAF's own prices in capacity units; that of the list of addresses is fixed by AWS. */
function capacityOf(statements: unknown): number {
  const prices: Record<string, number> = {
    RateBasedStatement: 2,
    ManagedRuleGroupStatement: 25,
    RegexMatchStatement: 3,
  };
  const inside = Object.entries(statements as object).filter(([, value]) => typeof value === 'object');
  return inside.reduce((sum, [name, value]) => sum + (prices[name] ?? 0) + capacityOf(value), 0);
}
