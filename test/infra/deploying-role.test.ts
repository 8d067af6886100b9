/** What bounds the roles of the stack and the role that deploys it, and the settings for a landing zone. */
import { expect, it } from 'vitest';
import { deployerPolicy, keysPolicy, roleBoundary } from '../../infra/aws/commands/boundary.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { BY_CLOCK } from '../../infra/aws/run/job-lanes.ts';
import { ADMINISTRATOR, allows, classKeys, type Principal, type Target } from './simulate.ts';
import { ofType, PACK, synthesise } from './synthesise.ts';

const prod = synthesise('prod');
/** All policies of roles are in the second stack. */
const template = prod.apart.gateway;
const isAllowed = ({ Effect }: { Effect: string }) => Effect === 'Allow';
const actionsOf = (statement: { Action: string | string[] }) => [statement.Action].flat();

it("the boundary of roles allows their own actions and none of an administrator's, and fits a managed policy", () => {
  const [statement, invoke] = roleBoundary(template).Statement as { Action: string[] }[];
  const allowed = new Set([...(statement?.Action ?? []), invoke?.Action]);
  for (const [, { Properties }] of [
    ...ofType(prod, 'AWS::IAM::Policy'),
    ...ofType(prod, 'AWS::IAM::ManagedPolicy'),
  ])
    for (const one of Properties.PolicyDocument.Statement.filter(isAllowed))
      for (const action of actionsOf(one)) expect([action, allowed.has(action)]).toEqual([action, true]);
  const dangerous =
    /^(iam|organizations|cloudformation|events|\*)|kms:(Put|Create|Schedule|Disable)|lambda:(UpdateFunction|Create|Invoke)/;
  expect(statement?.Action.filter((action) => dangerous.test(action))).toEqual([]);
  expect(JSON.stringify(roleBoundary(template)).length).toBeLessThan(6_144);
});

it('the boundary lets each state machine call its function, and no role another', () => {
  const lanes = synthesise('prod', { jobLanes: BY_CLOCK + 1 });
  const boundary = roleBoundary(lanes.template as Template);
  const [all, invoke] = boundary.Statement as { Action: string[]; Resource: string }[];
  expect(all?.Action).toContain('states:StartExecution');
  expect(all?.Action).not.toContain('lambda:InvokeFunction');
  expect(invoke).toMatchObject({
    Action: 'lambda:InvokeFunction',
    Resource: [expect.stringMatching(/maintenance\*$/), expect.stringMatching(/verify\*$/)],
  });
  const called = ofType(lanes, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
    (Properties.PolicyDocument.Statement as { Action: string; Resource: { Ref?: string } }[]).filter(
      ({ Action }) => Action === 'lambda:InvokeFunction',
    ),
  );
  expect(called.map(({ Resource }) => Resource.Ref)).toEqual([
    expect.stringMatching(/^verifyLive/),
    expect.stringMatching(/^maintenanceLive/),
  ]);
  expect(JSON.stringify(boundary).length).toBeLessThan(6_144);
});

it('the boundary lets events be passed to the bus of the account, and to no other', () => {
  expect(roleBoundary(template).Statement).toContainEqual({
    ...{ Effect: 'Allow', Action: 'events:PutEvents', Resource: 'arn:*:events:*:*:event-bus/default' },
  });
});

it('the deploying role makes no role without the boundary and uses no key or table', () => {
  const arn = 'arn:aws:iam::111122223333:policy/fieldgate';
  const { Statement } = deployerPolicy(arn) as {
    Statement: { Effect: string; Action: string[]; Condition?: object }[];
  };
  const denied = Statement.filter(({ Effect }) => Effect === 'Deny');
  expect(denied.find(({ Action }) => Action.includes('iam:CreateRole'))?.Condition).toEqual({
    StringNotEquals: { 'iam:PermissionsBoundary': arn },
  });
  for (const action of ['dynamodb:GetItem', 'lambda:InvokeFunction', 'sts:AssumeRole'])
    expect([action, denied.some((one) => one.Action.includes(action) && !one.Condition)]).toEqual([
      action,
      true,
    ]);
  expect(denied.find(({ Action }) => Action.includes('kms:Decrypt'))?.Condition).toEqual({
    Bool: { 'aws:ViaAWSService': 'false' },
  });
  expect(JSON.stringify(deployerPolicy(arn)).length).toBeLessThan(6_144);
});

