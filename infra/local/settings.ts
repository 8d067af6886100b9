/** The settings that the stack would put into the functions' environment, for this machine. */
import type { Env, EnvName } from '../../shared/env.ts';
import type { KeyRing, KeySpec } from './kms/keys.ts';

const KEYS: readonly (readonly [EnvName, string, KeySpec])[] = [
  ['indexKey', 'index', 'HMAC_256'],
  ['referenceKey', 'reference', 'HMAC_256'],
  ['tokenKey', 'token', 'ECC_NIST_P256'],
  ['writerKey', 'writer', 'ECC_NIST_EDWARDS25519'],
];

/** All settings; keys that do not exist yet are made. */
export function localSettings(
  url: string,
  ring: KeyRing,
  tables: ReadonlyMap<EnvName, string>,
  classes: Iterable<string>,
): Env<EnvName> {
  const settings = new Map<EnvName, string>([['publicUrl', url], ...tables]);
  for (const [name, alias, spec] of KEYS) {
    settings.set(name, ring.ensure(`alias/fieldgate/${alias}`, spec).arn);
  }
  const classKeys: Record<string, string> = Object.create(null);
  for (const name of classes) {
    classKeys[name] = ring.ensure(`alias/fieldgate/class/${name}`, 'SYMMETRIC_DEFAULT').arn;
  }
  settings.set('classKeys', JSON.stringify(classKeys));
  return Object.fromEntries(settings) as Env<EnvName>;
}

/** Exactly the named settings, as a function's own environment would hold them. */
export function pick<Names extends EnvName>(all: Env<EnvName>, names: readonly Names[]): Env<Names> {
  return Object.fromEntries(names.map((name) => [name, all[name]])) as Env<Names>;
}
