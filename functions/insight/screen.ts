import { Problem } from '../../shared/errors.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask, Screening } from '../../shared/policy/types.ts';
import { wordsOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { currentFreezes, frozenRefusal } from '../steps/freezes.ts';
import { noteProhibited } from '../steps/refusals.ts';
import type { InsightDeps } from './deps.ts';

/** One request about many people. */
export interface InsightCall {
  deps: InsightDeps;
  pack: Pack;
  session: Session;
  now: number;
}

type Words = { officer?: string | undefined; case?: string | undefined; reason?: string | undefined };

export function askOf(
  { session, pack }: InsightCall,
  route: string,
  { officer, case: no, reason }: Words = {},
): Ask {
  const words = wordsOf(session, { officer, case: no, reason });
  return {
    purpose: session.grant.purpose ?? '',
    collection: pack.collection,
    subjects: 1,
    route,
    ...(words.officer !== undefined && { officer: words.officer }),
    ...(words.reason !== undefined && { reason: words.reason }),
    ...(words.case !== undefined && { case: words.case }),
    ...(session.evidence && { signed: true }),
  };
}

/** Refuses, after logging it, before anybody is looked up. @throws Problem with rule and reason */
export async function screenInsight(
  { deps, pack, session, now }: InsightCall,
  ask: Ask,
  base: Omit<NewEntry, 'kind'>,
): Promise<Screening> {
  const screening = screen(pack, session.caller, ask, now);
  const asking = { ...ask, agency: session.caller.clientId };
  const refusal = screening.ok ? frozenRefusal(pack, await currentFreezes(deps), asking) : screening;
  if (refusal === null && screening.ok) return screening;
  if (refusal === null) throw new Problem('INTERNAL');
  const { code, rule, reason, alert } = refusal;
  const kind = alert ? ('prohibited' as const) : ('denial' as const);
  const entry: NewEntry = { ...base, kind, outcome: 'refused', code, rule };
  await deps.log.append(alert ? [entry, { ...entry, kind: 'alert', outcome: 'raised' }] : [entry]);
  if (alert) await noteProhibited(deps, entry, pack.grounds.frozen, now);
  throw new Problem(code, { rule, reason });
}
