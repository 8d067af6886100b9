/** The gate between a template and its deployment: what it lets pass, and what it names. */
import { describe, expect, it } from 'vitest';
import { digestOf, findings } from '../../infra/aws/commands/gate.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { changed, first, found, key, prod, type Resources, template } from './gate-changes.ts';
import { allows, classKeys, purposeSession } from './simulate.ts';
import { ofType, PACK, type Synthesised, synthesise } from './synthesise.ts';

describe('the gate passes', () => {
  it('a template without a change', () => expect(findings(template, template)).toEqual([]));

  it.each<[string, (resources: Resources) => void]>([
    [
      'new code',
      (r) => (r[first('AWS::Lambda::Function')].Properties.Code = { S3Bucket: 'b', S3Key: 'new' }),
    ],
    ['one more table', (r) => (r['another'] = structuredClone(r['keysTable']))],
    ['a statement that is written in another order', (r) => r[key].Properties.KeyPolicy.Statement.reverse()],
    [
      'a statement that was split',
      (r) => {
        const { Statement } = r[key].Properties.KeyPolicy;
        const [one] = Statement;
        const actions = [one.Action].flat();
        Statement.splice(0, 1, ...actions.map((Action: string) => ({ ...one, Action })));
      },
    ],
    ['a permission that was taken away', (r) => r[key].Properties.KeyPolicy.Statement.pop()],
  ])('%s', (_, change) => expect(found(change)).toEqual([]));
});

const ALL = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

