/** The functions in a private network: where they may call, what the endpoints let through, and what a stolen credential opens. */
import { describe, expect, it } from 'vitest';
import { findings } from '../../infra/aws/commands/gate.ts';
import { deployed } from './deployed.ts';
import {
  ADMINISTRATOR,
  allows,
  buckets,
  type Context,
  classKeys,
  endpointOf,
  purposeSession,
  roleSession,
  roleTarget,
  type Target,
  targets,
} from './simulate.ts';
import { ofType, PACK, rolePolicies, synthesise, VPC } from './synthesise.ts';

const stack = synthesise('prod', { vpc: VPC, tableKey: true });
const groups = new Map(
  ofType(stack, 'AWS::EC2::SecurityGroup').map(([id, { Properties }]) => [id, Properties]),
);
const groupOf = (name: string) =>
  [...groups.keys()].find((id) => id.startsWith(`Network${name}`)) ?? expect.fail();
const idOf = (name: string) => ({ 'Fn::GetAtt': [groupOf(name), 'GroupId'] });

const HERE: Context = {
  ...{ 'aws:SourceVpc': VPC.id, 'aws:ViaAWSService': 'false', 'aws:PrincipalAccount': '111122223333' },
  'aws:SecureTransport': 'true',
};
const { 'aws:SourceVpc': _, ...ELSEWHERE } = HERE;
const OTHER_VPC = { ...HERE, 'aws:SourceVpc': 'vpc-of-another' };

const through = (target: Target | undefined, service: string): Target => ({
  ...(target ?? expect.fail('no target')),
  endpoint: endpointOf(stack, service),
});
const table = (name: string) => through(targets(stack).get(name), 'dynamodb');
const roleOf = (fn: string) => {
  const [id = ''] = ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith(`${fn}Role`)) ?? [];
  return roleSession(stack, id);
};

describe('in a private network', () => {
  it('every function is in the subnets, and there is one endpoint for each service', () => {
    const functions = ofType(stack, 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(10);
    for (const [id, { Properties }] of functions)
      expect([id, Properties.VpcConfig]).toEqual([
        id,
        { SubnetIds: VPC.subnets, SecurityGroupIds: [idOf('Functions')] },
      ]);
    const endpoints = ofType(stack, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => Properties);
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType).sort()).toEqual([
      ...['Gateway', 'Gateway', 'Interface', 'Interface', 'Interface'],
    ]);
    for (const one of endpoints)
      if (one.VpcEndpointType === 'Gateway') expect(one.RouteTableIds).toEqual(VPC.routeTables);
      else expect(one).toMatchObject({ PrivateDnsEnabled: true, SecurityGroupIds: [idOf('Endpoints')] });
  });

  it('functions reach endpoints and the named networks by HTTPS, and nothing reaches a function', () => {
    const { SecurityGroupEgress: out, SecurityGroupIngress: into } = groups.get(groupOf('Functions'));
    expect(into).toBeUndefined();
    const rules = [
      ...out,
      ...ofType(stack, 'AWS::EC2::SecurityGroupEgress').map(([, one]) => one.Properties),
    ];
    for (const { FromPort, ToPort, IpProtocol } of rules)
      expect([FromPort, ToPort, IpProtocol]).toEqual([443, 443, 'tcp']);
    expect(
      rules.map(
        (one) => one.CidrIp ?? one.CidrIpv6 ?? one.DestinationPrefixListId ?? one.DestinationSecurityGroupId,
      ),
    ).toEqual(['pl-0d', 'pl-03', ...VPC.outward, idOf('Endpoints')]);
    const endpoints = groups.get(groupOf('Endpoints'));
    expect(endpoints.SecurityGroupIngress).toMatchObject([{ SourceSecurityGroupId: idOf('Functions') }]);
    expect(endpoints.SecurityGroupEgress).toMatchObject([{ CidrIp: '255.255.255.255/32' }]);
  });

  it('endpoints admit every action of a role of a function, and no other', () => {
    const admitted = ['kms', 'sts', 'dynamodb', 's3'].flatMap(
      (service) =>
        (endpointOf(stack, service) as { Statement: { Action: string[] }[] }).Statement[0]?.Action ?? [],
    );
    const granted = rolePolicies(stack)
      .filter(([id]) => !/Machine|Events/.test(id))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => [Action].flat() as string[])
      .filter((action) => /^(kms|sts|dynamodb|s3):/.test(action));
    expect(admitted.toSorted()).toEqual([...new Set(granted)].sort());
  });

  it('endpoints name every table, key and bucket of the stack, except the key that DynamoDB alone uses', () => {
    const [place] = classKeys(stack, PACK.classes[0] ?? '');
    expect(place).toBeDefined();
    for (const [id, target] of targets(stack)) {
      const service = target.arn.split(':')[2] ?? '';
      const action = service === 'kms' ? 'kms:Sign' : 'dynamodb:GetItem';
      if (id.startsWith('TablesKey')) continue;
      const open = { ...through(target, service), policy: service === 'kms' ? ANYONE : undefined };
      expect([id, allows(ADMINISTRATOR, action, open, HERE)]).toEqual([id, true]);
    }
    const own = through([...targets(stack)].find(([id]) => id.startsWith('TablesKey'))?.[1], 'kms');
    expect(allows(ADMINISTRATOR, 'kms:Sign', { ...own, policy: ANYONE }, HERE)).toBe(false);
    for (const [id, { object }] of buckets(stack))
      expect([id, allows(ADMINISTRATOR, 's3:GetObject', through(object, 's3'), HERE)]).toEqual([id, true]);
  });
});

