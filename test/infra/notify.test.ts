/** The function that informs people: made if the settings name channels, and what it may do. */
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import type { Settings } from '../../infra/aws/settings.ts';
import { completed } from '../../infra/aws/told.ts';
import { ENV } from '../../shared/env.ts';
import { TABLES } from '../../shared/tables.ts';
import { faultsOf } from './schema.ts';
import { allows, buckets, type Context, roleSession, targets } from './simulate.ts';
import { CHANNELS, CHINA, ofType, rolePolicies, type Synthesised, synthesise, VPC } from './synthesise.ts';

const CHINESE = 'arn:aws-cn:secretsmanager:cn-northwest-1:111122223333:secret:fieldgate/channels-Ab3dE5';
const on = synthesise('prod', { channels: CHANNELS });
const off = synthesise('prod');
const functionOf = (stack: Synthesised, name: string) =>
  ofType(stack, 'AWS::Lambda::Function').find(([id]) => id.startsWith(`${name}Function`))?.[1].Properties;
const roleOf = (stack: Synthesised, fn: string) => {
  const [id = ''] = ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith(`${fn}Role`)) ?? [];
  return roleSession(stack, id);
};

describe('without channels', () => {
  it('there is no function, no alarm and no right, and no mark is made', () => {
    expect(functionOf(off, 'notify')).toBeUndefined();
    expect(JSON.stringify(off.template)).not.toMatch(/CHANNELS_SECRET|MessagesLate|notifyFunction/);
    for (const name of ['watch', 'casework', 'maintenance'])
      expect(functionOf(off, name).Environment.Variables[ENV.tells]).toBe('no');
    expect(may(off, 'casework', 'PutItem', 'watchTable', 'tell')).toBe(false);
  });
});

const may = (
  stack: Synthesised,
  fn: string,
  action: string,
  name: string,
  part?: string,
  more: Context = {},
) =>
  allows(roleOf(stack, fn), `dynamodb:${action}`, targets(stack).get(name) ?? expect.fail(name), {
    ...(part !== undefined && { 'dynamodb:LeadingKeys': [part] }),
    ...more,
  });

