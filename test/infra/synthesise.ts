import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import pack from '#pack/pack.json' with { type: 'json' };
import { GatewayStack } from '../../infra/aws/gateway-stack.ts';
import { type PackShape, shapeOf } from '../../infra/aws/pack-shape.ts';
import { type Settings, settingsFor } from '../../infra/aws/settings.ts';

export const PACK: PackShape = shapeOf(pack);

/** A CloudFormation resource, as far as the tests look into it. */
export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes; the assertions state them.
  Properties: any;
  DeletionPolicy?: string;
}

export interface Synthesised {
  template: unknown;
  resources: ReadonlyMap<string, Resource>;
}

// `cdk synth` of `.ci/run` validates the templates. Here it would only warn, and takes most of the time.
process.env['CDK_VALIDATION'] = 'false';

/** An app that bundles no function. */
export const NO_BUNDLES = { context: { 'aws:cdk:bundling-stacks': [] } };

/** The required settings of production; see `completed` of the settings. */
const TOLD = { logName: 'log.example' };

/** A private network for the functions. */
export const VPC = {
  ...{ id: 'vpc-0a1b2c3d', subnets: ['subnet-0a', 'subnet-0b'], routeTables: ['rtb-0a', 'rtb-0b'] },
  ...{ prefixLists: { dynamodb: 'pl-0d', s3: 'pl-03' }, outward: ['198.51.100.0/24', '2001:db8::/32'] },
} as const;

const stacks = new Map<string, Synthesised>();

/** The stack's template without bundling the functions. It is made once and frozen, because many files look into it. */
export function synthesise(environment = 'dev', changes: Partial<Settings> = {}): Synthesised {
  const key = JSON.stringify([environment, changes]);
  const stack = stacks.get(key) ?? synthesiseNow(environment, changes);
  stacks.set(key, stack);
  return stack;
}

function synthesiseNow(environment: string, changes: Partial<Settings>): Synthesised {
  const app = new App(NO_BUNDLES);
  const stack = new GatewayStack(app, 'fieldgate', PACK, {
    ...settingsFor(environment),
    ...TOLD,
    ...changes,
  });
  const template = frozen(Template.fromStack(stack).toJSON());
  return { template, resources: new Map(Object.entries(template['Resources'] as Record<string, Resource>)) };
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
