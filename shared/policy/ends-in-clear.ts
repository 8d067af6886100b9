import type { Pack } from './pack/pack.ts';
import type { Ask, Caller, Situation } from './types.ts';

/**
 * Whether a request ends by what stands in clear: a freeze, a county that no area of the caller touches, or that
 * nothing is approved of the subject where the purpose needs that. Then nothing need be opened for the decision,
 * which will be a refusal.
 */
export function endsInClear(
  pack: Pack,
  caller: Caller,
  ask: Ask,
  { frozen, county, approval }: Pick<Situation, 'frozen' | 'county' | 'approval'>,
): boolean {
  const purpose = pack.purposes.get(ask.purpose);
  if (frozen || (purpose?.approval === 'four-eyes' && !approval)) return true;
  if (purpose?.area !== 'own') return false;
  const touches = (area: string) =>
    area !== '' && county !== null && (county.startsWith(area) || area.startsWith(county));
  return !caller.areas.some(touches);
}
