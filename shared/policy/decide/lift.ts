/**
 * What the departments decided about a release that was on hold. Each decides for its own fields, so a release needs no
 * other department's word and gives nothing of another's.
 */
import type { Pack } from '../pack/pack.ts';
import type { Ask, Caller, Situation } from '../types.ts';
import { type ConsentDecision, verdictOf } from './consent.ts';

export interface Lifted {
  /** The verdict in place of the hold. */
  decision: string;
  /** Whether a field may be released. */
  covers(field: string): boolean;
  /** Log entries of the decisions. */
  entries: readonly string[];
}

/** @returns `null` while no decision lifts the hold, or one of the departments refused */
export function liftOf(
  pack: Pack,
  { decision, reason }: ConsentDecision,
  { caller, ask, situation, now }: { caller: Caller; ask: Ask; situation: Situation; now: number },
): Lifted | null {
  const lifted = verdictOf(pack.consent, decision)?.lifted;
  if (lifted === undefined) return null;
  const said = (situation.lifts ?? []).filter(
    (lift) =>
      lift.agency === caller.clientId &&
      lift.purpose === ask.purpose &&
      lift.reason === reason &&
      now < Date.parse(lift.until),
  );
  if (said.length === 0 || said.some(({ outcome }) => outcome === 'refuse')) return null;
  const departments = new Set(said.flatMap((lift) => lift.departments));
  return {
    decision: lifted,
    covers: (field) => {
      const owners = pack.fields.get(field)?.owners ?? [];
      return owners.length === 0 || owners.some((owner) => departments.has(owner));
    },
    entries: said.map(({ entry }) => entry),
  };
}
