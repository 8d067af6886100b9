import { Problem, type ProblemCode } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import { isoOf } from '../../shared/policy/value/age.ts';
import type { Freeze } from '../../shared/records/casework/casework.ts';
import { frozenClasses, frozenRefusal } from '../steps/freezes.ts';
import { noteProhibited } from '../steps/refusals.ts';
import type { VerifyCall } from './call.ts';
import { entryBase, ruleOf, wordsOf } from './log.ts';

/**
 * Refuses, after logging it, what follows from caller, purpose, programme and request alone. Nobody's data is
 * looked up.
 * @throws Problem with rule and reason
 */
export async function screenRequest(call: VerifyCall, freezes: readonly Freeze[]): Promise<Screening> {
  const screening = screenCall(call, freezes);
  if (screening.ok) return screening;
  const { code, rule, reason, alert } = screening;
  const entry: NewEntry = {
    ...entryBase(call),
    kind: alert ? 'prohibited' : 'denial',
    outcome: 'refused',
    code,
    rule,
    words: wordsOf(call),
  };
  await call.deps.log.append(alert ? [entry, { ...entry, kind: 'alert', outcome: 'raised' }] : [entry]);
  if (alert) await noteProhibited(call.deps, entry, call.pack.grounds.frozen, call.now);
  throw new Problem(code, { rule, reason });
}

export function screenCall(call: VerifyCall, freezes: readonly Freeze[]): Screening | Refusal {
  const screening = screen(call.pack, call.session.caller, call.ask, call.now);
  if (!screening.ok) return screening;
  return refusedByProgramme(call) ?? refusedByFreeze(call, freezes) ?? screening;
}

/** What is frozen for everybody's record alike; a programme that reads a frozen class can't be answered. */
function refusedByFreeze(
  { pack, ask, session, programme }: VerifyCall,
  freezes: readonly Freeze[],
): Refusal | null {
  const refusal = frozenRefusal(pack, freezes, { ...ask, agency: session.caller.clientId });
  const reads = frozenClasses(freezes).some((name) => programme.classes.includes(name));
  return refusal ?? (reads ? refuse(pack, 'CLASS_FROZEN', pack.grounds.frozen) : null);
}

function refusedByProgramme(call: VerifyCall): Refusal | null {
  const { pack, programme, ask, session, today } = call;
  const mayAsk = programme.who.some((role) => session.caller.roles.includes(role));
  if (programme.purpose !== ask.purpose || !mayAsk) return refuse(pack, 'PURPOSE_NOT_FOR_ROLE', ruleOf(call));
  const day = isoOf(today);
  const isOpen = programme.from <= day && day <= programme.until;
  return isOpen ? null : refuse(pack, 'VALIDITY_ENDED', ruleOf(call));
}

function refuse(pack: Pack, code: ProblemCode, rule: string): Refusal {
  return { ok: false, code, rule, reason: reasonText(pack, code), alert: false };
}
