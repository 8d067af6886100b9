/**
 * How often an agency may ask in a day whether what it knows of somebody is so. Whoever could ask at will would read a
 * number off the answers.
 */

import { createHash } from 'node:crypto';
import { compares } from '../../shared/policy/decide/screen.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { type Counting, count } from '../../shared/records/limits/counters.ts';
import type { DecidedSubject } from './decide.ts';
import type { ReleaseCall } from './release-fields.ts';

/** Seconds that counters stay after their day, for clocks that differ. */
const KEPT = 3600;

/** Beside the decision entry, like the limits of a day. @returns whether there was one left for every subject */
export async function spendComparisons(
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): Promise<boolean> {
  const { deps, pack, ask, taken } = call;
  const { dynamo, env } = deps;
  if (!pack.comparisons || ask.compare === undefined) return true;
  const most = pack.comparisons.day;
  const countings = decided
    .filter(({ decision }) => [...decision.fields.values()].some(({ cell }) => compares(pack, cell)))
    .map((subject) => countingOf(call, subject));
  const counts = countings.map(async (counting) => {
    const left = await count(dynamo, env.claimsTable, { ...counting, below: { asked: most } });
    return left === null ? null : counting;
  });
  taken.comparisons = counts;
  return (await Promise.all(counts)).every((counting) => counting !== null);
}

/** Takes back what was counted. */
export async function uncountComparison(
  { deps: { dynamo, env } }: ReleaseCall,
  counting: Counting,
): Promise<void> {
  await count(dynamo, env.claimsTable, { ...counting, add: { asked: -1 } });
}

function countingOf({ pack, session, now }: ReleaseCall, { item, subject }: DecidedSubject): Counting {
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const who = [session.caller.clientId, item?.subject ?? subject, today];
  return {
    name: `compared:${createHash('sha256').update(JSON.stringify(who)).digest('base64url')}`,
    add: { asked: 1 },
    expires: startOf(pack.calendar, today + 1) / 1000 + KEPT,
  };
}
