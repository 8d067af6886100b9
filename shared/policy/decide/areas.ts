/** Areas whose codes do not begin with the code of the area that holds them. */

import type { Pack } from '../pack/pack.ts';

/**
 * @returns the codes, with those that the pack lists under one in its place, down to the last. So all else compares
 * codes by how they begin.
 */
export function areasWithin(
  { areasUnder }: Pick<Pack, 'areasUnder'>,
  areas: readonly string[],
): readonly string[] {
  if (areasUnder === undefined) return areas;
  const open = (area: string): readonly string[] =>
    Object.hasOwn(areasUnder, area) ? (areasUnder[area] ?? []).flatMap(open) : [area];
  return [...new Set(areas.flatMap(open))];
}
