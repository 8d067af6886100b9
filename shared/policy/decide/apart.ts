/** What no agency is at once. */

import type { Pack } from '../pack/pack.ts';
import type { Caller } from '../types.ts';

/** @returns the article by which these roles and departments exclude one another; `null` if none does */
export function apartBy(
  { apart = [] }: Pack,
  { departments, roles }: Pick<Caller, 'departments' | 'roles'>,
): string | null {
  const is = (name: string) => departments.includes(name) || roles.includes(name);
  return apart.find(({ one, other }) => one.some(is) && other.some(is))?.rule ?? null;
}
