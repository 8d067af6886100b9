import { defined } from '../../shared/defined.ts';
import type { EntryId } from '../../shared/ids.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { mustSeal, type Pack } from '../../shared/policy/pack/pack.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { type CallBase, type EntryBase, entryBase, ownersOf } from '../steps/entry-base.ts';
import { frozenBy, frozenClasses } from '../steps/freezes.ts';
import { refusalOf, refuse, refuseScreened } from '../steps/refusals.ts';
import type { ReleaseCall } from './call.ts';

/**
 * Makes the refusals that depend on caller, purpose and request alone, after logging them. No record is
 * looked up. A prohibited use also raises an alert, and the second one within a day suspends the agency.
 * @throws Problem with rule and reason
 */
export async function screenRequest(call: ReleaseCall): Promise<Screening> {
  const { screened } = call;
  const screening = screened.ok ? (unsealable(call, screened) ?? screened) : screened;
  if (screening.ok) return screening;
  await call.session.replay.claim(call.ask.officer, call.subjects.length);
  return refuseScreened(call, refusalBase(call), screening);
}

/** Depends on the request only. If it depended on the result, the error would reveal that the record exists. */
function unsealable({ pack, session }: ReleaseCall, { cells }: Screening): Refusal | null {
  if (session.agency.jwks.keys.some(({ use }) => use === 'enc')) return null;
  for (const [field, cell] of cells) {
    if (!mustSeal(pack, new Map([[field, { cell }]]))) continue;
    const reason = 'This data is only sent encrypted, and the agency has registered no encryption key.';
    return { ok: false, code: 'NO_ENCRYPTION_KEY', rule: cell.rule, reason, alert: false };
  }
  return null;
}

/** The entry of a refusal that does not depend on the subject. @param about the id that the entry refers to */
export function refusalBase(
  call: ReleaseCall,
  about: { attempt?: EntryId | undefined; about?: string | undefined } = {},
): EntryBase {
  const { pack, ask } = call;
  return {
    ...releaseBase(call),
    owners: ownersAsked(pack, ask.fields ?? pack.fields.keys()),
    ...defined(about),
  };
}

export function releaseBase(call: ReleaseCall): CallBase {
  const { pack, ask } = call;
  return { ...entryBase(call), operation: pack.purposes.get(ask.purpose)?.operation ?? 'provide' };
}

/** The owners of the fields; all owners of the pack if it knows none of the fields. */
export function ownersAsked(pack: Pack, fields: Iterable<string>): string[] {
  const owners = ownersOf(pack, fields);
  return owners.length > 0 ? owners : ownersOf(pack, pack.fields.keys());
}

/**
 * Refuses, after logging it, a request under a freeze of agency, officer or purpose. Withholds fields of a
 * frozen class. Nothing has been opened so far.
 * @param attempts entries of the attempt, which the refusal completes
 * @returns call and screening for the later steps
 * @throws Problem AGENCY_FROZEN, OFFICER_FROZEN, PURPOSE_FROZEN; CLASS_FROZEN if the decision itself needs
 * the class
 */
export async function refuseFrozen(
  call: ReleaseCall,
  ceiling: Screening,
  freezes: readonly Freeze[],
  [attempt]: readonly EntryId[],
): Promise<{ call: ReleaseCall; screening: Screening }> {
  const { pack, session, deps } = call;
  const code = frozenBy(freezes, { ...call.ask, agency: session.caller.clientId });
  const frozen = frozenClasses(freezes);
  const ask = frozen.length === 0 ? call.ask : { ...call.ask, frozen };
  const screening = frozen.length === 0 ? ceiling : screen(pack, session.caller, ask, call.now);
  if (code === null && screening.ok) return { call: { ...call, ask }, screening };
  const refused = code ?? (screening.ok ? 'CLASS_FROZEN' : screening.code);
  return refuse(deps.log, refusalBase(call, { attempt }), refusalOf(pack, refused, pack.grounds.frozen));
}
