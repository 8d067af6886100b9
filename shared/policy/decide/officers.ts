/** Officers whom a case or a consent names: a name means the people who were known by it. */

import { sameText } from '../value/conditions.ts';

export interface NamedOfficers {
  officers: readonly string[];
  /** The people (words of those who have logged in) whom alone a name means; a name without them means each who uses it. */
  known?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * A name that the office only claims is none of the people whom the name means: it grants what no person alone may do.
 * @param person the word of the person who has logged in as this officer; `null` for a name that the office claims
 */
export function isOfficer(
  { officers, known = {} }: NamedOfficers,
  officer: string | undefined,
  person: string | null,
): boolean {
  if (officer === undefined) return false;
  const meant = new Map(Object.entries(known));
  const means = (name: string) => meant.get(name)?.includes(person ?? '') ?? true;
  return officers.some((name) => sameText(name, officer) && means(name));
}
