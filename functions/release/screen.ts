import type { EntryId } from '../../shared/ids.ts';
import { withoutClasses } from '../../shared/policy/decide/screen.ts';
import { mustSealField, type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import type { Session } from '../session/session.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { frozenBy, frozenClasses } from '../steps/freezes.ts';
import { refusalOf, refuse, refuseScreened } from '../steps/refusals.ts';
import type { ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/**
 * Makes the refusals that depend on caller, purpose and request alone, after logging them. No record is
 * looked up. A prohibited use also raises an alert, and the second one within a day suspends the agency.
 * @throws Problem with rule and reason
 */
export async function screenRequest(deps: ReleaseDeps, call: ReleaseCall): Promise<Screening> {
  const { screened } = call;
  if (screened.ok) return screened;
  await call.session.replay.claim(call.ask.officer, call.subjects.length);
  return refuseScreened(deps, call, refusalBase(call), screened);
}

/**
 * Depends on the request only. If it depended on the result, the error would reveal that the record exists.
 * @returns the screening, or a refusal if a field that it lets through may only be sent encrypted and no key is known
 */
export function sealable(
  pack: Pack,
  { agency, page }: Session,
  screened: Screening | Refusal,
): Screening | Refusal {
  const isSealable = page ? page.enc !== null : agency.jwks.keys.some(({ use }) => use === 'enc');
  if (!screened.ok || isSealable) return screened;
  for (const [field, cell] of screened.cells) {
    if (!mustSealField(pack, field, cell)) continue;
    return {
      ok: false,
      code: 'NO_ENCRYPTION_KEY',
      rule: cell.rule,
      reason: reasonText(pack, 'NO_ENCRYPTION_KEY'),
      alert: false,
    };
  }
  return screened;
}

const withholdsClosed = ({ withheld }: Screening) =>
  [...withheld.values()].some(({ code }) => code === 'CLASS_UNAVAILABLE');

/**
 * Refuses, after logging it, a request under a freeze of agency, officer or purpose. Withholds fields of a
 * frozen class. Nothing has been opened so far.
 * @param closed classes that KMS opens for no caller
 * @param attempts entries of the attempt, which the refusal completes
 * @returns call and screening for the later steps
 * @throws Problem AGENCY_FROZEN, OFFICER_FROZEN, PURPOSE_FROZEN; CLASS_FROZEN or CLASS_UNAVAILABLE if the
 * decision itself needs the class
 */
export async function refuseFrozen(
  deps: ReleaseDeps,
  call: ReleaseCall,
  ceiling: Screening,
  freezes: readonly Freeze[],
  closed: readonly string[],
  [attempt]: readonly EntryId[],
): Promise<{ call: ReleaseCall; screening: Screening }> {
  const { pack, session } = call;
  const { clientId: agency } = session.caller;
  const code = frozenBy(freezes, { ...call.ask, agency });
  const frozen = frozenClasses(freezes);
  const screening = withoutClasses(pack, ceiling, { frozen, closed });
  // An approval may serve once, so it is not spent on less than it gives.
  const wasted = call.ask.request !== undefined && screening.ok && withholdsClosed(screening);
  if (code === null && screening.ok && !wasted)
    return { call: { ...call, ask: { ...call.ask, frozen, closed } }, screening };
  const refused = code ?? (screening.ok ? 'CLASS_UNAVAILABLE' : screening.code);
  const rule = refused === 'CLASS_UNAVAILABLE' ? pack.grounds.unknownField : pack.grounds.frozen;
  return refuse(deps.log, refusalBase(call, { attempt }), refusalOf(pack, refused, rule));
}
