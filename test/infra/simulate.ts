/**
 * Asks an IAM simulator written by others whether AWS would let a request of the synthesised stack pass:
 * identity policy and resource policy of the template, resolved, for one principal, action and context.
 */
import {
  createValidatedPolicy,
  type ValidationError,
  validateEndpointPolicy,
  validateIdentityPolicy,
  validateResourcePolicy,
} from '@cloud-copilot/iam-policy';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { ofType, PACK, type Resource, rolePolicies, type Synthesised } from './synthesise.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

export interface Principal {
  arn: string;
  policies: unknown[];
  /** Tags of the session, as conditions see them. */
  tags?: Context;
}

/** What a condition may look at besides the request itself. */
export type Context = Record<string, string | string[]>;

/** A table or key of the stack. */
export interface Target {
  arn: string;
  policy: unknown;
  /** Of another account than the principal's. */
  account?: string;
  /** The policy of the endpoint of a VPC through which it is called. */
  endpoint?: unknown;
}

/** The session in which Lambda runs the function under this logical id of a role. */
export const roleSession: (stack: Synthesised, role: string) => Principal = perStack((stack, role = '') => {
  const policies = rolePolicies(stack)
    .filter(([, { Properties }]) => Properties.Roles?.some(({ Ref }: { Ref: string }) => Ref === role))
    .map(([, { Properties }]) => resolve(stack, Properties.PolicyDocument));
  return { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/function`, policies };
});

/** The session that release assumes with these tags. */
export function purposeSession(stack: Synthesised, tags: Record<string, string>): Principal {
  const [role = ''] = ofType(stack, 'AWS::IAM::Role').find(([id]) => id.startsWith('SessionRole')) ?? [];
  const named = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return { ...roleSession(stack, role), tags: Object.fromEntries(named) };
}

/** A role of the stack as something that is assumed, with its trust policy. */
export function roleTarget(stack: Synthesised, prefix: string): Target {
  const [id = '', role] = ofType(stack, 'AWS::IAM::Role').find(([name]) => name.startsWith(prefix)) ?? [];
  return { arn: arnOf(stack, id), policy: resolve(stack, role?.Properties.AssumeRolePolicyDocument) };
}

/** A role outside the stack whose own policy allows everything. */
export const ADMINISTRATOR: Principal = {
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/administrator/someone`,
  policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
};

/** The versions of the key that wraps data keys of a class, oldest first. */
export function classKeys(stack: Synthesised, name: string): Target[] {
  const stem = `ClassKeys${PACK.keyOf.get(name)?.replaceAll('-', '')}`;
  return [...targets(stack)]
    .filter(([id]) => new RegExp(`^${stem}\\d?[0-9A-F]{8}$`).test(id))
    .map(([, key]) => key);
}

/** Every table and key by logical id. */
export const targets: (stack: Synthesised) => ReadonlyMap<string, Target> = perStack((stack) => {
  const found = new Map<string, Target>();
  for (const [id, { Properties }] of ofType(stack, 'AWS::DynamoDB::Table')) {
    const policy = Properties.ResourcePolicy?.PolicyDocument;
    found.set(id, { arn: arnOf(stack, id), policy: policy && resolve(stack, policy) });
  }
  for (const [id, { Properties }] of ofType(stack, 'AWS::KMS::Key')) {
    found.set(id, { arn: arnOf(stack, id), policy: resolve(stack, Properties.KeyPolicy) });
  }
  return found;
});

/** The policy of the endpoint for a service. */
export function endpointOf(stack: Synthesised, service: string): unknown {
  const [one] = ofType(stack, 'AWS::EC2::VPCEndpoint').filter(([id]) => id.startsWith(`Network${service}`));
  return resolve(stack, one?.[1].Properties.PolicyDocument);
}

/** Every bucket by logical id, and any object in it; both are under the bucket's policy. */
export function buckets(stack: Synthesised): Map<string, { bucket: Target; object: Target }> {
  const policies = ofType(stack, 'AWS::S3::BucketPolicy');
  return new Map(
    ofType(stack, 'AWS::S3::Bucket').map(([id]) => {
      const own = policies.find(([, { Properties }]) => Properties.Bucket.Ref === id)?.[1];
      const policy = resolve(stack, own?.Properties.PolicyDocument);
      const arn = arnOf(stack, id);
      return [id, { bucket: { arn, policy }, object: { arn: `${arn}/object`, policy } }];
    }),
  );
}

/** The checked `runSimulation` would drop encryption contexts in silence, and so deny for the wrong reason. */
export function allows(principal: Principal, action: string, target: Target, context: Context = {}): boolean {
  // What no statement allows is refused. Most of the possible calls are so, and each takes the simulator a millisecond.
  if (![...principal.policies, target.policy].some((policy) => policy && namesAction(policy, action)))
    return false;
  const result = withPlainCompare(() => simulated(principal, action, target, context));
  return (
    result === 'Allowed' && (target.endpoint === undefined || admits(principal, action, target, context))
  );
}

/** Whether a statement that allows something names the action, whatever else it demands. */
function namesAction(policy: unknown, action: string): boolean {
  const known = named.get(policy as object) ?? new Map<string, boolean>();
  named.set(policy as object, known);
  const { Statement } = policy as { Statement: Allowing[] };
  const names =
    known.get(action) ?? Statement.some((one) => one.Effect === 'Allow' && allowsSome(one, action));
  known.set(action, names);
  return names;
}
const named = new WeakMap<object, Map<string, boolean>>();

interface Allowing {
  Effect: string;
  Action?: string | string[];
}

function allowsSome({ Action }: Allowing, action: string): boolean {
  if (Action === undefined) return true;
  return [Action].flat().some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[^\w:]/g, '.'));
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
  });
}

