/** AWS's registry schemas, against which a template can be read before an account does. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, SpecDatabase } from '@aws-cdk/service-spec-types';
import type { Resource } from './synthesise.ts';

let loaded: SpecDatabase | undefined;
/** It takes seconds to read, so it is read once. */
const database = () => {
  loaded ??= loadAwsServiceSpecSync();
  return loaded;
};

/** @returns what AWS's schema of the resource's type does not know or allow, as `path: why` */
export function faultsOf(id: string, { Type, Properties = {} }: Resource): string[] {
  const [spec] = database().lookup('resource', 'cloudFormationType', 'equals', Type);
  if (!spec) return [`${id}: no type ${Type}`];
  return membersOf(`${id} (${Type})`, Properties, spec.properties);
}

function membersOf(path: string, value: object, known: Readonly<Record<string, Property>>): string[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required && !(name in value))
    .map(([name]) => `${path}.${name}: is required`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const property = known[name];
    return property
      ? valueFaults(`${path}.${name}`, member, property.type)
      : [`${path}.${name}: is not known`];
  });
  return [...missing, ...wrong];
}

function valueFaults(path: string, value: unknown, type: PropertyType): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'union': {
      const each = type.types.map((one) => valueFaults(path, value, one));
      return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
    }
    case 'ref':
      if (!isObject(value)) return [`${path}: is no object`];
      return membersOf(path, value, database().get('typeDefinition', type.reference.$ref).properties);
    case 'array':
      if (!Array.isArray(value)) return [`${path}: is no list`];
      return value.flatMap((one, i) => valueFaults(`${path}[${i}]`, one, type.element));
    case 'map':
      if (!isObject(value)) return [`${path}: is no object`];
      return Object.entries(value).flatMap(([name, one]) =>
        valueFaults(`${path}.${name}`, one, type.element),
      );
    case 'tag':
      return isObject(value) && 'Key' in value && 'Value' in value ? [] : [`${path}: is no tag`];
    case 'json':
      return isObject(value) || Array.isArray(value) || typeof value === 'string'
        ? []
        : [`${path}: is no JSON`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path}: is no boolean`];
    case 'integer':
      return Number.isInteger(value) ? allowed(path, value, type.allowedValues) : [`${path}: is no integer`];
    case 'number':
      return typeof value === 'number' ? [] : [`${path}: is no number`];
    default:
      if (typeof value !== 'string') return [`${path}: is no string`];
      return allowed(path, value, 'allowedValues' in type ? type.allowedValues : undefined);
  }
}

function allowed(path: string, value: unknown, values: readonly unknown[] | undefined): string[] {
  return values === undefined || values.includes(value) ? [] : [`${path}: ${String(value)} is not allowed`];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What CloudFormation puts in at deployment. */
function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && /^(Ref|Fn::)/.test(names[0] ?? '');
}
