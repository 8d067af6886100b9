import type { Pack } from './pack.ts';
import type { Ask, Caller, Situation } from './types.ts';

/**
 * Whether a request ends by what stands in clear: a freeze, or a county that no area of the caller touches. Then
 * nothing need be opened for the decision, which will be a refusal.
 */
export function endsInClear(
  pack: Pack,
  caller: Caller,
  ask: Ask,
  { frozen, county }: Pick<Situation, 'frozen' | 'county'>,
): boolean {
  if (frozen) return true;
  if (pack.purposes.get(ask.purpose)?.area !== 'own') return false;
  const touches = (area: string) =>
    area !== '' && county !== null && (county.startsWith(area) || area.startsWith(county));
  return !caller.areas.some(touches);
}
