import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { touchesCounty } from './reach.ts';

type Staying = { roles: readonly string[]; institution?: string | undefined };

/** Whether a person stays there: an institution, or an office of a role that the pack lists as such. */
export function isPlace({ casework }: Pack, { institution, roles }: Staying): boolean {
  const places = casework?.inquiries.guarded.places ?? [];
  return institution !== undefined || roles.some((role) => places.includes(role));
}

/** Whether that an office has to do with a person reveals where the person is. @param areas those of the reader */
export function revealsPlace(pack: Pack, agency: Agency, areas: readonly string[]): boolean {
  return isPlace(pack, agency) || !agency.areas.some((area) => touchesCounty(areas, area));
}
