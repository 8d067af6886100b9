import { App } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import pack from '#pack/pack.json' with { type: 'json' };
import { IamAlarms } from '../../infra/aws/alarms/iam-alarms.ts';
import { type PackShape, shapeOf } from '../../infra/aws/bundle/pack-shape.ts';
import type { Template } from '../../infra/aws/commands/template.ts';
import { GatewayStack } from '../../infra/aws/gateway-stack.ts';
import { iamStackOf } from '../../infra/aws/iam-region.ts';
import { KeyStack } from '../../infra/aws/key-stack.ts';
import { type Settings, settingsFor } from '../../infra/aws/settings.ts';
import { loadPack } from '../../shared/policy/pack/load-pack.ts';

export const PACK: PackShape = shapeOf(loadPack(pack));

/** A CloudFormation resource, as far as the tests look into it. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes; the assertions state them.
  Properties: any;
  DeletionPolicy?: string;
}

export interface Synthesised {
  /** Both stacks of the environment as one, with what the second imports in its place. */
  template: unknown;
  resources: ReadonlyMap<string, Resource>;
}

/** The two templates as CloudFormation gets them. */
export interface Apart {
  keys: Template;
  gateway: Template;
}

// `cdk synth` of `.ci/run` validates the templates. Here it would only warn, and takes most of the time.
process.env['CDK_VALIDATION'] = 'false';

/** An app that bundles no function. */
export const NO_BUNDLES = { context: { 'aws:cdk:bundling-stacks': [] } };

/** Without an account the CDK makes another template than the one that is deployed. */
const ACCOUNT = '111122223333';

/** The settings with which a command deploys an environment, and changes of them. */
export function deployed(environment: string, changes: Partial<Settings> = {}): Settings {
  const { region = 'eu-west-1' } = changes;
  const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws';
  const topic = { alarmTopicArn: `arn:${partition}:sns:${region}:${ACCOUNT}:duty` };
  const told = { account: ACCOUNT, region, logName: 'log.example', ...(environment === 'prod' && topic) };
  return { ...settingsFor(environment), ...told, ...changes };
}

/** A private network for the functions. */
export const VPC = {
  ...{ id: 'vpc-0a1b2c3d', subnets: ['subnet-0a', 'subnet-0b'], routeTables: ['rtb-0a', 'rtb-0b'] },
  ...{ prefixLists: { dynamodb: 'pl-0d', s3: 'pl-03' }, outward: ['198.51.100.0/24', '2001:db8::/32'] },
} as const;

/** A secret with channels, by which people are informed. */
export const CHANNELS = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:fieldgate/channels-Ab3dE5';

export const NETWORKS = ['203.0.113.0/24', '2001:db8::/32'];

/** What the app sets in China. */
export const CHINA = {
  authorization: 'iam',
  cryptography: 'national',
  architecture: 'x86_64',
  people: { issuer: 'none' },
} as const;

const stacks = new Map<string, Synthesised & { apart: Apart }>();

/** The templates without bundling the functions. They are made once and frozen, because many files look into them. */
export function synthesise(
  environment = 'dev',
  changes: Partial<Settings> = {},
  context: Record<string, unknown> = {},
): Synthesised & { apart: Apart } {
  const key = JSON.stringify([environment, changes, context]);
  const stack = stacks.get(key) ?? synthesiseNow(environment, changes, context);
  stacks.set(key, stack);
  return stack;
}

function synthesiseNow(
  environment: string,
  changes: Partial<Settings>,
  context: Record<string, unknown>,
): Synthesised & { apart: Apart } {
  const app = new App({ context: { ...context, ...NO_BUNDLES.context } });
  const stacks = stacksOf(deployed(environment, changes), app);
  const [keys, gateway] = [stacks.keys, stacks.gateway].map((one) =>
    frozen(Assertions.fromStack(one).toJSON() as Template),
  ) as [Template, Template];
  return { ...joined({ keys, gateway }), apart: { keys, gateway } };
}

/** Both stacks of an environment. */
export function stacksOf(settings: Settings, app = new App(NO_BUNDLES)) {
  const keys = new KeyStack(app, 'fieldgate-keys', PACK, settings);
  return { app, keys, gateway: new GatewayStack(app, 'fieldgate', keys, PACK, settings) };
}

/** The stack that passes on changes of roles, in the region of IAM. */
export function iamAlarms(region: string): Synthesised {
  const settings = deployed('prod', { region });
  const ofIam = iamStackOf(settings) ?? fail(`${region} is the region of IAM`);
  const stack = new IamAlarms(new App(NO_BUNDLES), 'fieldgate-prod-iam', settings, ofIam);
  const template = Assertions.fromStack(stack).toJSON();
  return { template, resources: new Map(Object.entries(template['Resources'] as Record<string, Resource>)) };
}

/** Both stacks as one. @throws Error if they have a logical id in common, or the second imports what the first lacks */
export function joined({ keys, gateway }: Apart): Synthesised {
  const exported = new Map(
    Object.values(keys.Outputs ?? {}).flatMap(({ Value, Export }) => (Export ? [[Export.Name, Value]] : [])),
  );
  const twice = Object.keys(keys.Resources).filter((id) => id in gateway.Resources);
  if (twice.length > 0) throw new Error(`in both stacks: ${twice.join(', ')}`);
  const Resources = { ...keys.Resources, ...(imported(gateway.Resources, exported) as object) };
  const template = frozen({ ...gateway, Resources });
  return { template, resources: new Map(Object.entries(Resources as Record<string, Resource>)) };
}

function imported(value: unknown, exported: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => imported(one, exported));
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::ImportValue': name } = value as { 'Fn::ImportValue'?: string };
  if (name !== undefined) return exported.get(name) ?? fail(`nothing is exported as ${name}`);
  const inside = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, imported(member, exported)]),
  );
  // The name of a role, cut out of its ARN.
  const [, role] = NAME_IN_ARN.exec(JSON.stringify(inside)) ?? [];
  return role === undefined ? inside : { Ref: role };
}

const NAME_IN_ARN =
  /^{"Fn::Select":\[1,{"Fn::Split":\["\/",{"Fn::Select":\[5,{"Fn::Split":\[":",{"Fn::GetAtt":\["(\w+)","Arn"\]}\]}\]}\]}\]}$/;

function fail(why: string): never {
  throw new Error(why);
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** Policies of roles: their own, and what the CDK moves to a second one where the first would be too long. */
export function rolePolicies(stack: Synthesised): [string, Resource][] {
  return [...ofType(stack, 'AWS::IAM::Policy'), ...ofType(stack, 'AWS::IAM::ManagedPolicy')];
}

/** Resources of one type, with their logical ids. */
export function ofType({ resources }: Synthesised, type: string): [string, Resource][] {
  return [...resources].filter(([, resource]) => resource.Type === type);
}
