/** Limits of a day (distinct people whose data one officer gets) and of a case (its people and its duration). */

import { defined } from '../../shared/defined.ts';
import type { Outcome } from '../../shared/entry-kinds.ts';
import { Problem } from '../../shared/errors.ts';
import type { ClientId, SubjectId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { statedWord } from '../../shared/policy/decide/screen.ts';
import { endOf, startOf } from '../../shared/policy/pack/calendar.ts';
import { type Pack, type Purpose, reasonText } from '../../shared/policy/pack/pack.ts';
import { volumeAlert } from '../../shared/policy/pack/parts.ts';
import type { EngineReason } from '../../shared/policy/pack/reasons.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { addMonths, dayOf } from '../../shared/policy/value/age.ts';
import { type Counted, countVolume, type TierUse, uncount } from '../../shared/records/limits/volume.ts';
import { markTold, matterKey, volumeKey } from '../../shared/records/limits/volume-items.ts';
import type { Deps } from '../deps.ts';
import type { EntryBase } from './entry-base.ts';
import { refusalOf, refuse } from './refusals.ts';

/** The day of one officer of one agency. */
export interface Day {
  deps: Pick<Deps<'budgetsTable'>, 'tables'> & { log: LogWriter };
  pack: Pack;
  agency: ClientId;
  officer: string;
  /** Epoch milliseconds. */
  now: number;
}

/** Counts all uses in one conditional write, or none. */
export function countDay(day: Day, uses: readonly TierUse[]): Promise<Counted> {
  const { deps, pack } = day;
  const expires = startOf(pack.calendar, today(day) + 2) / 1000;
  return countVolume(deps.tables.budgets, { key: keyOf(day), expires, uses });
}

/**
 * Logs the result of the count before anything is released: an alert for each threshold that was reached (once a day,
 * or again if a crash lost the mark), and the refusal if the day's limit is spent.
 * @param base the members that the entries share
 * @throws Problem BUDGET_SPENT with the seconds until the next day
 */
export async function checkDay(day: Day, { full, counts, told }: Counted, base: EntryBase): Promise<void> {
  const { deps, pack } = day;
  const rule = pack.volume?.rule ?? '';
  const reached = (pack.volume?.tiers ?? []).filter(({ name, alert }) => (counts.get(name) ?? 0) >= alert);
  const marks = [...reached.map(({ name }) => name), ...full.map((name) => `${name}-stop`)].filter(
    (mark) => !told.has(mark),
  );
  const entry = (kind: 'alert' | 'denial', outcome: Outcome, code: string): NewEntry => {
    return { ...base, kind, outcome, code, rule };
  };
  await deps.log.append([
    ...marks.map((mark) => entry('alert', 'raised', volumeAlert(mark))),
    ...(full.length > 0 ? [entry('denial', 'refused', 'BUDGET_SPENT')] : []),
  ]);
  if (marks.length > 0) await markTold(deps.tables.budgets, keyOf(day), marks);
  if (full.length > 0) throw spent(day, rule, 'BUDGET_SPENT');
}

/** Refuses an officer who has compared one person too often today. @throws Problem BUDGET_SPENT, after logging it */
export async function refuseGuesses(day: Day, base: EntryBase): Promise<never> {
  const rule = day.pack.comparisons?.rule ?? '';
  const alert = { ...base, kind: 'alert', outcome: 'raised', code: 'ENUMERATION', rule } as const;
  return refuse(day.deps.log, base, spent(day, rule, 'COMPARED_ENOUGH'), { alerts: [alert] });
}

/** Of a limit that starts again tomorrow. */
export function spent(day: Pick<Day, 'pack' | 'now'>, rule: string, reason: EngineReason): Problem {
  const tomorrow = startOf(day.pack.calendar, today(day) + 1);
  const seconds = Math.max(1, Math.ceil((tomorrow - day.now) / 1000));
  return new Problem('BUDGET_SPENT', {
    rule,
    reason: reasonText(day.pack, reason),
    headers: { 'retry-after': String(seconds) },
  });
}

/** Takes back counts of a call that failed. Best effort: a count that stays only makes the limit stricter. */
export async function uncountAll(
  { tables }: Day['deps'],
  counts: readonly (Counted | null)[],
): Promise<void> {
  const added = counts.flatMap((one) => one?.added ?? []);
  await Promise.allSettled(added.map((one) => uncount(tables.budgets, one)));
}

function keyOf(day: Day): string {
  return volumeKey(day.agency, day.officer, today(day));
}

function today({ pack, now }: Pick<Day, 'pack' | 'now'>): number {
  return dayOf(now, pack.calendar.utcOffsetMinutes);
}

/** A case of an agency. All requests for it share a period, which begins with the first, and a list of people. */
export interface Matter {
  deps: Pick<Deps<'budgetsTable'>, 'tables'> & { log: LogWriter };
  pack: Pack;
  purpose: Purpose;
  key: string;
  /** Epoch milliseconds. */
  now: number;
}

/** Months for which a case is kept after its last request, so that its period cannot begin again. */
const KEPT = 36;

/** @returns `null` if the purpose has no limits per case */
export function matterOf(of: Omit<Matter, 'purpose' | 'key'>, agency: ClientId, ask: Ask): Matter | null {
  const purpose = of.pack.purposes.get(ask.purpose);
  if (!purpose?.matter) return null;
  const { deps, pack, now } = of;
  const word = statedWord(ask, purpose.matter.named) ?? '';
  return { deps, pack, now, purpose, key: matterKey(agency, purpose.code, word) };
}

/**
 * Counts all subjects in one conditional write, or none. The period begins with the first released subject.
 * @param shown subjects about whom something is released
 * @param asked the other requested subjects
 */
export function countMatter(
  { deps, pack, purpose, key, now }: Matter,
  shown: readonly SubjectId[],
  asked: readonly SubjectId[] = [],
): Promise<Counted> {
  const { lasts, matter } = purpose;
  const people = matter?.people;
  return countVolume(deps.tables.budgets, {
    key,
    expires: addMonths(now, KEPT) / 1000,
    uses: people === undefined ? [] : [{ tier: 'people', subjects: shown, asked, stop: people }],
    ...defined({
      window: lasts && { now, ends: endOf(pack.calendar, lasts, now), begins: shown.length > 0 },
    }),
  });
}

/** @throws Problem VALIDITY_ENDED if the period is over, BATCH_LIMIT if the list is full; both after logging it */
export async function checkMatter(matter: Matter, { ended, full }: Counted, base: EntryBase): Promise<void> {
  const { deps, pack, purpose } = matter;
  if (ended) await refuse(deps.log, base, refusalOf(pack, 'VALIDITY_ENDED', purpose.rule));
  if (full.length > 0)
    await refuse(deps.log, base, refusalOf(pack, 'BATCH_LIMIT', purpose.rule, 'LIST_FULL'));
}
