/** What a suspended agency may still do, and who lifts the suspension. */

import type { ActName } from '../../shared/acts.ts';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import type { Text } from '../../shared/language.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** Actions that stop after attempts at prohibited uses. Casework continues, because an agency owes it to others. */
const STOPPED: ReadonlySet<string> = new Set(['release', 'verify']);

/** @param actions what is asked for: one of these stops it. A suspension by a steward stops everything. */
export function isSuspended({ suspended, locked }: Agency, actions: readonly string[]): boolean {
  return suspended && (locked !== true || actions.some((action) => STOPPED.has(action)));
}

/** @throws Problem AGENCY_SUSPENDED, with who lifts it, if the act is stopped */
export function refuseSuspended(agency: Agency, pack: Pack, act: ActName): void {
  const actions = pack.acts.get(act)?.who.flatMap((way) => way.actions) ?? [];
  if (isSuspended(agency, actions)) throw suspendedProblem(agency);
}

export function suspendedProblem(agency: Pick<Agency, 'locked'>): Problem {
  return new Problem('AGENCY_SUSPENDED', { detail: suspensionOf(agency) });
}

export function suspensionOf({ locked }: Pick<Agency, 'locked'>): Text {
  return locked ? commonTexts.lockedAgency : commonTexts.suspendedAgency;
}
