/**
 * Budgets of misses: see `MissRules`. One item holds an agency's counters of a day. One conditional update both checks
 * and counts, before the answer and with equal calls for a hit and a miss. Once a budget is spent, no request is answered,
 * so that concurrent guesses find no more than guesses one by one.
 */

import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import { type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import { type MissLimits, shareOf } from '../../shared/policy/pack/parts.ts';
import type { EngineReason } from '../../shared/policy/pack/reasons.ts';
import { dayOf, isoOf } from '../../shared/policy/value/age.ts';
import { type Counting, count } from '../../shared/records/limits/counters.ts';
import type { Deps } from '../deps.ts';
import { untilStep } from '../http/deadline.ts';
import type { Session } from '../session/session.ts';
import type { EntryBase } from './entry-base.ts';
import { refuse } from './refusals.ts';

interface MissBudget {
  /** Counter of the agency's item. */
  counter: string;
  limits: MissLimits;
}

/** Whose misses are counted, and against which budgets. */
export interface Asker {
  deps: Pick<Deps<'claimsTable'>, 'tables'> & { log: Pick<LogWriter, 'append'> };
  pack: Pack;
  clientId: string;
  budgets: readonly MissBudget[];
  /** What is said of a budget that counts something else than misses. */
  says?: { rule: string; reason: EngineReason; alert: string };
  /** The entry of a refusal by a function that may write no denial. */
  refusal?: NewEntry | undefined;
  /** Epoch milliseconds. */
  now: number;
}

export interface MissCount {
  /** A budget is spent; then nothing was counted. */
  spent: boolean;
  /** This count reached a number at which a security officer is called. */
  noticed: boolean;
  /** Time steps after which the answer leaves. */
  steps: number;
}

export type Asking = Pick<Asker, 'deps' | 'now'> & { session: Pick<Session, 'act' | 'caller' | 'person'> };

/** @returns `null` if the row of the session's act names no limit of misses */
export function askerOf(
  { deps, session, now }: Asking,
  { officer, purpose }: { officer?: string | undefined; purpose?: string | undefined },
): Asker | null {
  const { name, pack } = session.act;
  const { clientId } = session.caller;
  if (!pack.misses || !pack.acts.get(name)?.limits.includes('misses')) return null;
  // A day's spent budget must not stop an emergency.
  const urgent = pack.purposes.get(purpose ?? '')?.approval === 'afterwards';
  return {
    deps,
    pack,
    clientId,
    now,
    budgets: askBudgets(pack, officerKey(officer, session.person), urgent),
  };
}

/**
 * Of an act with a budget of its own: its answer says nothing of its subjects, or a leak may be of strangers.
 * @param officer who spends it, by name
 */
export function ownAskerOf(
  { deps, session, now }: Asking,
  kind: OwnBudget,
  officer: string | undefined,
): Asker | null {
  const { pack } = session.act;
  const budgets = ownBudgets(pack, kind, officerKey(officer, session.person));
  return budgets.length > 0 ? { deps, pack, clientId: session.caller.clientId, now, budgets } : null;
}

type OwnBudget = 'requests' | 'leaks' | 'seconds' | 'checks';

/**
 * The words of second people are counted for each person alone. Of any other budget the office has one, of which one person may
 * spend a share.
 * @param officer see `officerKey`
 * @param counter of the office
 */
export function ownBudgets(
  { misses }: Pack,
  kind: OwnBudget,
  officer: string | undefined,
  counter: string = kind,
): MissBudget[] {
  if (!misses) return [];
  const own = officer === undefined ? counter : counterOf(counter, officer);
  if (own === counter || kind === 'seconds') return [{ counter: own, limits: misses[kind] }];
  return [
    { counter, limits: misses[kind] },
    { counter: own, limits: shareOfMisses({ misses }, misses[kind]) },
  ];
}

/** What one person may spend of a budget of the office, which has thresholds of its own. */
export function shareOfMisses(pack: Pick<Pack, 'misses'>, { stop }: Pick<MissLimits, 'stop'>): MissLimits {
  const share = shareOf(pack, stop);
  return { alert: share, slow: Infinity, stop: share };
}

/** Of a person's own budget. */
export const counterOf = (kind: string, person: string) => `${kind}.${hash('sha256', person, 'base64url')}`;

const NEVER = { slow: Infinity, stop: Number.MAX_SAFE_INTEGER };

/** @param officer see `officerKey` */
export function askBudgets({ misses }: Pack, officer: string | undefined, urgent = false): MissBudget[] {
  if (!misses) return [];
  const prefix = urgent ? 'urgent.' : '';
  // Colleagues' misses call a security officer and stop no emergency; those of one person stop that person.
  const limits = urgent ? { ...misses.agency, ...NEVER } : misses.agency;
  const all = { counter: `${prefix}all`, limits };
  if (officer === undefined) return [all];
  return [all, { counter: counterOf(`${prefix}by`, officer), limits: misses.officer }];
}

/** Counts the misses of one answer before it is given. @param missed how many of its subjects are not answered */
export async function countMisses(asker: Asker, missed: number): Promise<MissCount> {
  const { deps, budgets } = asker;
  const below = Object.fromEntries(budgets.map(({ counter, limits }) => [counter, limits.stop]));
  const counters = await count(deps.tables.claims, { ...dayItem(asker), add: addOf(budgets, missed), below });
  if (!counters) return { spent: true, noticed: false, steps: 1 };
  const reached = budgets.map(({ counter, limits }) => ({ limits, at: counters.get(counter) ?? 0 }));
  return {
    spent: false,
    noticed: reached.some(({ limits, at }) => isReached(limits, at, missed)),
    steps: Math.max(...reached.map(({ limits, at }) => stepsFor(limits, at))),
  };
}

/** Takes back the misses of an answer that the gateway failed to give. */
export async function uncountMisses(asker: Asker, missed: number): Promise<void> {
  if (missed > 0)
    await count(asker.deps.tables.claims, { ...dayItem(asker), add: addOf(asker.budgets, -missed) });
}

/**
 * @param base what the entries of the call share
 * @returns the time steps after which the answer leaves
 * @throws Problem BUDGET_SPENT with the seconds until the next day, after logging it
 */
export async function checkMisses(asker: Asker, counted: MissCount, base: EntryBase): Promise<number> {
  const { deps } = asker;
  const { rule, alert: code } = saysOf(asker);
  if (counted.noticed) {
    await deps.log.append([{ ...base, kind: 'alert', outcome: 'raised', code, rule }]);
  }
  if (counted.spent && asker.refusal) {
    await deps.log.append([{ ...asker.refusal, code: 'BUDGET_SPENT', rule } as NewEntry]);
    throw spentProblem(asker);
  }
  if (counted.spent) await refuse(deps.log, base, spentProblem(asker));
  return counted.steps;
}

/** Both in one, for calls whose answers leave as soon as they are ready. Then it also delays. @throws Problem as `checkMisses` */
export async function settleMisses(
  asker: Asker | null,
  missed: number,
  base: () => EntryBase,
): Promise<void> {
  if (!asker) return;
  const started = performance.now();
  const steps = await checkMisses(asker, await countMisses(asker, missed), base());
  if (steps > 1) await untilStep(started, steps - 1);
}

type Telling = Pick<Asker, 'pack' | 'now' | 'says'>;

const saysOf = ({ pack, says }: Pick<Telling, 'pack' | 'says'>): NonNullable<Asker['says']> =>
  says ?? { rule: pack.misses?.rule ?? '', reason: 'MISSED_ENOUGH', alert: 'ENUMERATION' };

export function spentProblem(asker: Telling): Problem {
  const { pack, now } = asker;
  return enough(asker, Math.max(1, Math.ceil((startOf(pack.calendar, dayAt(asker) + 1) - now) / 1000)));
}

/** Calls that are under way hold what is left of the budget, and may give it back. */
export function heldProblem(asker: Pick<Telling, 'pack' | 'says'>): Problem {
  return enough(asker, 1);
}

function enough(asker: Pick<Telling, 'pack' | 'says'>, seconds: number): Problem {
  const { rule, reason } = saysOf(asker);
  return new Problem('BUDGET_SPENT', {
    rule,
    reason: reasonText(asker.pack, reason),
    headers: { 'retry-after': String(seconds) },
  });
}

/** What is left of each budget today, in their order. It adds nothing, so a role that may only count can call it. */
export async function missesLeft(asker: Omit<Asker, 'deps'>, tables: Deps<'claimsTable'>['tables']) {
  const counters = await count(tables.claims, { ...dayItem(asker), add: {} });
  return asker.budgets.map(({ counter, limits }) => {
    return { limit: limits.stop, left: Math.max(0, limits.stop - (counters?.get(counter) ?? 0)) };
  });
}

/** Seconds for which counters are kept after their day, because clocks differ. */
const KEPT = 3600;

/** The item of an agency's counters of a day. */
export function dayItem(asker: Pick<Asker, 'pack' | 'clientId' | 'now'>): Pick<Counting, 'name' | 'expires'> {
  const day = dayAt(asker);
  const expires = startOf(asker.pack.calendar, day + 1) / 1000 + KEPT;
  return { name: `misses:${asker.clientId}:${isoOf(day)}`, expires };
}

function dayAt({ pack, now }: Pick<Asker, 'pack' | 'now'>): number {
  return dayOf(now, pack.calendar.utcOffsetMinutes);
}

function addOf(budgets: readonly MissBudget[], missed: number): Record<string, number> {
  return Object.fromEntries(budgets.map(({ counter }) => [counter, missed]));
}

/** Whether one of the last `added` misses was the one at which an alert is due. Of many instances one sees each number. */
export function isReached({ alert, stop }: MissLimits, at: number, added: number): boolean {
  return [alert, stop].some((number) => at - added < number && number <= at);
}

/** Longer than this no answer is held, because gateways in front give up on it. */
const MOST_STEPS = 10;

export function stepsFor({ slow }: MissLimits, missed: number): number {
  return 1 + Math.min(MOST_STEPS, Math.max(0, missed - slow + 1));
}
