import { Aws, type Stack } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import {
  CfnSecurityGroup,
  CfnSecurityGroupEgress,
  CfnVPCEndpoint,
  GatewayVpcEndpointAwsService as Gateway,
  InterfaceVpcEndpointAwsService as Interface,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, ManagedPolicy, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { KeyStack } from '../key-stack.ts';
import { inLogAccount } from '../log-account-names.ts';
import { ownKeysOf } from '../owners.ts';
import { NOTIFY } from '../routes.ts';
import type { Settings } from '../settings.ts';
import { CALLED, GatewayFunction } from './gateway-function.ts';
import { PurposeSession } from './purpose-session.ts';

type Vpc = NonNullable<Settings['vpc']>;

/**
 * Puts every function of the stack into given private subnets, with endpoints for the services that they call. The
 * policy of an endpoint admits principals of the account to resources of the stack, so a function can be made to write to no
 * other account. The credentials of the roles open nothing outside of the network. It comes after all other resources,
 * because it finds them.
 */
export class PrivateNetwork extends Construct {
  readonly #vpc: Vpc;

  constructor(stack: Stack, id: string, keys: KeyStack, settings: Settings, vpc: Vpc) {
    super(stack, id);
    this.#vpc = vpc;
    if (settings.channels !== undefined && !vpc.receivers?.length)
      throw new Error('vpc.receivers of the settings names the networks of the channels, and their ports');
    // Lambda and CloudFormation say it late, and in other words.
    if (vpc.subnets.length === 0 || vpc.routeTables.length === 0)
      throw new Error('vpc of the settings names subnets and their route tables');
    if (settings.people.issuer !== 'none' && !vpc.outward?.length)
      throw new Error("vpc.outward of the settings names the networks of the issuer's public keys");
    const group = this.#functionsGroup(settings);
    const within = {
      vpcId: vpc.id,
      subnetIds: [...vpc.subnets],
      securityGroupIds: [this.#endpointsGroup(group)],
    };
    const reached = reachedBy(stack, keys, settings);
    const secrets = settings.channels === undefined ? [] : (['secretsmanager'] as const);
    for (const name of ['kms', 'sts', 'lambda', ...secrets] as const)
      new CfnVPCEndpoint(this, name, {
        ...{ ...within, vpcEndpointType: 'Interface', privateDnsEnabled: true },
        serviceName: new Interface(name).name,
        policyDocument: admitting(name, reached[name]),
      });
    for (const name of ['dynamodb', 's3'] as const)
      new CfnVPCEndpoint(this, name, {
        ...{ vpcId: vpc.id, vpcEndpointType: 'Gateway', routeTableIds: [...vpc.routeTables] },
        serviceName: (name === 's3' ? Gateway.S3 : Gateway.DYNAMODB).name,
        policyDocument: admitting(name, reached[name]),
      });
    // Policies of their own: with these statements the longest policy of a role would not be far from IAM's limit.
    const interfaces = new ManagedPolicy(this, 'Interfaces', { statements: ofInterfaces() });
    acknowledge(interfaces, {
      'AwsSolutions-IAM5[Resource::*]': 'Of the network interfaces in a VPC none exists yet.',
    });
    const fromHere = new ManagedPolicy(this, 'OnlyFromHere', { statements: [this.#onlyFromHere()] });
    for (const one of stack.node.findAll()) {
      if (one instanceof CfnFunction) {
        const receivers = one.node.scopes.some(({ node }) => node.id === NOTIFY)
          ? [this.#receiversGroup()]
          : [];
        one.vpcConfig = { subnetIds: [...vpc.subnets], securityGroupIds: [group.attrGroupId, ...receivers] };
        // Lambda looks at the role when it makes the function.
        one.node.addDependency(interfaces);
      }
      if (one instanceof GatewayFunction) interfaces.attachToRole(one.role);
      if (one instanceof GatewayFunction || one instanceof PurposeSession) fromHere.attachToRole(one.role);
    }
  }

  #functionsGroup({ environment }: Settings): CfnSecurityGroup {
    const { id, prefixLists, outward = [] } = this.#vpc;
    return new CfnSecurityGroup(this, 'Functions', {
      groupDescription: `Functions of fieldgate-${environment}`,
      vpcId: id,
      securityGroupEgress: [
        ...Object.entries(prefixLists).map(([name, destinationPrefixListId]) => ({
          ...HTTPS,
          ...{ destinationPrefixListId, description: `endpoint of ${name}` },
        })),
        ...outward.map((network) => ({
          ...HTTPS,
          ...networkOf(network),
          description: 'public keys of issuers and agencies',
        })),
      ],
    });
  }

  /** @returns the id of the group that leads to the receivers of messages, for the one function that sends some */
  #receiversGroup(): string {
    const { id, receivers = [] } = this.#vpc;
    const group = new CfnSecurityGroup(this, 'Receivers', {
      groupDescription: 'Receivers of messages to people',
      vpcId: id,
      securityGroupEgress: receivers.map(({ network, port }) => ({
        ...{ ipProtocol: 'tcp', fromPort: port, toPort: port, description: 'receivers of messages' },
        ...networkOf(network),
      })),
    });
    return group.attrGroupId;
  }

  /** @returns the id of the group of the interface endpoints, which only the functions reach */
  #endpointsGroup(functions: CfnSecurityGroup): string {
    const group = new CfnSecurityGroup(this, 'Endpoints', {
      groupDescription: 'Endpoints that only the functions call',
      vpcId: this.#vpc.id,
      securityGroupIngress: [
        { ...HTTPS, sourceSecurityGroupId: functions.attrGroupId, description: 'functions' },
      ],
      // Without a rule AWS adds one that allows everything. This one matches nothing.
      securityGroupEgress: [{ ipProtocol: 'icmp', fromPort: 252, toPort: 86, cidrIp: '255.255.255.255/32' }],
    });
    new CfnSecurityGroupEgress(this, 'ToEndpoints', {
      ...HTTPS,
      groupId: functions.attrGroupId,
      destinationSecurityGroupId: group.attrGroupId,
      description: 'endpoints of KMS, STS and Lambda',
    });
    return group.attrGroupId;
  }

  /**
   * Calls that a service makes with a role's credentials, such as DynamoDB's own to the key of a table, come from no network.
   */
  #onlyFromHere(): PolicyStatement {
    return new PolicyStatement({
      sid: 'OnlyFromTheNetwork',
      effect: Effect.DENY,
      actions: [
        'dynamodb:*',
        'kms:*',
        's3:*',
        'sts:AssumeRole',
        'lambda:ListVersionsByFunction',
        'secretsmanager:GetSecretValue',
      ],
      resources: ['*'],
      conditions: {
        StringNotEquals: { 'aws:SourceVpc': this.#vpc.id },
        Bool: { 'aws:ViaAWSService': 'false' },
      },
    });
  }
}

const networkOf = (network: string) => (network.includes(':') ? { cidrIpv6: network } : { cidrIp: network });

type Service = keyof typeof CALLED;

const HTTPS = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

function admitting(service: Service, resources: readonly string[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals: [new StarPrincipal()],
        actions: CALLED[service].map((action) => `${service}:${action}`),
        resources: [...resources],
        conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
      }),
    ],
  });
}