/** The policy of a key that lets any principal of the account use it. */
const ANYONE = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
  ],
};

describe('a call of a function', () => {
  const [purpose = ''] = PACK.purposes;
  const opened = PACK.classes.find((name) => PACK.openedBy.get(name)?.includes(purpose)) ?? '';
  const [key] = classKeys(stack, opened);
  const context = {
    'kms:EncryptionContext:collection': PACK.collection,
    'kms:EncryptionContext:class': opened,
  };

  it.each<[string, Context, boolean]>([
    ['in the network', HERE, true],
    ['from another VPC, with the same credentials', OTHER_VPC, false],
    ['from the internet, with the same credentials', ELSEWHERE, false],
  ])('passes or not: %s', (_name, from, passes) => {
    expect(allows(roleOf('release'), 'dynamodb:GetItem', table('indexTable'), from)).toBe(passes);
    const session = purposeSession(stack, { purpose, agency: 'edu-county' });
    expect(allows(session, 'kms:Decrypt', through(key, 'kms'), { ...from, ...context })).toBe(passes);
    const tags = { 'aws:RequestTag/purpose': purpose, 'aws:RequestTag/agency': 'edu-county' };
    const assumed = through(roleTarget(stack, 'SessionRole'), 'sts');
    const asked = { ...from, ...tags, 'aws:TagKeys': ['agency', 'purpose'] };
    expect(allows(roleOf('release'), 'sts:AssumeRole', assumed, asked)).toBe(passes);
    const [, tiles] = [...buckets(stack)].find(([id]) => id.startsWith('LogTiles')) ?? expect.fail();
    expect(allows(roleOf('audit'), 's3:GetObject', through(tiles.object, 's3'), from)).toBe(passes);
  });

  it('that a service makes with its role, from no network, is not refused for that', () => {
    const byService = { ...ELSEWHERE, 'aws:ViaAWSService': 'true' };
    const direct = { ...table('indexTable'), endpoint: undefined };
    expect(allows(roleOf('release'), 'dynamodb:GetItem', direct, byService)).toBe(true);
  });

  it('carries nothing out: to a table, bucket or key of another account, or with credentials of one', () => {
    const foreign: [string, string, string][] = [
      ['dynamodb', 'PutItem', 'arn:aws:dynamodb:eu-west-1:999988887777:table/loot'],
      ['s3', 'PutObject', 'arn:aws:s3:::loot/people'],
      ['kms', 'Sign', 'arn:aws:kms:eu-west-1:999988887777:key/loot'],
      ['sts', 'AssumeRole', 'arn:aws:iam::999988887777:role/loot'],
    ];
    for (const [service, action, arn] of foreign) {
      const loot = { arn, policy: undefined, endpoint: endpointOf(stack, service) };
      expect([service, allows(ADMINISTRATOR, `${service}:${action}`, loot, HERE)]).toEqual([service, false]);
      const open = { ...loot, endpoint: EVERYTHING };
      if (service !== 'kms' && service !== 'sts')
        expect([service, allows(ADMINISTRATOR, `${service}:${action}`, open, HERE)]).toEqual([service, true]);
    }
    const theirs = { ...HERE, 'aws:PrincipalAccount': '999988887777' };
    expect(allows(ADMINISTRATOR, 'dynamodb:PutItem', table('sheetsTable'), theirs)).toBe(false);
    expect(allows(ADMINISTRATOR, 'dynamodb:PutItem', table('sheetsTable'), HERE)).toBe(true);
  });

  it('makes no network interface, which Lambda alone may under its role', () => {
    const any = { arn: 'arn:aws:ec2:eu-west-1:111122223333:network-interface/eni-1', policy: undefined };
    const byCode = { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:some' };
    expect(allows(roleOf('release'), 'ec2:CreateNetworkInterface', any, HERE)).toBe(true);
    expect(allows(roleOf('release'), 'ec2:CreateNetworkInterface', any, { ...HERE, ...byCode })).toBe(false);
  });
});

/** The policy that an endpoint has by default. */
const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

it('the policies of endpoints fit, with room', () => {
  for (const [id, { Properties }] of ofType(stack, 'AWS::EC2::VPCEndpoint')) {
    const { length } = JSON.stringify(deployed(stack, Properties.PolicyDocument));
    // AWS's limit is 20,480 characters.
    expect([id, length > 100, length < 12_000]).toEqual([id, true, true]);
  }
});

it('is off by default, and refused without subnets or a way to the keys of people', () => {
  expect(ofType(synthesise('prod'), 'AWS::EC2::VPCEndpoint')).toEqual([]);
  expect(() => synthesise('prod', { vpc: { ...VPC, subnets: [] } })).toThrow('names subnets');
  expect(() => synthesise('prod', { vpc: { ...VPC, outward: [] } })).toThrow('vpc.outward');
  const { outward: _ways, ...closed } = VPC;
  expect(() => synthesise('prod', { vpc: closed, people: { issuer: 'none' } })).not.toThrow();
});

it('lets the endpoints reach copies of the tables, and what the settings name in place of the stack’s own', () => {
  const prefix = 'AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/';
  const named = { vpc: VPC, trail: { bucket: 'org-trail', prefix } };
  const text = JSON.stringify(ofType(synthesise('prod', named), 'AWS::EC2::VPCEndpoint'));
  expect(text).toContain('"keysTable","Arn"]},"*"');
  expect(text).toContain('s3:::org-trail');
});

it('the gate names a function that leaves the network, and an endpoint that admits more', () => {
  const before = stack.template as never;
  expect(findings(before, before)).toEqual([]);
  const left = findings(before, synthesise('prod').template as never).join('\n');
  expect(left).toMatch(/GUARD AWS::Lambda::Function release\w+: VpcConfig changes/);
  expect(left).toMatch(/NOT DENIED/);
  const wider = structuredClone(stack.template) as {
    Resources: Record<string, { Type: string; Properties: never }>;
  };
  for (const { Type, Properties } of Object.values(wider.Resources))
    if (Type === 'AWS::EC2::VPCEndpoint') Object.assign(Properties, { PolicyDocument: EVERYTHING });
  expect(findings(before, wider as never).join('\n')).toMatch(/ALLOWED .*Network(kms|dynamodb)/);
});
