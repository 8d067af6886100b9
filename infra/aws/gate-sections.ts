import { GUARDS, HELD, UNGUARDED } from './gate-guards.ts';
import { text } from './permissions.ts';
import type { Resource, Template } from './template.ts';

/** Properties that protect something and change. */
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
  const guards = GUARDS[Type] ?? [];
  const all = new Set([...Object.keys(Properties), ...Object.keys(next)]).difference(UNGUARDED);
  const names = guards.includes('*') ? [...all].sort() : guards;
  const changed = names.filter((name) => text(Properties[name] ?? null) !== text(next[name] ?? null));
  if (Type !== 'AWS::Lambda::Function') return changed;
  // Settings decide who may call, whose tokens count, and what is public.
  const [had, has] = [Properties, next].map((one) => one['Environment']?.Variables ?? {});
  const settings = [...new Set([...Object.keys(had), ...Object.keys(has)])].sort();
  return [
    ...changed,
    ...settings
      .filter((name) => text(had[name] ?? null) !== text(has[name] ?? null))
      .map((name) => `setting ${name}`),
  ];
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

const SECTIONS = ['Parameters', 'Conditions', 'Mappings', 'Rules', 'Transform'] as const;

/** Methods of the API that no longer demand a signature, and new ones that demand none where others do. */
export function unsigned(before: Template, after: Template): string[] {
  const [had, has] = [methodsOf(before), methodsOf(after)];
  if (![...had.values()].includes(true)) return [];
  return [...has]
    .filter(([name, signed]) => !signed && had.get(name) !== false)
    .map(([name]) => `UNSIGNED ${name}`);
}

/** Path and method to whether a signature is demanded. An empty requirement among others demands none. */
function methodsOf({ Resources }: Template): Map<string, boolean> {
  const bodies = Object.values(Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::ApiGateway::RestApi' ? [Properties?.['Body']?.paths ?? {}] : [],
  );
  return new Map(
    bodies.flatMap((paths: Record<string, Record<string, { security?: object[] }>>) =>
      Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods)
          // The pre-flight of a browser is never signed.
          .filter(([method]) => method !== 'options')
          .map(([method, { security = [] }]) => {
            const signed = security.length > 0 && security.every((one) => Object.keys(one).length > 0);
            return [`${method} ${path}`, signed] as const;
          }),
      ),
    ),
  );
}