/** The simulator compares words in the order of a locale, which took half of its time. Those of a policy are ASCII. */
function withPlainCompare<T>(ask: () => T): T {
  const { localeCompare } = String.prototype;
  const plain = function (this: string, other: string) {
    return Number(this.toLowerCase() !== other.toLowerCase());
  };
  Object.assign(String.prototype, { localeCompare: plain });
  try {
    return ask();
  } finally {
    Object.assign(String.prototype, { localeCompare });
  }
}

function simulated(principal: Principal, action: string, target: Target, context: Context) {
  return runUnsafeSimulation(
    {
      request: {
        principal: principal.arn,
        action,
        resource: { resource: target.arn, accountId: target.account ?? ACCOUNT },
        contextVariables: { ...principal.tags, ...context },
      },
      identityPolicies: principal.policies.map((policy, n) => ({
        name: `policy-${n}`,
        policy: checked(policy, validateIdentityPolicy),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: target.policy && checked(target.policy, validateResourcePolicy),
    },
    {},
  );
}

/**
 * Whether the policy of an endpoint lets the call pass. The simulator leaves such policies out, so it is asked as if this one
 * were the only one of a principal to whom everything delegates.
 */
function admits(principal: Principal, action: string, { arn, endpoint }: Target, context: Context): boolean {
  checked(endpoint, validateEndpointPolicy);
  const { Statement } = endpoint as { Statement: Record<string, unknown>[] };
  const statements = Statement.map(({ Principal, ...rest }) => {
    if (Principal !== '*') throw new Error('the policy of an endpoint names no principal');
    return rest;
  });
  const policies = [{ Version: '2012-10-17', Statement: statements }];
  return allows({ ...principal, policies }, action, { arn, policy: DELEGATES }, context);
}

const DELEGATES = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: '*', Resource: '*' },
  ],
};

type Validate = (policy: unknown) => ValidationError[];
const valid = new WeakMap<object, Map<Validate, ReturnType<typeof createValidatedPolicy>>>();

/** Checks a policy once: thousands of calls are asked about each. @throws Error when AWS would not take the policy */
function checked(policy: unknown, validate: Validate) {
  const known = valid.get(policy as object) ?? new Map();
  valid.set(policy as object, known);
  const result = known.get(validate) ?? createValidatedPolicy(policy, validate, { name: 'policy' });
  if (result.errors.length > 0) throw new Error(JSON.stringify(result.errors));
  known.set(validate, result);
  return result;
}

/** Makes a part of a stack once. */
function perStack<T>(make: (stack: Synthesised, name?: string) => T) {
  const made = new WeakMap<Synthesised, Map<string | undefined, T>>();
  return (stack: Synthesised, name?: string): T => {
    const known = made.get(stack) ?? new Map<string | undefined, T>();
    made.set(stack, known);
    const part = known.get(name) ?? make(stack, name);
    known.set(name, part);
    return part;
  };
}

function resolve(stack: Synthesised, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => resolve(stack, member));
  if (typeof value !== 'object' || value === null) return value;
  const [entry] = Object.entries(value);
  if (entry?.[0] === 'Ref') return PSEUDO.get(entry[1]) ?? entry[1];
  if (entry?.[0] === 'Fn::GetAtt') return arnOf(stack, entry[1][0]);
  if (entry?.[0] === 'Fn::Join') return (resolve(stack, entry[1][1]) as string[]).join(entry[1][0]);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolve(stack, member)]));
}

const PSEUDO: ReadonlyMap<string, string> = new Map([
  ['AWS::Partition', 'aws'],
  ['AWS::AccountId', ACCOUNT],
  ['AWS::Region', REGION],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

function arnOf({ resources }: Synthesised, id: string): string {
  const type = (resources.get(id) as Resource).Type;
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${ACCOUNT}:role/${id}`;
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${id}`;
  const place = { 'AWS::KMS::Key': 'kms', 'AWS::DynamoDB::Table': 'dynamodb', 'AWS::Logs::LogGroup': 'logs' }[
    type
  ];
  const kind = { kms: 'key/', dynamodb: 'table/', logs: 'log-group:' }[place ?? ''];
  return `arn:aws:${place}:${REGION}:${ACCOUNT}:${kind}${id}`;
}
