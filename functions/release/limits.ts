import { createHash } from 'node:crypto';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { tiersOf } from '../../shared/policy/decide/decide.ts';
import { compares } from '../../shared/policy/decide/screen.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { uncountCollection } from '../../shared/records/casework/requests.ts';
import { type Counting, count } from '../../shared/records/limits/counters.ts';
import type { Counted, TierUse } from '../../shared/records/limits/volume.ts';
import {
  checkDay,
  checkMatter,
  countDay,
  countMatter,
  type Day,
  type Matter,
  matterOf,
  refuseGuesses,
  uncountAll,
} from '../steps/limits.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import { holderOf } from './load.ts';
import { entryBase, ownersOf } from './screen.ts';

/** What a release counts in; `null` where the pack sets no such limit. */
export interface Spent {
  day: Counted | null;
  matter: Counted | null;
  /** Whether there was a comparison left for each who is compared. */
  comparisons: boolean;
}

/**
 * Counts whom the officer is told of today, and whom for this case. It runs beside the decision entry, after the
 * replay claim, so that a refused or replayed request burns nothing.
 */
export async function spendVolume(
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
): Promise<Spent> {
  const { pack, ask, taken } = call;
  const shown = decided.map((subject) => shownOf(call, subject));
  const uses = usesOf(call, screening, decided, shown);
  const unlimited = pack.purposes.get(ask.purpose)?.volume === 'alert';
  const limits = unlimited ? uses.map((use) => ({ ...use, stop: null })) : uses;
  const matter = matterFor(call);
  const isTold = (i: number) => (shown[i]?.length ?? 0) > 0;
  const [told, others] = [decided.filter((_, i) => isTold(i)), decided.filter((_, i) => !isTold(i))];
  const day = limits.length > 0 ? countDay(countedDay(call), limits) : null;
  const list = matter && countMatter(matter, told.map(idOf), others.map(idOf));
  taken.counts = [day, list].filter((count) => count !== null);
  const [counted, listed, comparisons] = await Promise.all([day, list, spendComparisons(call, decided)]);
  return { day: counted, matter: listed, comparisons };
}

/**
 * Logs what the counts mean, before anything is opened.
 * @throws Problem BUDGET_SPENT with the seconds until the next day; VALIDITY_ENDED or BATCH_LIMIT of the case
 */
export async function checkVolume(
  call: ReleaseCall,
  { day, matter, comparisons }: Spent,
  receipts: readonly Receipt[],
): Promise<void> {
  const base = {
    ...entryBase(call),
    owners: ownersOf(call.pack, call.ask.fields ?? call.pack.fields.keys()),
    ...(receipts[0] && { about: receipts[0].entry }),
  };
  if (!comparisons) await refuseGuesses(countedDay(call), base);
  if (day) await checkDay(countedDay(call), day, base);
  const limited = matterFor(call);
  if (matter && limited) await checkMatter(limited, matter, base);
}

function matterFor({ deps, pack, session, ask, now }: ReleaseCall): Matter | null {
  return matterOf({ deps, pack, now }, session.caller.clientId, ask);
}

function countedDay({ deps, pack, session, ask, now }: ReleaseCall): Day {
  return { deps, pack, agency: session.caller.clientId, officer: ask.officer ?? '', now };
}

/** Fields that somebody holds of a subject that is not refused. */
function shownOf({ pack }: ReleaseCall, subject: DecidedSubject) {
  const { item, decision } = subject;
  if (!item || decision.outcome !== 'release') return [];
  return [...decision.fields].filter(([field, { cell }]) => holderOf(pack, subject, field, cell) !== null);
}

/** Subjects by tier. Of whom nothing is told counts nowhere, but wants room like anybody of whom all is. */
function usesOf(
  { pack }: ReleaseCall,
  { cells }: Screening,
  decided: readonly DecidedSubject[],
  shown: readonly ReturnType<typeof shownOf>[],
): TierUse[] {
  const uses = new Map<string, TierUse & { subjects: string[]; asked: string[] }>();
  const ceiling = [...cells].map(([field, cell]) => [field, { cell }] as const);
  for (const [i, subject] of decided.entries()) {
    const told = shown[i] ?? [];
    for (const { name, stop } of tiersOf(pack, told.length > 0 ? told : ceiling)) {
      const use = uses.get(name) ?? { tier: name, subjects: [], asked: [], stop };
      use[told.length > 0 ? 'subjects' : 'asked'].push(idOf(subject));
      uses.set(name, use);
    }
  }
  return [...uses.values()];
}

/** Nobody has an id too, a random one. */
function idOf({ item, subject }: DecidedSubject): string {
  return item?.subject ?? subject;
}

/*
 * How often an agency may ask in a day whether what it knows of somebody is so. Whoever could ask at will would read a
 * number off the answers.
 */

/** Seconds that counters stay after their day, for clocks that differ. */
const KEPT = 3600;

/** Beside the decision entry, like the limits of a day. @returns whether there was one left for every subject */
export async function spendComparisons(
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): Promise<boolean> {
  const { deps, pack, ask, taken } = call;
  const { tables } = deps;
  if (!pack.comparisons || ask.compare === undefined) return true;
  const most = pack.comparisons.day;
  const countings = decided
    .filter(({ decision }) => [...decision.fields.values()].some(({ cell }) => compares(pack, cell)))
    .map((subject) => countingOf(call, subject));
  const counts = countings.map(async (counting) => {
    const left = await count(tables.claims, { ...counting, below: { asked: most } });
    return left === null ? null : counting;
  });
  taken.comparisons = counts;
  return (await Promise.all(counts)).every((counting) => counting !== null);
}

/** Takes back what was counted. */
export async function uncountComparison(
  { deps: { tables } }: ReleaseCall,
  counting: Counting,
): Promise<void> {
  await count(tables.claims, { ...counting, add: { asked: -1 } });
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

/* What a release takes that is limited, and how it is given back where nothing came of it. */

/** Gives back what a release took that failed before anything left. Best effort: what stays counted is safe. */
export async function giveBack(call: ReleaseCall): Promise<void> {
  const { seen, counting, counts = [], comparisons = [] } = call.taken;
  const { tables } = call.deps;
  const uncollect = async () => {
    const counted = await counting?.catch(() => false);
    if (counted && seen) await uncountCollection(tables.requests, seen, new Date(call.now).toISOString());
  };
  const forget = async () =>
    uncountAll(call.deps, await Promise.all(counts.map((one) => one.catch(() => null))));
  const unask = async (one: Promise<Counting | null>) => {
    const asked = await one;
    if (asked) await uncountComparison(call, asked);
  };
  await Promise.allSettled([uncollect(), forget(), ...comparisons.map(unask)]);
}
