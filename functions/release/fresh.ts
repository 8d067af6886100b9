/** A recent login for what a person asks of a restricted class. It depends on the request alone, as its screening does. */

import { screenOnce } from '../../shared/policy/decide/screen-once.ts';
import { mustSealField, type Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask, Refusal, Screening } from '../../shared/policy/types.ts';
import { isFresh, requireFresh } from '../session/fresh.ts';
import type { Session } from '../session/session.ts';
import { weighStated } from '../steps/stated.ts';

interface Asked {
  pack: Pack;
  session: Session;
}

/** As `weighStated`, which may write, once the login is recent enough. @throws Problem STEP_UP_REQUIRED */
export async function weighFresh(
  deps: Parameters<typeof weighStated>[0],
  about: Asked & { ask: Ask },
): Promise<Ask> {
  const { pack, session, ask } = about;
  const now = deps.now();
  if (session.person && (session.weak || !isFresh(session.person, now)))
    requireFreshFor(about, screenOnce(pack, session.caller, ask, now), now);
  return weighStated(deps, about);
}

/** @throws Problem STEP_UP_REQUIRED if the screening lets a restricted class through */
export function requireFreshFor({ pack, session }: Asked, screened: Screening | Refusal, now: number): void {
  const gives = screened.ok && [...screened.cells].some(([name, cell]) => mustSealField(pack, name, cell));
  requireFresh(session, { of: 'restricted', applies: gives, now });
}
