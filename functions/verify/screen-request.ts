import { Problem, type ProblemCode } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry.ts';
import { isoOf } from '../../shared/policy/age.ts';
import { reasonText } from '../../shared/policy/pack.ts';
import { screen } from '../../shared/policy/screen.ts';
import type { Refusal, Screening } from '../../shared/policy/types.ts';
import { noteProhibited } from '../http/prohibited.ts';
import { entryBase, ruleOf, wordsOf } from './entry-base.ts';
import type { VerifyCall } from './read-call.ts';

/**
 * Refuses, after logging it, what follows from caller, purpose, programme and request alone. Nobody's data is
 * looked up.
 * @throws Problem with rule and reason
 */
export async function screenRequest(call: VerifyCall): Promise<Screening> {
  const screening = screen(call.pack, call.session.caller, call.ask, call.now);
  const refusal = screening.ok ? refusedByProgramme(call) : screening;
  if (screening.ok && !refusal) return screening;
  const { code, rule, reason, alert } = refusal as Refusal;
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

function refusedByProgramme(call: VerifyCall): Refusal | null {
  const { pack, programme, ask, session, today } = call;
  const rule = ruleOf(call);
  const refuse = (code: ProblemCode): Refusal => {
    return { ok: false, code, rule, reason: reasonText(pack, code), alert: false };
  };
  const mayAsk = programme.who.some((role) => session.caller.roles.includes(role));
  if (programme.purpose !== ask.purpose || !mayAsk) return refuse('PURPOSE_NOT_FOR_ROLE');
  const day = isoOf(today);
  return day < programme.from || day > programme.until ? refuse('VALIDITY_ENDED') : null;
}
