import { createHash, randomUUID } from 'node:crypto';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import type { SubjectId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { tiersOf } from '../../shared/policy/decide/decide.ts';
import { compares } from '../../shared/policy/decide/screen.ts';
import { startOf } from '../../shared/policy/pack/calendar.ts';
import { shareOf } from '../../shared/policy/pack/parts.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { type Counting, count, takeBack } from '../../shared/records/limits/counters.ts';
import type { Counted, TierUse } from '../../shared/records/limits/volume.ts';
import { untilStep } from '../http/deadline.ts';
import { refusalBase } from '../steps/entry-base.ts';
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
import {
  type Asker,
  askerOf,
  checkMisses,
  counterOf,
  countMisses,
  type MissCount,
  uncountMisses,
} from '../steps/misses.ts';
import type { DecidedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { holderOf } from './load.ts';

/** Results of the counts; `null` if the pack sets no such limit. */
interface LimitCounts {
  day: Counted | null;
  matter: Counted | null;
  /** Whether a comparison was left for each subject that is compared. */
  comparisons: boolean;
  misses: MissCount | null;
}

/**
 * Counts the people whose data the officer gets today, and the people of this case. It runs in parallel with the
 * decision entry and after the replay claim, so that a refused or replayed request counts nothing.
 */
export async function countLimits(
  deps: ReleaseDeps,
  call: ReleaseCall,
  screening: Screening,
  decided: readonly DecidedSubject[],
): Promise<LimitCounts> {
  const { pack, ask, undo } = call;
  const shown = decided.map((subject) => shownOf(call, subject));
  const uses = usesOf(call, screening, decided, shown);
  const unlimited = pack.purposes.get(ask.purpose)?.volume === 'alert';
  const limits = unlimited ? uses.map((use) => ({ ...use, stop: null })) : uses;
  const matter = matterFor(deps, call);
  const isShown = (i: number) => (shown[i]?.length ?? 0) > 0;
  const [released, others] = [decided.filter((_, i) => isShown(i)), decided.filter((_, i) => !isShown(i))];
  const day = limits.length > 0 ? countDay(countedDay(deps, call), limits) : null;
  const list = matter && countMatter(matter, released.map(idOf), others.map(idOf));
  undo.push(async () =>
    uncountAll(deps, await Promise.all([day, list].map((one) => one?.catch(() => null) ?? null))),
  );
  const [counted, listed, comparisons, misses] = await Promise.all([
    day,
    list,
    countComparisons(deps, call, decided),
    countUnanswered(deps, call, decided),
  ]);
  return { day: counted, matter: listed, comparisons, misses };
}

/** Subjects that are refused are misses, whatever the reason. */
async function countUnanswered(
  deps: ReleaseDeps,
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): Promise<MissCount | null> {
  const asker = askerFor(deps, call);
  if (!asker) return null;
  const missed = decided.filter(({ item, decision }) => !item || decision.outcome !== 'release').length;
  const counted = countMisses(asker, missed);
  call.undo.push(async () => {
    if (!(await counted).spent) await uncountMisses(asker, missed);
  });
  return counted;
}

function askerFor(deps: ReleaseDeps, { session, ask, now }: ReleaseCall): Asker | null {
  return askerOf({ deps, session, now }, ask);
}

/**
 * Logs the results of the counts before anything is opened.
 * @returns the time steps after which the answer leaves
 * @throws Problem BUDGET_SPENT with the seconds until the next day; VALIDITY_ENDED or BATCH_LIMIT of the case
 */
export async function checkLimits(
  deps: ReleaseDeps,
  call: ReleaseCall,
  { day, matter, comparisons, misses }: LimitCounts,
  [receipt]: readonly Receipt[],
): Promise<number> {
  const base = refusalBase(call, { about: receipt?.entry });
  const asker = askerFor(deps, call);
  // The work so far depends on the subjects, so a refusal leaves at a step.
  if (misses?.spent) await untilStep(call.started);
  const steps = asker && misses ? await checkMisses(asker, misses, base) : 1;
  if (!comparisons) await refuseGuesses(countedDay(deps, call), base);
  if (day) await checkDay(countedDay(deps, call), day, base);
  const limited = matterFor(deps, call);
  if (matter && limited) await checkMatter(limited, matter, base);
  return steps;
}

function matterFor(deps: ReleaseDeps, { pack, session, ask, now }: ReleaseCall): Matter | null {
  return matterOf({ deps, pack, now }, session.caller.clientId, ask);
}

function countedDay(deps: ReleaseDeps, { pack, session, ask, now }: ReleaseCall): Day {
  return {
    deps,
    pack,
    agency: session.caller.clientId,
    officer: officerKey(ask.officer, session.person) ?? '',
    now,
  };
}

/** The released fields of a subject that a department holds; none if the subject is refused. */
function shownOf({ pack }: ReleaseCall, subject: DecidedSubject) {
  const { item, decision } = subject;
  if (!item || decision.outcome !== 'release') return [];
  return [...decision.fields].filter(([field, { cell }]) => holderOf(pack, subject, field, cell) !== null);
}

/**
 * Subjects by tier. A subject about whom nothing is released is not counted, but there must still be room for
 * all requested subjects; otherwise the limit would reveal the outcome.
 */
function usesOf(
  { pack }: ReleaseCall,
  { cells }: Screening,
  decided: readonly DecidedSubject[],
  shown: readonly ReturnType<typeof shownOf>[],
): TierUse[] {
  const uses = new Map<string, TierUse & { subjects: SubjectId[]; asked: SubjectId[] }>();
  const ceiling = [...cells].map(([field, cell]) => [field, { cell }] as const);
  for (const [i, subject] of decided.entries()) {
    const fields = shown[i] ?? [];
    for (const { name, stop } of tiersOf(pack, fields.length > 0 ? fields : ceiling)) {
      const use = uses.get(name) ?? { tier: name, subjects: [], asked: [], stop };
      use[fields.length > 0 ? 'subjects' : 'asked'].push(idOf(subject));
      uses.set(name, use);
    }
  }
  return [...uses.values()];
}

/** If no record exists, this is the random id under which the subject was looked up. */
function idOf({ item, subject }: DecidedSubject): SubjectId {
  return item?.subject ?? subject;
}

/*
 * An agency may compare its own values with one person's record only so often in a day: more attempts would
 * reveal a number by guessing.
 */

/** Seconds for which counters are kept after their day, because clocks differ. */
const KEPT = 3600;

/** In parallel with the decision entry, like the limits of a day. @returns whether one was left for every subject */
async function countComparisons(
  deps: ReleaseDeps,
  call: ReleaseCall,
  decided: readonly DecidedSubject[],
): Promise<boolean> {
  const { pack, ask, undo } = call;
  const { tables } = deps;
  if (!pack.comparisons || ask.compare === undefined) return true;
  const most = pack.comparisons.day;
  const left = decided
    .filter(({ decision }) => [...decision.fields.values()].some(({ cell }) => compares(pack, cell)))
    .map(async (subject) => {
      const { own, ...counting } = countingOf(call, subject);
      const mark = randomUUID();
      const below = { asked: most, [own]: shareOf(pack, most) };
      const counted = count(tables.claims, { ...counting, below, mark });
      undo.push(async () => {
        await Promise.allSettled([counted]);
        await takeBack(tables.claims, { ...counting, add: { asked: -1, [own]: -1 } }, mark);
      });
      return (await counted) !== null;
    });
  return (await Promise.all(left)).every((one) => one);
}

function countingOf(
  { pack, session, ask, now }: ReleaseCall,
  subject: DecidedSubject,
): Counting & { own: string } {
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  const who = [session.caller.clientId, idOf(subject), today];
  const own = counterOf('asked', officerKey(ask.officer, session.person) ?? '');
  return {
    own,
    name: `compared:${createHash('sha256').update(JSON.stringify(who)).digest('base64url')}`,
    add: { asked: 1, [own]: 1 },
    expires: startOf(pack.calendar, today + 1) / 1000 + KEPT,
  };
}
