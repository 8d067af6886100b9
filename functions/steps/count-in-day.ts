/** Acts of an office of which it makes so many in a day, by the pack. */

import { randomUUID } from 'node:crypto';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { shareOf } from '../../shared/policy/pack/parts.ts';
import type { EngineReason } from '../../shared/policy/pack/reasons.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { count, takeBack } from '../../shared/records/limits/counters.ts';
import { spent } from './limits.ts';
import { type Asking, counterOf } from './misses.ts';

/**
 * Counts one act of the office and of its person, who makes a share of those of a day.
 * @param of what is counted, and how many an office makes
 * @returns takes the count back, once
 * @throws Problem BUDGET_SPENT beyond either
 */
export async function countInDay(
  { deps, pack, session, words, now }: Asking & { pack: Pack; words: { officer?: string | undefined } },
  { name, perDay }: { name: string; perDay: number },
  { rule, reason }: { rule: string; reason: EngineReason },
): Promise<() => Promise<void>> {
  const day = dayOf(now, pack.calendar.utcOffsetMinutes);
  const expires = startOf(pack.calendar, day + 2) / 1000;
  const own = counterOf('made', officerKey(words.officer, session.person) ?? '');
  const below = { made: perDay, [own]: shareOf(pack, perDay) };
  const counting = { name: `${name}:${session.caller.clientId}:${day}`, expires };
  const mark = randomUUID();
  if (!(await count(deps.tables.claims, { ...counting, add: { made: 1, [own]: 1 }, below, mark })))
    throw spent({ pack, now }, rule, reason);
  return () => takeBack(deps.tables.claims, { ...counting, add: { made: -1, [own]: -1 } }, mark);
}
