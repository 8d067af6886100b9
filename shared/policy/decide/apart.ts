/** What no agency is at once. */

import type { Pack } from '../pack/pack.ts';
import type { Caller } from '../types.ts';

/** @returns the article by which these roles, departments and actions exclude one another; `null` if none does */
export function apartBy(
  { apart = [] }: Pack,
  { departments, roles, actions }: Pick<Caller, 'departments' | 'roles'> & { actions: readonly string[] },
): string | null {
  const held = new Set([...departments, ...roles, ...actions]);
  const is = (name: string) => held.has(name);
  return apart.find(({ one, other }) => one.some(is) && other.some(is))?.rule ?? null;
}
