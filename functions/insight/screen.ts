import { defined } from '../../shared/defined.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask, Screening } from '../../shared/policy/types.ts';
import { evidenceWord, handlerOf, officerOf, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { type CallBase, type EntryBase, entryBase } from '../steps/entry-base.ts';
import { currentFreezes, frozenRefusal } from '../steps/freezes.ts';
import { refuseScreened } from '../steps/refusals.ts';
import { weighStated } from '../steps/stated.ts';
import type { InsightDeps } from './deps.ts';

/** One request about many people. */
export interface InsightCall {
  deps: InsightDeps;
  pack: Pack;
  session: Session;
  now: number;
}

type Words = { officer?: string | undefined; case?: string | undefined; reason?: string | undefined };

export function askOf({ session, pack }: InsightCall, route: string, words: Words = {}): Ask {
  return {
    purpose: session.grant.purpose ?? '',
    collection: pack.collection,
    subjects: 1,
    route,
    ...wordsOf(session, words),
    ...officerOf(session),
    ...defined({ signed: session.evidence ? true : undefined }),
  };
}

/** The members that every entry of a call shares. @param request digest of the request */
export function insightBase({ pack, session }: InsightCall, ask: Ask, request: string): CallBase {
  return entryBase({ pack, ask, handler: handlerOf(session), evidence: evidenceWord(session), request });
}

/** Refuses, after logging it and before any lookup. @throws Problem with rule and reason */
export async function screenInsight(call: InsightCall, asked: Ask, base: EntryBase): Promise<Screening> {
  const { deps, pack, session, now } = call;
  const ask = await weighStated(deps, { pack, session, ask: asked });
  const screening = screen(pack, session.caller, ask, now);
  if (!screening.ok) return refuseScreened(deps, { ...call, ask }, base, screening);
  const scope = { ...ask, agency: session.caller.clientId };
  const frozen = frozenRefusal(pack, await currentFreezes(deps), scope);
  return frozen ? refuseScreened(deps, { ...call, ask }, base, frozen) : screening;
}
