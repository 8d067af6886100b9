import { FREE, HELD, OPENS, UNGUARDED } from './gate-guards.ts';
import { text } from './permissions.ts';
import type { Resource, Template } from './template.ts';

/** Properties that change, but for those that change with any version. */
export function weakened(before: Template, after: Template): string[] {
  return Object.entries(before.Resources).flatMap(([id, resource]) => {
    const { Type } = resource;
    const next = after.Resources[id];
    if (next?.Type !== Type) return [];
    // A condition of the template can leave a resource out; both policies decide whether data goes with it.
    const attributes = ATTRIBUTES.filter((name) => text(resource[name] ?? null) !== text(next[name] ?? null));
    return [...changedGuards(resource, next), ...attributes].map(
      (name) => `GUARD ${Type} ${id}: ${name} changes`,
    );
  });
}

const ATTRIBUTES = ['DeletionPolicy', 'UpdateReplacePolicy', 'Condition'] as const;

function changedGuards({ Type, Properties = {} }: Resource, { Properties: next = {} }: Resource): string[] {
  const free = new Set([...UNGUARDED, ...(FREE[Type] ?? [])]);
  const changed = free.has('*') ? [] : differing(Properties, next, free);
  if (Type !== 'AWS::Lambda::Function') return changed;
  // Settings decide who may call, whose tokens count, and what is public.
  const [had, has] = [Properties, next].map((one) => one['Environment']?.Variables ?? {});
  return [...changed, ...differing(had, has).map((name) => `setting ${name}`)];
}

/** Names of members that differ, in order. */
function differing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  free: ReadonlySet<string> = new Set(),
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)]).difference(free)]
    .filter((name) => text(before[name] ?? null) !== text(after[name] ?? null))
    .sort();
}

/** New resources of types that the stack already has, each of which is another way in or out. */
export function added(before: Template, after: Template): string[] {
  return Object.entries(after.Resources).flatMap(([id, { Type }]) =>
    OPENS.has(Type) && before.Resources[id]?.Type !== Type ? [`ADDED ${Type} ${id}`] : [],
  );
}

/** Resources of a type that the stack did not have: each can bring rights of its own kind, such as a function's URL. */
export function unknownTypes(before: Template, after: Template): string[] {
  const typesOf = ({ Resources }: Template) => new Set(Object.values(Resources).map(({ Type }) => Type));
  const known = new Set([...typesOf(before), ...HELD]);
  return [...typesOf(after).difference(known)].sort().map((type) => `NEW TYPE ${type}`);
}

/** Parts of the template on which the meaning of all others depends. */
export function sections(before: Template, after: Template): string[] {
  return SECTIONS.filter((name) => text(before[name] ?? null) !== text(after[name] ?? null)).map(
    (name) => `SECTION ${name} changes`,
  );
}

/** Values that another stack imports and that change or go: it would work with another key or role. */
export function exported(before: Template, after: Template): string[] {
  const [had, has] = [exportsOf(before), exportsOf(after)];
  return [...had]
    .filter(([name, value]) => has.get(name) !== value)
    .map(([name]) => `EXPORT ${name} changes`);
}

function exportsOf({ Outputs = {} }: Template): Map<string, string> {
  return new Map(
    Object.values(Outputs).flatMap(({ Value, Export }) => (Export ? [[text(Export.Name), text(Value)]] : [])),
  );
}

const SECTIONS = ['Parameters', 'Conditions', 'Mappings', 'Rules', 'Transform'] as const;
