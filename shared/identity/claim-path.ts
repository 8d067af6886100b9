import type { Json } from '../json.ts';
import type { Claims } from './jws.ts';

/**
 * @param name a claim as it is called, whatever characters it has, or the way to one in an object.
 * @returns its value; `undefined` when it is not there.
 */
export function readClaim(claims: Claims, name: string | readonly string[]): Json | undefined {
  const [first = '', ...rest] = typeof name === 'string' ? [name] : name;
  let value = claims.get(first);
  for (const member of rest) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, member) ? value[member] : undefined;
  }
  return value;
}

/** A list of texts, or `null` for anything else: a list with something else in it is no list of names. */
export function textsOf(value: Json | undefined): string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}