describe('the gate names', () => {
  it.each<[string, (resources: Resources) => void, string]>([
    ['a lost table', (r) => delete r['keysTable'], 'LOST AWS::DynamoDB::Table keysTable'],
    ['a lost key', (r) => delete r[key], `LOST AWS::KMS::Key ${key}`],
    [
      'a replaced table',
      (r) => (r['keysTable'].Properties.TableName = 'other'),
      'REPLACED AWS::DynamoDB::Table keysTable: TableName changes',
    ],
    [
      'a key of another kind',
      (r) => (r[key].Properties.KeySpec = 'SYMMETRIC_DEFAULT_2'),
      `GUARD AWS::KMS::Key ${key}: KeySpec changes`,
    ],
    [
      'data that outlives its erasure',
      (r) => (r['keysTable'].Properties.PointInTimeRecoverySpecification.RecoveryPeriodInDays = 35),
      'GUARD AWS::DynamoDB::Table keysTable: PointInTimeRecoverySpecification changes',
    ],
    [
      'tiles without a lock',
      (r) => delete r[first('AWS::S3::Bucket', 'LogTiles')].Properties.ObjectLockConfiguration,
      'ObjectLockConfiguration changes',
    ],
    [
      'a table that a deletion of the stack takes with it',
      (r) => (r['sheetsTable'].DeletionPolicy = 'Delete'),
      'GUARD AWS::DynamoDB::Table sheetsTable: DeletionPolicy changes',
    ],
    [
      'an alarm that is gone',
      (r) => delete r[first('AWS::CloudWatch::Alarm')],
      'LOST AWS::CloudWatch::Alarm',
    ],
    [
      'the trail that is gone',
      (r) => delete r[first('AWS::CloudTrail::Trail')],
      'LOST AWS::CloudTrail::Trail',
    ],
    [
      "a policy of the account's logs, which holds its document as a text",
      (r) =>
        (r['Open'] = {
          Type: 'AWS::Logs::ResourcePolicy',
          Properties: { PolicyDocument: JSON.stringify(ALL) },
        }),
      'NEW TYPE AWS::Logs::ResourcePolicy',
    ],
    [
      'a denial that is gone',
      (r) => delete r['logTable'].Properties.ResourcePolicy,
      'NOT DENIED {"Ref":"logTable"}',
    ],
    [
      'one more action of a role',
      (r) =>
        r[first('AWS::IAM::Policy', 'intake')].Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: { 'Fn::GetAtt': [key, 'Arn'] },
        }),
      'ALLOWED',
    ],
    [
      'a role that another account may assume',
      (r) =>
        r[first('AWS::IAM::Role', 'Session')].Properties.AssumeRolePolicyDocument.Statement.push({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: '444455556666' },
        }),
      '444455556666',
    ],
    [
      'a managed policy',
      (r) =>
        (r[first('AWS::IAM::Role', 'intake')].Properties.ManagedPolicyArns = [
          'arn:aws:iam::aws:policy/AdministratorAccess',
        ]),
      'AdministratorAccess',
    ],
    [
      'a condition that is gone',
      (r) => {
        for (const one of r[key].Properties.KeyPolicy.Statement)
          delete one.Condition?.StringEquals?.['aws:PrincipalTag/purpose'];
      },
      'ALLOWED',
    ],
    [
      'an inline policy of a role',
      (r) => (r[first('AWS::IAM::Role', 'intake')].Properties.Policies = [{ PolicyDocument: ALL }]),
      '["Action","*"]',
    ],
    [
      'a policy that is attached to a user',
      (r) => (r['more'] = { Type: 'AWS::IAM::Policy', Properties: { Users: ['eve'], PolicyDocument: ALL } }),
      'ALLOWED {"Users":"eve"} ["Action","*"]',
    ],
    [
      'all actions but one',
      (r) =>
        r[first('AWS::IAM::Policy', 'intake')].Properties.PolicyDocument.Statement.push({
          Effect: 'Allow',
          NotAction: 'iam:CreateUser',
          Resource: '*',
        }),
      '["NotAction","iam:CreateUser"]',
    ],
    [
      'a denial of fewer actions',
      (r) => {
        const [denial] = r['logTable'].Properties.ResourcePolicy.PolicyDocument.Statement;
        denial.NotAction = [denial.Action, 'dynamodb:DeleteItem'].flat();
        delete denial.Action;
      },
      'NOT DENIED {"Ref":"logTable"}',
    ],
    [
      'a denial with one more condition',
      (r) => {
        const [denial] = r['logTable'].Properties.ResourcePolicy.PolicyDocument.Statement;
        denial.Condition = { ...denial.Condition, Bool: { 'aws:ViaAWSService': 'false' } };
      },
      'NOT DENIED',
    ],
    [
      'a principal that widens to any account',
      (r) => (r[key].Properties.KeyPolicy.Statement.at(-1).Principal = { AWS: '*' }),
      '["Principal",{"AWS":"*"}]',
    ],
    [
      'a policy whose variables become plain text',
      (r) => (r[first('AWS::IAM::Policy', 'intake')].Properties.PolicyDocument.Version = '2008-10-17'),
      'language "2008-10-17"',
    ],
    [
      'a role without its boundary',
      (r) => (r[first('AWS::IAM::Role')].Properties.PermissionsBoundary = 'arn:aws:iam::1:policy/none'),
      'PermissionsBoundary changes',
    ],
    [
      'a function with a public address',
      (r) => (r['url'] = { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE' } }),
      'NEW TYPE AWS::Lambda::Url',
    ],
    [
      'people of another issuer',
      (r) => (r[first('AWS::Lambda::Function', 'release')].Properties.Environment.Variables.PEOPLE = '{}'),
      'setting PEOPLE changes',
    ],
    [
      'an alarm that a condition leaves out',
      (r) => (r[first('AWS::CloudWatch::Alarm')].Condition = 'Never'),
      'Condition changes',
    ],
    [
      'an alarm on another metric',
      (r) => (r[first('AWS::CloudWatch::Alarm', 'OperationsProhibited')].Properties.MetricName = 'Other'),
      'MetricName changes',
    ],
    [
      'a rule that is off',
      (r) => (r[first('AWS::Events::Rule')].Properties.State = 'DISABLED'),
      'State changes',
    ],
    [
      'bodies of requests in the log',
      (r) => (r[first('AWS::ApiGateway::Stage')].Properties.MethodSettings[0].DataTraceEnabled = true),
      'MethodSettings changes',
    ],
  ])('%s', (_, change, line) => {
    const lines = found(change);
    expect(lines.join('\n')).toContain(line);
    // What was there keeps its name, so an acceptance of one set of findings is not one of another.
    expect(digestOf(lines)).not.toBe(digestOf([...lines, 'more']));
  });

  it('a parameter with another default', () => {
    const other = { ...template, Parameters: { Trusted: { Type: 'String', Default: '444455556666' } } };
    expect(findings(template, other)).toContain('SECTION Parameters changes');
  });

  it('a path that no longer demands a signature', () => {
    const signed = synthesise('prod', { authorization: 'iam' }).template as Template;
    expect(findings(signed, template)).toContain('UNSIGNED x-amazon-apigateway-any-method /v1/releases');
  });
});

it('names each widening of a purpose that the simulator finds', () => {
  const purposes = PACK.purposes.slice(0, 4);
  const classes = PACK.classes.slice(0, 6);
  let widened = 0;
  for (const purpose of purposes)
    for (const name of classes) {
      // The purpose is added to every statement about the class.
      const after = changed((resources) => {
        for (const [id] of ofType(prod, 'AWS::KMS::Key'))
          for (const { Condition } of resources[id].Properties.KeyPolicy.Statement) {
            const { 'kms:EncryptionContext:class': about, 'aws:PrincipalTag/purpose': tags } =
              Condition?.StringEquals ?? {};
            if ([about].flat().includes(name) && tags)
              Condition.StringEquals['aws:PrincipalTag/purpose'] = [...new Set([tags, purpose].flat())];
          }
      });
      const opens = (stack: Synthesised) =>
        classKeys(stack, name).some((target) =>
          allows(purposeSession(stack, { agency: 'a', purpose }), 'kms:Decrypt', target, {
            'kms:EncryptionContext:collection': PACK.collection,
            'kms:EncryptionContext:class': name,
          }),
        );
      const lines = findings(template, after.template as Template);
      if (opens(after) && !opens(prod)) {
        widened++;
        expect([purpose, name, lines.length > 0]).toEqual([purpose, name, true]);
      }
    }
  expect(widened).toBeGreaterThan(5);
});
