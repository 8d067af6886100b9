import type { SubjectId } from '../../shared/ids.ts';
import { type Areas, areasOf } from '../../shared/keys/areas.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { Deps } from '../deps.ts';

/**
 * Whether one of the areas contains the county or lies within it. The code of an area begins with that of the
 * wider area.
 */
export function touchesCounty(areas: readonly string[], county: string): boolean {
  return areas.some((area) => county.startsWith(area) || area.startsWith(county));
}

/**
 * What tells where in a county people live, for a caller of a part of one. Of other callers the county decides, which is in clear.
 */
export async function placesFor(
  { kms, env }: Pick<Deps<'referenceKey'>, 'kms' | 'env'>,
  { countyDigits }: Pack,
  { areas }: Caller,
): Promise<Areas | null> {
  return areas.some((area) => area.length > countyDigits) ? areasOf(kms, env.referenceKey) : null;
}

/** Whether the person lives in one of the areas, as far as the record says where. */
export function reaches(
  { areas }: Caller,
  { subject, county, area }: { subject: SubjectId; county: string; area: Uint8Array | null },
  places: Areas | null,
): boolean {
  return areas.some((one) => county.startsWith(one) || (area && places?.isWithin(subject, area, one)));
}