/** Resources of both stacks by service, and those that the settings name in their place. */
function reachedBy(stack: Stack, keys: KeyStack, settings: Settings): Record<Service, string[]> {
  const { trail, logAccount } = settings;
  const all = stack.node.findAll();
  const tables = all.flatMap((one) => (one instanceof CfnTable ? one.attrArn : []));
  const buckets = all.flatMap((one) => (one instanceof CfnBucket ? one.attrArn : []));
  const { copy, trail: files } = logAccount === undefined ? {} : inLogAccount(settings);
  for (const name of [trail?.bucket, copy, files])
    if (name !== undefined) buckets.push(`arn:${Aws.PARTITION}:s3:::${name}`);
  return {
    // Functions never call the key of the tables.
    kms: [
      ...keys.node.findAll().flatMap((one) => (one instanceof Key && one !== keys.tables ? one.keyArn : [])),
      ...ownKeysOf(settings, Object.keys(settings.owners ?? {}), stack),
    ],
    sts: all.flatMap((one) => (one instanceof PurposeSession ? one.role.roleArn : [])),
    // Their indexes, and copies that stand in for them.
    dynamodb: tables.map((arn) => `${arn}*`),
    s3: buckets.flatMap((arn) => [arn, `${arn}/*`]),
    secretsmanager: [settings.channels ?? []].flat(),
    lambda: all.flatMap((one) => (one instanceof GatewayFunction ? one.arnByName : [])),
  };
}

/** Lambda makes the network interfaces of a function under its role. Code that runs in the function may not. */
function ofInterfaces(): PolicyStatement[] {
  const actions = [
    ...['CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets'],
    ...['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
  ].map((action) => `ec2:${action}`);
  const conditions = { Null: { 'lambda:SourceFunctionArn': 'false' } };
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({ sid: 'NotByCode', effect: Effect.DENY, actions, resources: ['*'], conditions }),
  ];
}
