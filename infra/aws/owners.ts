import type { Stack } from 'aws-cdk-lib';
import type { OwnKeys } from '../../shared/env.ts';
import type { PackShape } from './bundle/pack-shape.ts';
import type { Settings } from './settings.ts';

/**
 * The keys of departments with accounts of their own, by class, of those classes that a function uses.
 * @throws Error for a department without fields, or a key that does not say after which version the department's own comes
 */
export function ownersOf(
  { ownKeyOf, keyOf }: PackShape,
  settings: Settings,
  classes: readonly string[],
  stack: Stack,
): OwnKeys {
  const owners: Record<string, OwnKeys['of'][string]> = {};
  for (const [owner, { account, after = {} }] of Object.entries(settings.owners ?? {})) {
    const own = ownKeyOf.get(owner);
    if (!own?.size) throw new Error(`owners: "${owner}" is no department with fields`);
    const ids = classes.flatMap((name) => {
      const [key, ours = ''] = [own.get(name), keyOf.get(name)];
      if (key === undefined) return [];
      const first = after[ours] ?? 1;
      if (after[ours] === undefined && (settings.classKeys?.[ours]?.to ?? 1) > 1)
        throw new Error(`owners: after how many versions of the key "${ours}" does that of ${owner} come?`);
      return [[name, `${first} ${key === name ? '.' : key}`] as const];
    });
    if (ids.length > 0) owners[owner] = { account, ids: Object.fromEntries(ids) };
  }
  const [head = '', tail = ''] = stack
    .formatArn({ service: 'kms', account: '*', resource: `alias/fieldgate-${settings.environment}/` })
    .split('*');
  return { head, tail, of: owners };
}

/** All keys of an account of these departments: which of them a role may use, their own policies say. */
export function ownKeysOf({ owners = {} }: Settings, of: readonly string[], stack: Stack): string[] {
  const accounts = new Set(of.flatMap((owner) => owners[owner]?.account ?? []));
  const any = { service: 'kms', resource: 'key', resourceName: '*' };
  return [...accounts].map((account) => stack.formatArn({ ...any, account }));
}
