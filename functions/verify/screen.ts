import { screen } from '../../shared/policy/decide/screen.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal, RefusalCode, Screening } from '../../shared/policy/types.ts';
import { isoOf } from '../../shared/policy/value/age.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { frozenClasses, frozenRefusal } from '../steps/freezes.ts';
import { refuseScreened } from '../steps/refusals.ts';
import type { VerifyCall } from './call.ts';
import { checkBase, ruleOf } from './log.ts';

/**
 * Makes the refusals that depend on caller, purpose, programme and request alone, after logging them. No
 * record is looked up.
 * @throws Problem with rule and reason
 */
export async function screenRequest(call: VerifyCall, freezes: readonly Freeze[]): Promise<Screening> {
  const screening = screenCall(call, freezes);
  return screening.ok ? screening : refuseScreened(call.deps, call, checkBase(call), screening);
}

export function screenCall(call: VerifyCall, freezes: readonly Freeze[]): Screening | Refusal {
  const screening = screen(call.pack, call.session.caller, call.ask, call.now);
  if (!screening.ok) return screening;
  return refusedByProgramme(call) ?? refusedByFreeze(call, freezes) ?? screening;
}

/** Freezes that hold for every subject. A programme that reads a frozen class cannot be answered. */
function refusedByFreeze(
  { pack, ask, session, programme }: VerifyCall,
  freezes: readonly Freeze[],
): Refusal | null {
  const refusal = frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId });
  const reads = frozenClasses(freezes).some((name) => programme.classes.includes(name));
  return refusal ?? (reads ? refused(pack, 'CLASS_FROZEN', pack.grounds.frozen) : null);
}

function refusedByProgramme(call: VerifyCall): Refusal | null {
  const { pack, programme, ask, session, today } = call;
  const { clientId, roles } = session.caller;
  const listed = programme.recipients?.includes(clientId) ?? true;
  const mayAsk = listed && programme.who.some((role) => roles.includes(role));
  if (programme.purpose !== ask.purpose || !mayAsk)
    return refused(pack, 'PURPOSE_NOT_FOR_ROLE', ruleOf(call));
  const day = isoOf(today);
  const isOpen = programme.from <= day && day <= (programme.until ?? day);
  return isOpen ? null : refused(pack, 'VALIDITY_ENDED', ruleOf(call));
}

function refused(pack: Pack, code: RefusalCode, rule: string): Refusal {
  return { ok: false, code, rule, reason: reasonText(pack, code), alert: false };
}