describe('with channels', () => {
  it('a function runs each minute, and no more than once', () => {
    expect(functionOf(on, 'notify')).toMatchObject({
      ...{ FunctionName: 'fieldgate-prod-notify', Runtime: 'nodejs24.x', Timeout: 55, MemorySize: 256 },
      ...{ TracingConfig: { Mode: 'PassThrough' }, LoggingConfig: { LogFormat: 'JSON' } },
    });
    const rule = ofType(on, 'AWS::Events::Rule').find(([id]) => id.startsWith('Tell'))?.[1].Properties;
    expect(rule).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    expect(JSON.stringify(rule.Targets)).toContain('notifyFunction');
    expect([...on.resources].flatMap(([name, one]) => faultsOf(name, one))).toEqual([]);
  });

  it('its settings name the secret, and hold none', () => {
    const { Variables } = functionOf(on, 'notify').Environment;
    expect(Object.keys(Variables).sort()).toEqual(
      (['environment', 'watchTable', 'modeTable', 'channelsSecret', 'secretsEndpoint', 'receivers'] as const)
        .map((name) => ENV[name])
        .sort(),
    );
    expect([Variables[ENV.channelsSecret], Variables[ENV.receivers]]).toEqual([CHANNELS, 'none']);
    expect(ofType(on, 'AWS::SecretsManager::Secret')).toEqual([]);
  });

  it('it reads marks and its own messages, and the one secret; nothing else of the gateway', () => {
    const allowed: string[] = [];
    for (const { env } of TABLES)
      for (const part of ['tell', 'delivery', 'undelivered', 'mode', 'decoy', 'sealed', 'cursor'])
        for (const action of [
          'GetItem',
          'Query',
          'PutItem',
          'DeleteItem',
          'UpdateItem',
          'Scan',
          'BatchGetItem',
        ])
          if (may(on, 'notify', action, env, part)) allowed.push(`${action} ${env} ${part}`);
    expect(allowed.sort()).toEqual([
      ...['DeleteItem watchTable delivery', 'DeleteItem watchTable tell', 'GetItem modeTable mode'],
      ...['PutItem watchTable delivery', 'PutItem watchTable undelivered'],
      ...['Query watchTable delivery', 'Query watchTable tell'],
    ]);
    const secret = (arn: string, fn = 'notify') =>
      allows(roleOf(on, fn), 'secretsmanager:GetSecretValue', { arn, policy: undefined });
    expect([secret(CHANNELS), secret(`${CHANNELS.slice(0, -1)}6`), secret(CHANNELS, 'watch')]).toEqual([
      ...[true, false, false],
    ]);
    const role = roleOf(on, 'notify');
    for (const [id, key] of targets(on))
      for (const action of ['Decrypt', 'Sign', 'GenerateMac', 'GetPublicKey'])
        expect([id, allows(role, `kms:${action}`, key)]).toEqual([id, false]);
    for (const [id, { object }] of buckets(on))
      expect([id, allows(role, 's3:GetObject', object)]).toEqual([id, false]);
    const other = { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:mine' };
    expect(may(on, 'notify', 'Query', 'watchTable', 'tell', other)).toBe(false);
  });

  it('those that open tasks put marks and nothing else there, and release puts none', () => {
    for (const fn of ['casework', 'maintenance']) {
      expect(functionOf(on, fn).Environment.Variables[ENV.tells]).toBe('yes');
      expect(may(on, fn, 'PutItem', 'watchTable', 'tell')).toBe(true);
      for (const part of ['delivery', 'undelivered', 'decoy'])
        expect([part, may(on, fn, 'PutItem', 'watchTable', part)]).toEqual([part, false]);
    }
    expect(may(on, 'release', 'PutItem', 'watchTable', 'tell')).toBe(false);
  });

  it('alarms say that nothing runs, that it fails, and that messages do not arrive', () => {
    const alarms = ofType(on, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms).toContainEqual(
      expect.objectContaining({
        ...{ Namespace: 'Fieldgate', MetricName: 'MessagesLate', Threshold: 1 },
        AlarmDescription: expect.stringContaining('#undelivered-messages'),
        TreatMissingData: 'notBreaching',
      }),
    );
    const silent = alarms.find(({ AlarmDescription }) =>
      AlarmDescription.startsWith('Messages to people are not'),
    );
    expect(silent).toMatchObject({ MetricName: 'AsyncEventsReceived', TreatMissingData: 'breaching' });
    const failing = JSON.stringify(
      alarms.filter(({ AlarmDescription }) => AlarmDescription.includes('#errors')),
    );
    expect(failing).toContain('notifyFunction');
  });

  it('costs three metrics of alarms more, as docs/operate/cost.md says', () => {
    const metrics = (stack: Synthesised) =>
      ofType(stack, 'AWS::CloudWatch::Alarm').flatMap(([, { Properties }]) =>
        Properties.MetricName
          ? [1]
          : Properties.Metrics.filter((one: { MetricStat?: object }) => one.MetricStat !== undefined),
      ).length;
    expect(metrics(on) - metrics(off)).toBe(3);
  });

  it('the dashboard stays free, and the watch looks at the code of this one, too', () => {
    const body = (stack: Synthesised) =>
      JSON.stringify(ofType(stack, 'AWS::CloudWatch::Dashboard')[0]?.[1].Properties.DashboardBody);
    expect(body(on)).not.toContain('notifyFunction');
    expect(functionOf(on, 'watch').Environment.Variables[ENV.watchedFunctions]).toContain(
      'fieldgate-prod-notify',
    );
  });

  it('the gate names the new function and its rights', () => {
    const named = findings(off.template as never, on.template as never).join('\n');
    expect(named).toMatch(/secretsmanager:GetSecretValue/);
  });
});

describe('in a private network', () => {
  const receivers = [
    { network: '198.51.100.7/32', port: 465 },
    { network: '2001:db8:7::/48', port: 443 },
  ];
  const stack = synthesise('prod', { channels: CHANNELS, vpc: { ...VPC, receivers } });

  it('it alone reaches the receivers, by their ports, and the secret by an endpoint', () => {
    const [group, { Properties } = expect.fail('no group')] =
      ofType(stack, 'AWS::EC2::SecurityGroup').find(([id]) => id.startsWith('NetworkReceivers')) ?? [];
    expect(Properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '198.51.100.7/32', FromPort: 465, ToPort: 465, IpProtocol: 'tcp' }),
      expect.objectContaining({ CidrIpv6: '2001:db8:7::/48', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' }),
    ]);
    const among = ofType(stack, 'AWS::Lambda::Function').filter(([, one]) =>
      JSON.stringify(one.Properties.VpcConfig).includes(String(group)),
    );
    expect(among.map(([id]) => id)).toEqual([expect.stringMatching(/^notifyFunction/)]);
    const { VpcConfig, Environment } = among[0]?.[1].Properties ?? {};
    expect(VpcConfig.SecurityGroupIds).toHaveLength(2);
    expect(Environment.Variables.RECEIVERS).toBe('198.51.100.7/32,2001:db8:7::/48');
    const [, endpoint] =
      ofType(stack, 'AWS::EC2::VPCEndpoint').find(([id]) => id.startsWith('Networksecretsmanager')) ?? [];
    expect(endpoint?.Properties.PolicyDocument.Statement).toMatchObject([
      { Action: 'secretsmanager:GetSecretValue', Resource: CHANNELS },
    ]);
    expect(JSON.stringify(rolePolicies(stack))).toContain('OnlyFromTheNetwork');
  });

  it('is refused without them, and has no endpoint for the secret without channels', () => {
    expect(() => synthesise('prod', { channels: CHANNELS, vpc: VPC })).toThrow('vpc.receivers');
    const ids = ofType(synthesise('prod', { vpc: VPC }), 'AWS::EC2::VPCEndpoint').map(([id]) => id);
    expect(ids.join()).not.toContain('secretsmanager');
  });
});

it('is the same in China, by the services there', () => {
  const stack = synthesise('prod', { ...CHINA, region: 'cn-northwest-1', channels: CHINESE });
  const { Environment, Architectures } = functionOf(stack, 'notify');
  expect(Architectures).toEqual(['x86_64']);
  expect(JSON.stringify(Environment.Variables[ENV.secretsEndpoint])).toBe(
    '{"Fn::Join":["",["https://secretsmanager.",{"Ref":"AWS::Region"},".",{"Ref":"AWS::URLSuffix"}]]}',
  );
  expect(JSON.stringify(roleOf(stack, 'notify').policies)).toContain(CHINESE);
});

it.each([
  ['a name in place of an ARN', 'fieldgate/channels', 'whole ARN'],
  ['an ARN without the last characters', CHANNELS.slice(0, -7), 'whole ARN'],
  ['a secret of another region', CHANNELS.replace('eu-west-1', 'eu-north-1'), 'region eu-north-1'],
  ['a secret of another account', CHANNELS.replace('111122223333', '999988887777'), 'account 999988887777'],
])('%s is refused', (_, channels, why) => {
  const settings = { account: '111122223333', region: 'eu-west-1' } as Settings;
  const given = (name: string) => (name === 'channels' ? channels : undefined);
  expect(() => completed(settings, given)).toThrow(why);
  expect(completed(settings, (name) => (name === 'channels' ? CHANNELS : undefined)).channels).toBe(CHANNELS);
});
