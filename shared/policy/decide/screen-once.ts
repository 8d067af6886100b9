import type { Pack } from '../pack/pack.ts';
import type { Ask, Caller, Refusal, Screening } from '../types.ts';
import { screen } from './screen.ts';

/**
 * As `screen`. A request is screened before the look-ups and again by the decision about each person, with one outcome.
 * @param ask is not changed afterwards
 */
export function screenOnce(pack: Pack, caller: Caller, ask: Ask, now: number): Screening | Refusal {
  const last = screened.get(ask);
  if (last?.pack === pack && last.caller === caller && last.now === now) return last.outcome;
  const outcome = screen(pack, caller, ask, now);
  screened.set(ask, { pack, caller, now, outcome });
  return outcome;
}

interface Screened {
  pack: Pack;
  caller: Caller;
  now: number;
  outcome: Screening | Refusal;
}

const screened = new WeakMap<Ask, Screened>();
