/**
 * Budgets. A turn is one check of a recipient. It counts as a miss until it has confirmed a subject, so that even many
 * concurrent checks cannot miss more often than the programme allows. What a caller learns from its budget depends on
 * the answers that it got, and on no other record.
 */

import type { Outcome } from '../../shared/attestation/eligibility.ts';
import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { refuse } from '../steps/refusals.ts';
import { dayText, type FoundSubject, startOf, type VerifyCall } from './call.ts';
import { checkBase, ruleOf } from './log.ts';

export interface Turn {
  /** Answers that confirmed nothing today. */
  missed: number;
  /** The time step at which the answer leaves. */
  steps: number;
}

/** Seconds for which counters are kept after their day, because clocks differ. */
const KEPT = 3600;

/** @throws Problem BUDGET_SPENT, with the seconds until the next day */
export async function startTurn(call: VerifyCall): Promise<Turn> {
  const { deps, programme } = call;
  const { day, misses } = programme.budgets;
  const asked = `asked.${programme.name}`;
  const counters = await count(deps.tables.claims, {
    ...dayCounters(call),
    add: { [asked]: 1, open: 1 },
    below: { [asked]: day, open: misses.stop },
  });
  if (!counters) return refuseSpent(call);
  const missed = counters.get('missed') ?? 0;
  return { missed, steps: 1 + Math.max(0, missed - misses.slow + 1) };
}

/** Takes the miss back if a subject was confirmed. */
export async function endTurn(call: VerifyCall, outcome: Outcome): Promise<void> {
  const confirmed = outcome === 'YES';
  const counters = await count(call.deps.tables.claims, {
    ...dayCounters(call),
    add: confirmed ? { open: -1 } : { missed: 1, [missedOf(call)]: 1 },
  });
  const { alert, stop } = call.programme.budgets.misses;
  // A counter returns each number once, so exactly one of many instances raises the alert. Both counters are compared,
  // because a caller that alternates between programmes must not skip the number of either.
  const missed = [counters?.get('missed'), counters?.get(missedOf(call))];
  if (!confirmed && (missed.includes(alert) || missed.includes(stop))) await raise(call, 'ENUMERATION');
}

function missedOf({ programme }: VerifyCall): string {
  return `missed.${programme.name}`;
}

/** Counts one check of one subject, whatever the programme. @returns whether one was left */
export async function takeSubject(call: VerifyCall, subject: SubjectId): Promise<boolean> {
  const below = { asked: call.programme.budgets.subject };
  return (await countChecks(call, subject, 1, below)) !== null;
}

/** Takes back the counts of a check that the gateway failed to answer. @param found the subject, if it was counted */
export async function undoTurn(call: VerifyCall, found: FoundSubject | null): Promise<void> {
  const { tables } = call.deps;
  const turn = count(tables.claims, { ...dayCounters(call), add: { open: -1 } });
  await Promise.allSettled([turn, found && countChecks(call, found.subject, -1), found?.undo?.()]);
}

function countChecks(call: VerifyCall, subject: SubjectId, n: number, below: Record<string, number> = {}) {
  const { deps, session } = call;
  return count(deps.tables.claims, {
    name: `checks:${session.caller.clientId}:${dayText(call)}:${subject}`,
    add: { asked: n },
    below,
    expires: endOfDay(call) + KEPT,
  });
}

function dayCounters(call: VerifyCall): { name: string; expires: number } {
  const { clientId } = call.session.caller;
  return { name: `turns:${clientId}:${dayText(call)}`, expires: endOfDay(call) + KEPT };
}

function refuseSpent(call: VerifyCall): Promise<never> {
  const seconds = Math.max(1, Math.ceil(endOfDay(call) - call.now / 1000));
  const problem = new Problem('BUDGET_SPENT', { headers: { 'retry-after': String(seconds) } });
  return refuse(call.deps.log, checkBase(call), problem, { rule: ruleOf(call) });
}

async function raise(call: VerifyCall, code: string): Promise<void> {
  const { words: _, ...base } = checkBase(call);
  await call.deps.log.append([{ ...base, kind: 'alert', outcome: 'raised', code, rule: ruleOf(call) }]);
}

export function endOfDay({ pack, today }: VerifyCall): number {
  return startOf(pack, today + 1);
}