it('the deploying role lends the rights of no role outside of the stacks, and raises no person', () => {
  const deployer = {
    arn: 'arn:aws:sts::111122223333:assumed-role/cdk-exec/deployment',
    policies: [deployerPolicy('arn:aws:iam::111122223333:policy/fieldgate')],
  };
  const may = (action: string, what: string) =>
    allows(deployer, action, { arn: `arn:aws:iam::111122223333:${what}`, policy: undefined });
  const asked = ['role/fieldgate-prod-releaseRole-1A2B', 'role/administrator'];
  expect(asked.map((role) => may('iam:PassRole', role))).toEqual([true, false]);
  expect(asked.map((role) => may('iam:UpdateAssumeRolePolicy', role))).toEqual([false, false]);
  expect(may('iam:AddUserToGroup', 'group/administrators')).toBe(false);
  expect(may('iam:UpdateLoginProfile', 'user/administrator')).toBe(false);
});

it('the role that deploys keys may ask for what KMS needs for keys with replicas, and for nothing else of AWS', () => {
  const asked = (service: string) =>
    allows(
      { ...ADMINISTRATOR, policies: [keysPolicy(BOUNDARY)] },
      'iam:CreateServiceLinkedRole',
      { arn: `arn:aws:iam::111122223333:role/aws-service-role/${service}/any`, policy: undefined },
      { 'iam:AWSServiceName': service },
    );
  expect(['mrk.kms.amazonaws.com', 'ssm.amazonaws.com'].map(asked)).toEqual([true, false]);
});

const BOUNDARY = 'arn:aws:iam::111122223333:policy/fieldgate';
const deployer: Principal = { ...ADMINISTRATOR, policies: [deployerPolicy(BOUNDARY)] };
const ofKeys: Principal = { ...ADMINISTRATOR, policies: [keysPolicy(BOUNDARY)] };
/** As CloudFormation names a role of the first stack, and one of the second. */
const [first, second] = ['prod-keys-releaseRole00C9AB2A', 'prod-ListsMachineRoleD7D5DD5A'].map((name) => ({
  arn: `arn:aws:iam::111122223333:role/fieldgate-${name}-0123456789AB`,
  policy: undefined,
})) as [Target, Target];
const [key] = classKeys(prod, PACK.classes[0] ?? '') as [Target];
const bounded = { 'iam:PermissionsBoundary': BOUNDARY };

