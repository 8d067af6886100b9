import { expect, it } from 'vitest';
import { type Aws, preflight, RUNTIME } from '../../infra/aws/commands/doctor.ts';
import { type Settings, settingsFor } from '../../infra/aws/settings.ts';
import { CHANNELS, ofType, synthesise } from './synthesise.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:duty';
const settings: Settings & { region: string } = {
  ...settingsFor('prod'),
  region: 'eu-west-1',
  account: '111122223333',
  alarmTopicArn: TOPIC,
  domain: { name: 'gate.example', certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/some' },
};

const policyFor = (...names: string[]) =>
  JSON.stringify({
    Statement: names.map((name) => ({
      ...{ Effect: 'Allow', Principal: { Service: `${name}.amazonaws.com` }, Action: 'sns:Publish' },
    })),
  });

/** Answers in the form of the AWS CLI's, of an account that lacks nothing. */
const ANSWERS: Record<string, unknown> = {
  'sts get-caller-identity': { Account: '111122223333' },
  'lambda get-account-settings': { ConcurrentExecutions: 1000 },
  'service-quotas get-service-quota': { Value: 2500 },
  'lambda list-layers': { Layers: [] },
  'kms sign': new Error('An error occurred (NotFoundException) when calling the Sign operation'),
  'wafv2 list-available-managed-rule-groups': ['AWSManagedRulesAmazonIpReputationList'],
  'ssm get-parameter': { Value: '28' },
  'sns get-topic-attributes': { Policy: policyFor('cloudwatch', 'events') },
  'acm describe-certificate': { Status: 'ISSUED' },
  'logs describe-resource-policies': [{}, {}],
  'cloudtrail describe-trails': [{}],
  'apigateway get-account': {},
};

const account =
  (changes: Record<string, unknown> = {}): Aws =>
  (...words) => {
    const answer = { ...ANSWERS, ...changes }[words.slice(0, 2).join(' ')];
    if (answer instanceof Error) throw answer;
    return answer;
  };

const faults = (changes?: Record<string, unknown>, of = settings) =>
  preflight(() => account(changes), of).filter(({ fault }) => fault !== null);

it('looks at the second topic, to which CloudWatch alone publishes', () => {
  const second = { ...settings, secondTopicArn: `${TOPIC}-2` };
  const onlyAlarms = { 'sns get-topic-attributes': { Policy: policyFor('cloudwatch') } };
  expect(faults({}, second)).toEqual([]);
  expect(faults(onlyAlarms, second).map(({ name }) => name)).toEqual([
    expect.stringContaining('EventBridge'),
  ]);
  const deaf = faults({ 'sns get-topic-attributes': { Policy: policyFor() } }, second);
  expect(deaf.map(({ name }) => name)).toContainEqual(expect.stringContaining('second topic'));
});

it("asks for AWS's own policies where a boundary stands before them", () => {
  const bounded = { ...settings, boundary: 'fieldgate-boundary' };
  const policies = (Action: string[]) => ({
    'iam get-policy': 'v2',
    'iam get-policy-version': [{ Action }],
  });
  expect(faults(policies([]), bounded)).toEqual([]);
  const [fault] = faults(policies(['some:New']), bounded);
  expect(fault?.fault).toContain('the boundary lacks some:New');
});

const hook = {
  kind: 'webhook',
  name: 'duty',
  url: 'https://hooks.example/',
  secret: `whsec_${'A'.repeat(43)}=`,
};
const held = (one: object) => ({
  SecretString: JSON.stringify({ console: 'https://gateway.example/console/', channels: [one] }),
});
it.each<[string, object, object | Error, string | null]>([
  ['whole', {}, held(hook), null],
  ['that is being deleted', { DeletedDate: 1 }, held(hook), 'it is being deleted'],
  ['under another key', { KmsKeyId: 'alias/mine' }, held(hook), 'a key that the function may not use'],
  ['with a fault', {}, held({ ...hook, secret: 'short' }), 'it holds no channels: channels.0.secret'],
  ['that is a file', {}, {}, 'it holds no channels: not JSON'],
  ['of another reader', {}, new Error('An error occurred (AccessDeniedException)'), 'AccessDeniedException'],
])('looks at the secret of channels: one %s', (_, described, value, fault) => {
  const answers = { 'secretsmanager describe-secret': described, 'secretsmanager get-secret-value': value };
  const found = faults(answers, { ...settings, channels: CHANNELS });
  expect(found.map((one) => one.fault)).toEqual(fault === null ? [] : [expect.stringContaining(fault)]);
  expect(JSON.stringify(found)).not.toMatch(/short|whsec|hooks\.example/);
});

it('passes a complete account', () => {
  expect(faults()).toEqual([]);
  expect(preflight(() => account(), settings).length).toBeGreaterThan(8);
});

it.each([
  ['sts get-caller-identity', { Account: '444455556666' }, 'they are of 444455556666'],
  ['lambda get-account-settings', { ConcurrentExecutions: 100 }, 'it has 100, 942 are needed'],
  [
    'lambda list-layers',
    new Error('An error occurred (InvalidParameterValueException) when calling the ListLayers operation'),
    'it does not have nodejs24.x on arm64',
  ],
  ['kms sign', new Error('An error occurred (ValidationException)'), 'does not support ED25519'],
  ['wafv2 list-available-managed-rule-groups', [], 'it does not have the list'],
  ['sns get-topic-attributes', { Policy: policyFor('events') }, 'not let cloudwatch.amazonaws.com publish'],
  [
    'sns get-topic-attributes',
    new Error('An error occurred (ExpiredTokenException) when calling the GetTopicAttributes operation'),
    'AWS said ExpiredTokenException',
  ],
  ['logs describe-resource-policies', Array(9).fill({}), 'the region has 9 of the 10'],
  ['cloudtrail describe-trails', Array(5).fill({}), 'the region has 5 trails'],
  ['apigateway get-account', { cloudwatchRoleArn: 'arn:aws:iam::1:role/mine' }, 'role/mine, which'],
  ['acm describe-certificate', { Status: 'PENDING_VALIDATION' }, 'it is PENDING_VALIDATION'],
])('says what a deployment would meet: %s', (call, answer, fault) => {
  expect(faults({ [call]: answer })).toEqual([
    expect.objectContaining({ fault: expect.stringContaining(fault) }),
  ]);
});

it.each([
  ['eu-west-1', 'run npx cdk bootstrap --qualifier hnb659fds'],
  ['us-east-1', 'run npx cdk bootstrap --qualifier hnb659fds aws://111122223333/us-east-1'],
])('names the command if %s is not bootstrapped', (region, fault) => {
  const none = account({ 'ssm get-parameter': new Error('An error occurred (ParameterNotFound)') });
  const found = preflight((asked) => (asked === region ? none : account()), settings);
  expect(found.filter((one) => one.fault !== null).map((one) => one.fault)).toEqual([fault]);
});

it('asks about the region of IAM only if a stack goes there', () => {
  const asked: string[] = [];
  const listen = (region: string) => {
    asked.push(region);
    return account();
  };
  preflight(listen, { ...settings, region: 'us-east-1' });
  const { alarmTopicArn: _, ...untold } = settings;
  preflight(listen, untold);
  expect(asked).toEqual(['us-east-1', 'eu-west-1']);
  preflight(listen, settings);
  expect(asked.slice(2)).toEqual(['eu-west-1', 'us-east-1']);
});

it('allows a trial account without a reserve', () => {
  const ten = { 'lambda get-account-settings': { ConcurrentExecutions: 10 } };
  expect(faults(ten, { ...settings, concurrency: {} })).toEqual([]);
});

it('asks for the bootstrap that deploys the keys too, if the settings name one', () => {
  const aws: Aws = (...words) => {
    if (words.includes('/cdk-bootstrap/fgkeys/version')) return { Value: '' };
    return account()(...words);
  };
  const found = preflight(() => aws, { ...settings, keysQualifier: 'fgkeys' }).filter(
    ({ fault }) => fault !== null,
  );
  expect(found).toEqual([expect.objectContaining({ fault: 'run npx cdk bootstrap --qualifier fgkeys' })]);
});

it('reads the default of a quota that the account never changed', () => {
  const none = new Error(
    'An error occurred (NoSuchResourceException) when calling the GetServiceQuota operation',
  );
  const low = { 'service-quotas get-aws-default-service-quota': { Value: 20 } };
  const found = faults({ 'service-quotas get-service-quota': none, ...low });
  expect(found.map(({ fault }) => fault)).toContain('it is 20, 100 are needed');
});

it('asks for the quotas by their own codes', () => {
  const asked: string[] = [];
  const aws: Aws = (...words) => {
    const at = words.indexOf('--quota-code');
    if (at > 0) asked.push(`${words[words.indexOf('--service-code') + 1]} ${words[at + 1]}`);
    return account()(...words);
  };
  preflight(() => aws, settings);
  // L-2AC98190 is that of signatures by RSA.
  expect(new Set(asked)).toEqual(
    new Set(['kms L-C2F1777E', 'kms L-DC14942D', 'dynamodb L-F98FE922', 'lambda L-B99A9384']),
  );
});

it('asks for the runtime and the processor of the template', () => {
  const functions = ofType(synthesise('prod'), 'AWS::Lambda::Function').map(([, one]) => one.Properties);
  const own = functions.filter(({ FunctionName }) => FunctionName !== undefined);
  expect(own.length).toBeGreaterThan(10);
  for (const { Runtime, Architectures } of own)
    expect([Runtime, ...Architectures]).toEqual([RUNTIME, settings.architecture]);
});
