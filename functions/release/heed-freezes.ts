import { Problem } from '../../shared/errors.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import { reasonText } from '../../shared/policy/pack/pack.ts';
import type { Screening } from '../../shared/policy/types.ts';
import type { Freeze } from '../../shared/records/freezes.ts';
import { frozenBy, frozenClasses } from '../steps/freezes.ts';
import type { ReleaseCall } from './release-fields.ts';
import { refusalEntry } from './screen.ts';

/**
 * Refuses, after logging it, what is frozen for everybody's record alike; fields of a frozen class are withheld.
 * Nothing was opened so far.
 * @param attempts entries of the attempt, which the refusal completes
 * @returns call and screening as the later steps must see them
 * @throws Problem AGENCY_FROZEN, OFFICER_FROZEN, PURPOSE_FROZEN; CLASS_FROZEN where the decision itself needs the class
 */
export async function heedFreezes(
  call: ReleaseCall,
  screening: Screening,
  freezes: readonly Freeze[],
  attempts: readonly string[],
): Promise<{ call: ReleaseCall; screening: Screening }> {
  const { pack, session, ask } = call;
  const code = frozenBy(freezes, { ...ask, agency: session.caller.clientId });
  const frozen = frozenClasses(freezes);
  const narrowed = frozen.length === 0 ? call : { ...call, ask: { ...ask, frozen } };
  const seen = frozen.length === 0 ? screening : screen(pack, session.caller, narrowed.ask, call.now);
  if (code === null && seen.ok) return { call: narrowed, screening: seen };
  const refused = code ?? (seen.ok ? 'CLASS_FROZEN' : seen.code);
  const rule = pack.grounds.frozen;
  const [attempt] = attempts;
  const refusal = refusalEntry(call, { code: refused, rule });
  await call.deps.log.append([{ ...refusal, ...(attempt !== undefined && { attempt }) }]);
  throw new Problem(refused, { rule, reason: reasonText(pack, refused) });
}
