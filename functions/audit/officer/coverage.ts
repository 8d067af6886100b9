/** The entries of a span that a person reviews, with their verdicts; and how far the review is. */
import type { ReviewDay } from '../../../shared/contract/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { EntryId } from '../../../shared/ids.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import type { LogFilter } from '../../../shared/log/read/filter.ts';
import { beginningOf } from '../../../shared/log/read/hours.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { Auditing } from '../deps.ts';
import { ANSWERS, answering, fits } from './answers.ts';

/** Kinds that a person reviews: decisions, refusals, and attempts at a prohibited use. */
const QUEUED: ReadonlySet<string> = new Set(['decision', 'denial', 'prohibited', 'alert']);
/** Kinds for which a verdict would have no meaning. */
const NOT_REVIEWED: ReadonlySet<string> = new Set(['writer', 'review', 'reading']);

export const isReviewed = (kind: string) => !NOT_REVIEWED.has(kind);

/** Maximum number of entries that one call reads, newest first. */
const MOST = 20_000;
/** Kinds that no number of decisions may keep from who reviews. */
const FINDINGS = ['alert', 'prohibited'] as const;

interface Given {
  officer: string;
  outcome: string;
  at: string;
  /** The verdict as it is stored. */
  stored: StoredEntry;
}

export interface Reviewed {
  /** Verdicts by entry, newest first. */
  verdicts: ReadonlyMap<string, readonly Given[]>;
  entries: StoredEntry[];
  /** Whether older entries of the span were left out. */
  more: boolean;
  /** Of the newest ones: before this instant (epoch milliseconds) entries were left out, except findings. */
  readTo?: number;
}

/**
 * @param until verdicts given at this instant (epoch milliseconds) or later are not read
 * @param newest number of entries, to which all older findings are added
 */
export async function readSpan(
  auditing: Auditing,
  span: Span,
  { until = auditing.now() + 1, newest }: { until?: number; newest?: number } = {},
): Promise<Reviewed> {
  const verdicts = new Map<string, Given[]>();
  const { isAnswer, isSettlement } = answering(auditing);
  const later = { from: span.from, to: until };
  for await (const stored of walkEntries(auditing.store, later, { kind: ANSWERS })) {
    const about = stored.entry?.about;
    if (!stored.entry || about === undefined || !(await isAnswer(stored))) continue;
    const { outcome = '', time: at } = stored.entry;
    verdicts.set(about, [
      ...(verdicts.get(about) ?? []),
      { officer: stored.words.officer ?? '', outcome, at, stored },
    ]);
  }
  // Days are read one after another, and before the log began there is none.
  const beginning = (await beginningOf(auditing.store)) ?? span.from;
  const since = { from: Math.max(span.from, beginning), to: span.to };
  async function* queued(within: Span, filter: LogFilter) {
    for await (const stored of walkEntries(auditing.store, within, filter)) {
      const { entry, id } = stored;
      if (!entry || !QUEUED.has(entry.kind) || (await isSettlement(stored))) continue;
      const given = verdicts.get(id)?.filter((one) => fits(one.stored.entry as Entry, entry));
      if (given) verdicts.set(id, given);
      yield { ...stored, entry };
    }
  }
  const entries = new Map<EntryId, StoredEntry>();
  const except = ['writer', 'review', 'watch', 'attempt', 'intake', 'reading'];
  for await (const stored of queued(since, { except })) {
    if (entries.size < (newest ?? MOST)) {
      entries.set(stored.id, stored);
      continue;
    }
    const left = { verdicts, more: true };
    if (newest === undefined) return { ...left, entries: [...entries.values()] };
    const readTo = Date.parse(stored.entry.time) + 1;
    const older = { from: since.from, to: readTo };
    for await (const finding of queued(older, { kind: FINDINGS })) entries.set(finding.id, finding);
    return { ...left, entries: [...entries.values()], readTo };
  }
  return { verdicts, entries: [...entries.values()], more: false };
}

/**
 * The progress of the review by day and kind, and the median minutes from an entry to its first verdict.
 * @param until see `readSpan`
 */
export async function reviewCoverage(
  auditing: Auditing,
  span: Span,
  until?: number,
): Promise<{ days: ReviewDay[]; medianMinutes: number | null; more: boolean }> {
  const [{ entries, verdicts, more }, { calendar }] = await Promise.all([
    readSpan(auditing, span, defined({ until })),
    auditing.pack(),
  ]);
  const days = new Map<string, ReviewDay>();
  const waits: number[] = [];
  for (const { entry, id } of entries) {
    if (!entry) continue;
    const day = new Date(Date.parse(entry.time) + calendar.utcOffsetMinutes * 60_000)
      .toISOString()
      .slice(0, 10);
    const key = `${day} ${entry.kind}`;
    const empty = { day, kind: entry.kind, entries: 0, reviewed: 0, twice: 0, agree: 0, verdicts: {} };
    const one: ReviewDay = days.get(key) ?? empty;
    const given = verdicts.get(id) ?? [];
    one.entries += 1;
    if (given.length > 0) one.reviewed += 1;
    const [newest] = given;
    if (newest) one.verdicts[newest.outcome] = (one.verdicts[newest.outcome] ?? 0) + 1;
    // The newest of each person counts, which is first.
    const people = new Map(given.map(({ officer, outcome }) => [officer, outcome] as const).reverse());
    if (people.size > 1) {
      one.twice += 1;
      if (new Set(people.values()).size === 1) one.agree += 1;
    }
    const first = given.at(-1);
    if (first) waits.push(Date.parse(first.at) - Date.parse(entry.time));
    days.set(key, one);
  }
  waits.sort((a, b) => a - b);
  const median = waits[Math.floor(waits.length / 2)];
  return {
    days: [...days.values()].sort((a, b) => (a.day < b.day ? 1 : -1)),
    medianMinutes: median === undefined ? null : Math.round(median / 60_000),
    more,
  };
}