it.each([
  ...['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'EnableKey', 'DisableKeyRotation'],
  ...['DeleteAlias', 'UpdateAlias', 'UpdateKeyDescription'],
])('only the role that deploys keys may call kms:%s', (name) => {
  const harmless = name === 'UpdateKeyDescription';
  expect(allows(ofKeys, `kms:${name}`, key)).toBe(true);
  expect(allows(deployer, `kms:${name}`, key)).toBe(harmless);
});

it.each(['Decrypt', 'GenerateDataKey', 'Sign', 'CreateGrant'])(
  'neither deploying role may call kms:%s',
  (name) => {
    // Even if the key's policy delegated it.
    const open = { arn: key.arn, policy: undefined };
    const directly = { 'aws:ViaAWSService': 'false' };
    expect([
      allows(ofKeys, `kms:${name}`, open, directly),
      allows(deployer, `kms:${name}`, open, directly),
    ]).toEqual([false, false]);
  },
);

it.each<[string, Target, [byKeys: boolean, byDeployer: boolean]]>([
  ['CreateRole', first, [true, false]],
  ['DeleteRole', first, [true, false]],
  ['UpdateAssumeRolePolicy', first, [true, false]],
  ['PutRolePolicy', first, [false, true]],
  ['PassRole', first, [false, true]],
  ['CreateRole', second, [false, true]],
  ['UpdateAssumeRolePolicy', second, [false, false]],
])('iam:%s on %o is for the role that deploys keys, and for the other: %o', (name, target, may) => {
  const asked = [ofKeys, deployer].map((who) => allows(who, `iam:${name}`, target, bounded));
  expect(asked).toEqual(may);
  if (name === 'CreateRole' || name === 'PutRolePolicy')
    expect([ofKeys, deployer].map((who) => allows(who, `iam:${name}`, target))).toEqual([false, false]);
});

it('the role that deploys keys makes the provider of the issuer, which the other can neither make nor change', () => {
  const issuer = { arn: 'arn:aws:iam::111122223333:oidc-provider/gateway.example', policy: undefined };
  const may = (name: string) =>
    [ofKeys, deployer].map((who) => allows(who, `iam:${name}OpenIDConnectProvider`, issuer));
  expect(['Create', 'Delete', 'AddClientIDTo', 'Get'].map(may)).toEqual([
    ...[
      [true, false],
      [true, false],
    ],
    ...[
      [true, false],
      [true, true],
    ],
  ]);
});

it('the role that deploys keys can change no code, and no table', () => {
  const [fn, table] = [
    'lambda:eu-west-1:111122223333:function:fieldgate-prod-release',
    'dynamodb:eu-west-1:111122223333:table/t',
  ].map((name) => ({ arn: `arn:aws:${name}`, policy: undefined })) as [Target, Target];
  expect(allows(deployer, 'lambda:UpdateFunctionCode', fn)).toBe(true);
  expect(allows(ofKeys, 'lambda:UpdateFunctionCode', fn)).toBe(false);
  expect(allows(deployer, 'dynamodb:UpdateTable', table)).toBe(true);
  expect(allows(ofKeys, 'dynamodb:UpdateTable', table)).toBe(false);
});

/** The longest name that an environment can have. */
const LONGEST = 'abcdefghij';

it('CloudFormation cuts no name of a role of the first stack, so the policies know each by its stack', () => {
  const { keys } = synthesise('prod', { environment: LONGEST }).apart;
  for (const id of Object.keys(keys.Resources).filter((one) => /Role/.test(one)))
    expect(`fieldgate-${LONGEST}-keys-${id}-0123456789ABC`.length).toBeLessThanOrEqual(64);
});

it.each([
  'preproduction',
  `${LONGEST}k`,
  'eu-prod',
  'x-keys',
  'Prod',
  '1st',
  '',
  'awsprod',
  'newcognito',
  'amazon',
])('an environment can not have the name %o: synthesis says what a name may be', (environment) => {
  expect(() => synthesise('dev', { environment })).toThrow('at most 10 characters');
});

it('the boundary takes nothing from API Gateway and CodeDeploy, and an unknown policy of AWS is refused', () => {
  const [statement] = roleBoundary(template).Statement as { Action: string[] }[];
  for (const action of ['logs:CreateLogGroup', 'lambda:UpdateAlias', 'cloudwatch:DescribeAlarms'])
    expect([action, statement?.Action.includes(action)]).toEqual([action, true]);
  const ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
  const more = { Resources: { more: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns } } } };
  expect(() => roleBoundary(more)).toThrow('AdministratorAccess');
});

it('each role of the stack has the boundary that the settings name', () => {
  for (const [id, { Properties }] of ofType(synthesise('prod', { boundary: 'fieldgate' }), 'AWS::IAM::Role'))
    expect([id, JSON.stringify(Properties.PermissionsBoundary)]).toEqual([
      id,
      expect.stringContaining('policy/fieldgate'),
    ]);
});

it('with a trail of the organisation the stack makes none, and the watch reads only that prefix', () => {
  const prefix = 'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/';
  const stack = synthesise('prod', { trail: { bucket: 'landing-zone-logs', prefix } });
  expect(ofType(stack, 'AWS::CloudTrail::Trail')).toEqual([]);
  const watch = ofType(stack, 'AWS::Lambda::Function').find(([id]) => id.startsWith('watch'))?.[1];
  expect(watch?.Properties.Environment.Variables).toMatchObject({
    TRAIL_BUCKET: 'landing-zone-logs',
    TRAIL_PREFIX: prefix,
  });
  const text = JSON.stringify(ofType(stack, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('watch')));
  expect(text).toContain(`landing-zone-logs/${prefix}*`);
  expect(() => synthesise('prod', { trail: { bucket: 'b', prefix: 'no-slash' } })).toThrow('slash');
});

it('a budget tells the topic at four fifths and at a forecast of all, and is refused without a topic', () => {
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:duty';
  const [[, budget] = []] = ofType(synthesise('prod', { monthlyBudget: 150 }), 'AWS::Budgets::Budget');
  expect(budget?.Properties).toMatchObject({
    Budget: { BudgetLimit: { Amount: 150, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
    NotificationsWithSubscribers: [
      {
        Notification: { NotificationType: 'ACTUAL', Threshold: 80 },
        Subscribers: [{ Address: alarmTopicArn }],
      },
      { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
    ],
  });
  expect(() => synthesise('dev', { monthlyBudget: 150 })).toThrow('topic');
});
