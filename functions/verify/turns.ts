/**
 * Budgets. A turn is one check of a recipient. It counts as a miss until it has confirmed somebody, so that
 * even many checks at once can't miss more often than the programme allows. What a caller is told depends on
 * answers that it got, never on anybody it did not get an answer about.
 */

import type { Outcome } from '../../shared/attestation/eligibility.ts';
import { Problem } from '../../shared/errors.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { dayText, type FoundSubject, startOf, type VerifyCall } from './call.ts';
import { entryBase, ruleOf, wordsOf } from './log.ts';

export interface Turn {
  /** Answers of this day that confirmed nothing. */
  missed: number;
  /** At which step the answer leaves. */
  steps: number;
}

/** Seconds that counters stay after their day, for clocks that differ. */
const KEPT = 3600;

/** @throws Problem BUDGET_SPENT, with the seconds until the next day */
export async function takeTurn(call: VerifyCall): Promise<Turn> {
  const { deps, programme } = call;
  const { day, misses } = programme.budgets;
  const asked = `asked.${programme.name}`;
  const counters = await count(deps.tables.claims, {
    ...dayCounters(call),
    add: { [asked]: 1, open: 1 },
    below: { [asked]: day, open: misses.stop },
  });
  if (!counters) throw await spent(call);
  const missed = counters.get('missed') ?? 0;
  return { missed, steps: 1 + Math.max(0, missed - misses.slow + 1) };
}

/** Gives the miss back where somebody was confirmed. */
export async function endTurn(call: VerifyCall, outcome: Outcome): Promise<void> {
  const confirmed = outcome === 'YES';
  const counters = await count(call.deps.tables.claims, {
    ...dayCounters(call),
    add: confirmed ? { open: -1 } : { missed: 1, [missedOf(call)]: 1 },
  });
  const { alert, stop } = call.programme.budgets.misses;
  // A counter hands out each number once, so of many instances exactly one raises the alert. Both are looked at:
  // whoever takes turns between programmes must not step over a number.
  const missed = [counters?.get('missed'), counters?.get(missedOf(call))];
  if (!confirmed && (missed.includes(alert) || missed.includes(stop))) await raise(call, 'ENUMERATION');
}

function missedOf({ programme }: VerifyCall): string {
  return `missed.${programme.name}`;
}

/** One check of one subject, whatever the programme. @returns whether there is one left */
export async function takeSubject(call: VerifyCall, subject: string): Promise<boolean> {
  const below = { asked: call.programme.budgets.subject };
  return (await countChecks(call, subject, 1, below)) !== null;
}

/** Gives back what a check took that the gateway failed to answer. @param found where the subject was reached */
export async function dropTurn(call: VerifyCall, found: FoundSubject | null): Promise<void> {
  const { tables } = call.deps;
  const turn = count(tables.claims, { ...dayCounters(call), add: { open: -1 } });
  await Promise.allSettled([turn, found && countChecks(call, found.subject, -1), found?.giveBack?.()]);
}

function countChecks(call: VerifyCall, subject: string, n: number, below: Record<string, number> = {}) {
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

async function spent(call: VerifyCall): Promise<Problem> {
  await call.deps.log.append([
    {
      ...entryBase(call),
      kind: 'denial',
      outcome: 'refused',
      code: 'BUDGET_SPENT',
      rule: ruleOf(call),
      words: wordsOf(call),
    },
  ]);
  const seconds = Math.max(1, Math.ceil(endOfDay(call) - call.now / 1000));
  return new Problem('BUDGET_SPENT', { headers: { 'retry-after': String(seconds) } });
}

async function raise(call: VerifyCall, code: string): Promise<void> {
  await call.deps.log.append([
    { ...entryBase(call), kind: 'alert', outcome: 'raised', code, rule: ruleOf(call) },
  ]);
}

export function endOfDay({ pack, today }: VerifyCall): number {
  return startOf(pack, today + 1);
}
