import { isClosed } from '../../shared/errors.ts';
import type { SealingKey } from '../../shared/identity/tokens/access-token.ts';
import type { EntryId } from '../../shared/ids.ts';
import { withoutClasses, withoutHybrid } from '../../shared/policy/decide/withhold.ts';
import { mustSealField, mustSealHybrid, type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Ask, Cell, Refusal, Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import type { Session } from '../session/session.ts';
import { findEncryptionKey, isHybrid } from '../steps/encrypt-to.ts';
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
 * @returns the screening without the fields that leave to a hybrid key alone, unless it is one; or a refusal if a field that it
 * lets through may only be sent encrypted and no key is known, or an approval would be spent on less than it gives
 */
export function sealable(
  pack: Pack,
  session: Session,
  { screened, ask, sealTo }: { screened: Screening | Refusal; ask: Ask; sealTo: SealingKey | undefined },
): Screening | Refusal {
  const key = keyOfAnswer(session, sealTo);
  if (!screened.ok || isHybrid(key)) return screened;
  const noKey = ({ rule }: Cell, why: 'NO_ENCRYPTION_KEY' | 'NO_HYBRID_KEY'): Refusal => ({
    ok: false,
    code: 'NO_ENCRYPTION_KEY',
    rule,
    reason: reasonText(pack, why),
    alert: false,
  });
  for (const [field, cell] of screened.cells) {
    if (mustSealHybrid(pack, field, cell)) {
      if (ask.request !== undefined) return noKey(cell, 'NO_HYBRID_KEY');
    } else if (!key && mustSealField(pack, field, cell)) return noKey(cell, 'NO_ENCRYPTION_KEY');
  }
  return withoutHybrid(pack, screened);
}

/** The key to which the answer goes. @param sealTo key of the inquirer, which takes the place of the caller's */
export const keyOfAnswer = ({ agency, page }: Session, sealTo: SealingKey | undefined) =>
  sealTo ?? (page ? page.enc : findEncryptionKey(agency));

const closedIn = ({ withheld }: Screening) => [...withheld.values()].map(({ code }) => code).find(isClosed);

/**
 * Refuses, after logging it, a request under a freeze of agency, officer or purpose. Withholds fields of a
 * frozen class. Nothing has been opened so far.
 * @param closed see `Ask`
 * @param attempts entries of the attempt, which the refusal completes
 * @returns call and screening for the later steps
 * @throws Problem AGENCY_FROZEN, OFFICER_FROZEN, PURPOSE_FROZEN; CLASS_FROZEN, CLASS_UNAVAILABLE or HELD_BY_OWNER if the
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
  const wasted = call.ask.request !== undefined && screening.ok ? closedIn(screening) : undefined;
  if (code === null && screening.ok && wasted === undefined)
    return { call: { ...call, ask: { ...call.ask, frozen, closed } }, screening };
  const refused = code ?? (screening.ok ? (wasted ?? 'CLASS_UNAVAILABLE') : screening.code);
  const rule = isClosed(refused) ? pack.grounds.unknownField : pack.grounds.frozen;
  return refuse(deps.log, refusalBase(call, { attempt }), refusalOf(pack, refused, rule));
}
