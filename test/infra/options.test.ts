/** Settings that some operators demand and that are off by default: a key of their own for the tables, certificates of clients. */
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import { faultsOf } from './schema.ts';
import { ADMINISTRATOR, allows, type Context, roleSession, type Target, targets } from './simulate.ts';
import { ofType, synthesise } from './synthesise.ts';

const prod = synthesise('prod');

describe('a key of the tables', () => {
  const stack = synthesise('prod', { tableKey: true });
  const [id, key] =
    [...targets(stack)].find(([name]) => name.startsWith('TablesKey')) ?? expect.fail('no key');
  const BY_DYNAMODB: Context = {
    ...{ 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com', 'kms:CallerAccount': '111122223333' },
  };
  const intake = () => {
    const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith('intakeRole')) ?? [];
    return roleSession(stack, role);
  };

  it('is that of every table, rotates each year, and is kept like the others', () => {
    for (const [name, { Properties }] of ofType(stack, 'AWS::DynamoDB::Table'))
      expect([name, Properties.SSESpecification]).toEqual([
        name,
        { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': [id, 'Arn'] } },
      ]);
    expect(stack.resources.get(id)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
    });
    expect([...stack.resources].flatMap(([name, one]) => faultsOf(name, one))).toEqual([]);
  });

  it.each<[string, Context, boolean]>([
    ['through DynamoDB', BY_DYNAMODB, true],
    ['directly', { 'kms:CallerAccount': '111122223333' }, false],
    ['through another service', { ...BY_DYNAMODB, 'kms:ViaService': 's3.eu-west-1.amazonaws.com' }, false],
    ['from another account', { ...BY_DYNAMODB, 'kms:CallerAccount': '999988887777' }, false],
  ])('opens %s: %s', (_, context, opens) => {
    for (const who of [intake(), ADMINISTRATOR])
      expect(allows(who, 'kms:Decrypt', key as Target, context)).toBe(opens);
  });

  it('gives no role a right: all of them have the same policies as without it', () => {
    const policies = (from: typeof stack) =>
      ofType(from, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties.PolicyDocument);
    expect(policies(stack)).toEqual(policies(prod));
  });

  it('is named by the gate, at each table', () => {
    const lines = findings(prod.template as never, stack.template as never).join('\n');
    expect(lines).toMatch(/GUARD AWS::DynamoDB::Table keysTable: SSESpecification changes/);
    expect(lines).not.toMatch(/LOST|REPLACED/);
  });
});

describe('findings of AWS’s own watchers', () => {
  const guards = { guardDuty: 'here', accessAnalyzer: 'organisation', config: 'organisation' } as const;
  const stack = synthesise('prod', { guards });
  const rules = ofType(stack, 'AWS::Events::Rule').filter(([id]) => id.startsWith('Findings'));

  it('reach the people on duty, and only what the settings say is switched on', () => {
    expect(rules.map(([, { Properties }]) => Properties.EventPattern.source)).toEqual([
      ['aws.guardduty'],
      ['aws.access-analyzer'],
      ['aws.config'],
    ]);
    for (const [, { Properties }] of rules)
      expect(Properties.Targets).toMatchObject([{ Arn: 'arn:aws:sns:eu-west-1:111122223333:duty' }]);
    const made = (type: string) => ofType(stack, type).length;
    expect([made('AWS::GuardDuty::Detector'), made('AWS::AccessAnalyzer::Analyzer')]).toEqual([1, 0]);
    expect([...stack.resources].flatMap(([name, one]) => faultsOf(name, one))).toEqual([]);
  });

  it('are refused without a topic', () => {
    expect(() => synthesise('dev', { guards })).toThrow(/alarmTopicArn/);
  });
});

describe('certificates of clients', () => {
  const domain = {
    name: 'fieldgate.example.gov',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
  };
  const clients = { bucket: 'trusted', key: 'offices.pem', version: 'aVersion1' };
  const stack = synthesise('prod', { domain: { ...domain, clients } });
  const domainOf = (from: typeof stack) =>
    ofType(from, 'AWS::ApiGateway::DomainName')[0]?.[1].Properties ?? expect.fail('no domain');

  it('are demanded at the domain, and there is no other way in', () => {
    expect(domainOf(stack)).toMatchObject({
      DomainName: domain.name,
      SecurityPolicy: 'TLS_1_2',
      MutualTlsAuthentication: { TruststoreUri: 's3://trusted/offices.pem', TruststoreVersion: 'aVersion1' },
    });
    const [, api] = ofType(stack, 'AWS::ApiGateway::RestApi')[0] ?? expect.fail('no API');
    expect(api.Properties.DisableExecuteApiEndpoint).toBe(true);
    expect([...stack.resources].flatMap(([id, one]) => faultsOf(id, one))).toEqual([]);
  });

  it('are not demanded by default, and the gate names when they no longer are', () => {
    const open = synthesise('prod', { domain });
    expect(domainOf(open).MutualTlsAuthentication).toBeUndefined();
    expect(findings(stack.template as never, open.template as never)).toEqual([
      expect.stringMatching(/^GUARD AWS::ApiGateway::DomainName \w+: MutualTlsAuthentication changes$/),
    ]);
  });
});
