/**
 * The permissions of a template, taken apart, so that those of two templates can be compared: one action on one
 * resource for one principal under one combination of conditions.
 */

import canonicalize from 'canonicalize';
import { list, type Resource, type Template } from './template.ts';

export interface Permission {
  effect: string;
  /** Everything but the conditions, as text. */
  what: string;
  /** Operator, key and one value, each as text. More conditions allow less. */
  conditions: ReadonlySet<string>;
}

interface Statement {
  Effect: string;
  Condition?: Record<string, Record<string, unknown>>;
  [member: string]: unknown;
}

/** Operators that hold if one of the values does. All others are compared as a whole. */
const ANY_OF = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike']);

/** Policies of roles, and where the resources that they are on keep theirs. */
const POLICIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::IAM::Policy': ['PolicyDocument'],
  'AWS::IAM::ManagedPolicy': ['PolicyDocument'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument'],
  'AWS::IAM::RolePolicy': ['PolicyDocument'],
  'AWS::IAM::UserPolicy': ['PolicyDocument'],
  'AWS::IAM::GroupPolicy': ['PolicyDocument'],
  'AWS::KMS::Key': ['KeyPolicy'],
  'AWS::KMS::ReplicaKey': ['KeyPolicy'],
  'AWS::SNS::TopicPolicy': ['PolicyDocument'],
  'AWS::SQS::QueuePolicy': ['PolicyDocument'],
  'AWS::Logs::ResourcePolicy': ['PolicyDocument'],
  'AWS::S3::BucketPolicy': ['PolicyDocument'],
  'AWS::ApiGateway::RestApi': ['Policy'],
  'AWS::EC2::VPCEndpoint': ['PolicyDocument'],
};

export function permissionsOf(template: Template): Permission[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => [
    ...documentsOf(resource).flatMap((document) =>
      list(document['Statement']).flatMap((one) =>
        takenApart(holdersOf(id, resource), languageOf(document), one as Statement),
      ),
    ),
    ...invokedBy(resource),
    ...managed(id, resource),
  ]);
}

/** @returns whether `before` allows all that `one` allows */
export function isCovered(one: Permission, before: readonly Permission[]): boolean {
  return before.some(
    ({ effect, what, conditions }) =>
      effect === one.effect && what === one.what && conditions.isSubsetOf(one.conditions),
  );
}

function documentsOf({ Type, Properties = {} }: Resource): Record<string, unknown>[] {
  const names = POLICIES[Type] ?? [];
  const table =
    Type === 'AWS::DynamoDB::Table' ? Properties['ResourcePolicy']?.['PolicyDocument'] : undefined;
  const inline = list(Properties['Policies']).map(
    (one) => (one as { PolicyDocument?: Record<string, unknown> }).PolicyDocument,
  );
  return [...names.map((name) => Properties[name]), table, ...inline].filter((one) => one !== undefined);
}

/** Under the older language a variable such as `${aws:PrincipalTag/purpose}` is plain text. */
function languageOf({ Version: version }: Record<string, unknown>): string[] {
  return version === '2012-10-17' ? [] : [`language ${text(version ?? null)}`];
}

/** A policy is that of the roles that it is attached to, and the same wherever it stands. */
function holdersOf(id: string, { Type, Properties = {} }: Resource): unknown[] {
  if (Type.startsWith('AWS::IAM::') && Type.endsWith('Policy'))
    return HOLDERS.flatMap((name) =>
      list(Properties[name]).map((one) => (name === 'Roles' ? one : { [name]: one })),
    );
  return [Type === 'AWS::S3::BucketPolicy' ? Properties['Bucket'] : { Ref: id }];
}

const HOLDERS = ['Roles', 'RoleName', 'Users', 'UserName', 'Groups', 'GroupName'];

function takenApart(
  holders: readonly unknown[],
  language: readonly string[],
  { Effect, Sid, Condition, ...parts }: Statement,
): Permission[] {
  const conditions = Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      (ANY_OF.has(operator) ? list(values) : [values]).map((value) => text([operator, key, value])),
    ),
  );
  const members = Object.entries(parts).map(([name, value]) =>
    // What is not excluded is meant, so more exclusions allow less: the list is compared as a whole.
    (name.startsWith('Not') ? [inOrder(value)] : valuesOf(value)).map((one) => text([name, one])),
  );
  return product([holders.map(text), ...language.map((one) => [one]), ...members]).flatMap((what) =>
    product(conditions).map((some) => ({
      ...{ effect: Effect, what: what.join(' '), conditions: new Set(some) },
    })),
  );
}

function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map(text).sort() : value;
}

/** `Principal` is an object of lists. */
function valuesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isIntrinsic(value))
    return list(value);
  return Object.entries(value).flatMap(([kind, some]) => list(some).map((one) => ({ [kind]: one })));
}

function isIntrinsic(value: object): boolean {
  return Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
}

/** Lambda's permissions are resources of their own. */
function invokedBy({ Type, Properties = {} }: Resource): Permission[] {
  if (Type !== 'AWS::Lambda::Permission') return [];
  return [{ effect: 'Allow', what: `${Type} ${text(Properties)}`, conditions: new Set() }];
}

/** Managed policies by name. */
function managed(id: string, { Type, Properties = {} }: Resource): Permission[] {
  if (!/^AWS::IAM::(Role|User|Group)$/.test(Type)) return [];
  return list(Properties['ManagedPolicyArns']).map((arn) => ({
    ...{ effect: 'Allow', what: `${id} has the policy ${text(arn)}`, conditions: new Set<string>() },
  }));
}

function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, some) => all.flatMap((one) => some.map((next) => [...one, next])), [[]]);
}

/** Members in the order of their names. */
export const text = (value: unknown): string => canonicalize(value) ?? 'null';
