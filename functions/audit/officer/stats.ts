/** Counts of entries about data, for charts: from the counted hours of the index, and one by one where those know no answer. */

import type { Answer } from '../../../shared/contract/api.ts';
import type { StatsQuery } from '../../../shared/contract/routes/audit.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { isOneOf, type LogFilter } from '../../../shared/log/read/filter.ts';
import { beginningOf, hourOf, parseCombination, readHours } from '../../../shared/log/read/hours.ts';
import { readPosition } from '../../../shared/log/read/index-table.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import type { Auditing } from '../deps.ts';
import { newAgencies } from './new-agencies.ts';
import { addTo, bucketsOf, type Counts, isCounted, namedValues, valuesIn } from './stats-counts.ts';
import { untreed } from './stats-tail.ts';

/** `untreed` is absent if too many are stored and not in the tree, which has all that came before `until`. */
export type Stats = Answer<'GET /v1/log/stats'>;

const HOUR = 3_600_000;
/** Entries that one call may read to count them. */
const MOST = 50_000;
/** 31 days in hours, with the hour at either end that is cut. */
const MOST_BUCKETS = 746;

/** @throws Problem TOO_LARGE for more buckets, or more entries to read, than one call may have */
export async function statsOf(auditing: Auditing, named: Span, asked: StatsQuery): Promise<Stats> {
  const compares = asked.newWithin !== undefined;
  if (compares && !asked.by.includes('agency')) throw invalid('/newWithin', auditTexts.newAgencies);
  // A span that the caller leaves to the gateway begins with a full hour, which needs no reading.
  const from = asked.from === undefined ? startOf(named.from) : named.from;
  // Days are read one after another, and before the log began there is none.
  const beginning = await beginningOf(auditing.store);
  const span = { from: Math.max(from, beginning ?? from), to: named.to };
  // Hours and days of the pack's zone: a day of UTC is none of an office in China.
  const { calendar } = await auditing.pack();
  const ahead = calendar.utcOffsetMinutes * 60_000;
  const counts: Counts = { entries: 0, buckets: new Map() };
  const into = { counts, ahead, asked };
  const position = await readPosition(auditing.store);
  // Without an index there are no counted hours; with it, half-hour zones have hours of their own.
  const whole = position !== null && position.until > 0 && ahead % HOUR === 0;
  if (!whole) await readOneByOne(auditing, span, into);
  const untreed = whole ? await readCounted(auditing, span, into, position.until) : undefined;
  const buckets = bucketsOf(counts);
  if (buckets.length > MOST_BUCKETS) throw new Problem('TOO_LARGE', { detail: auditTexts.manyBuckets });
  const tree = whole && { size: position.size, until: new Date(position.until).toISOString() };
  // A log that is new as a whole has nothing to compare with, nor has an index that lacks entries before the span.
  const isOlder = whole && beginning !== null && beginning < from && position.until >= from;
  const fresh = compares && isOlder ? await newAgencies(auditing.store, counts, asked, from) : undefined;
  return { entries: counts.entries, ...tree, ...defined({ untreed, newAgencies: fresh }), buckets };
}

interface Into {
  counts: Counts;
  /** Milliseconds by which the pack's zone is ahead of UTC. */
  ahead: number;
  asked: StatsQuery;
}

const nameOf = (at: number) => hourOf(new Date(at).toISOString());
const startOf = (at: number) => Math.floor(at / HOUR) * HOUR;

/**
 * Full hours from their rows, the parts of hours at both ends one by one, and what is not in the tree yet.
 * @returns how many are not in the tree yet; `undefined` if all were read one by one, or if they are too many to count
 */
async function readCounted(
  auditing: Auditing,
  span: Span,
  into: Into,
  until: number,
): Promise<number | undefined> {
  const first = startOf(span.from + HOUR - 1);
  // An hour that has not ended by now is whole if the span does not end before now.
  const last = span.to > auditing.now() ? startOf(auditing.now()) + HOUR : startOf(span.to);
  const ends =
    last <= first
      ? [span]
      : [
          { from: span.from, to: first },
          { from: last, to: span.to },
        ];
  const parts = ends.filter(({ from, to }) => to > from && from < auditing.now());
  const hours = await readHours(auditing.store, nameOf(span.from), nameOf(span.to - 1));
  const byRows = isCounted(into.asked);
  const oneByOne = [...hours].filter(([name, { entries, counts }]) => {
    const at = Date.parse(`${name}:00:00.000Z`);
    const full = [...counts.values()].reduce((sum, n) => sum + n, 0) < entries;
    return !byRows || full || parts.some(({ from, to }) => at < to && at + HOUR > from);
  });
  const toRead = oneByOne.reduce((sum, [, { entries }]) => sum + entries, 0);
  if (toRead > MOST) throw new Problem('TOO_LARGE', { detail: auditTexts.countedOneByOne });
  if (!byRows) {
    await readOneByOne(auditing, span, into);
    return undefined;
  }
  const apart = new Map(oneByOne);
  const valuesBy = (one: ReturnType<typeof parseCombination>) =>
    namedValues(into.asked.by, (by) => valuesIn(one, by));
  const tail = await untreed(auditing, span, until, hours);
  for (const [name, hour] of hours) {
    const at = Date.parse(`${name}:00:00.000Z`);
    if (apart.has(name)) continue;
    for (const [text, n] of hour.counts) {
      const one = parseCombination(text);
      if (matches(one, into.asked)) addTo(into.counts, at, into, valuesBy(one), n);
    }
  }
  for (const [name] of apart) {
    const at = Date.parse(`${name}:00:00.000Z`);
    await readOneByOne(auditing, { from: Math.max(at, span.from), to: Math.min(at + HOUR, span.to) }, into);
  }
  const seen = (time: string) => apart.has(hourOf(time));
  for (const { entry } of tail ?? []) {
    if (!entry || seen(entry.time)) continue;
    const one = combined(entry);
    if (matches(one, into.asked)) addTo(into.counts, Date.parse(entry.time), into, valuesBy(one), 1);
  }
  return tail?.length;
}

const combined = ({ handler, ...entry }: Entry) => ({
  kind: entry.kind,
  agency: handler?.agency,
  purpose: entry.purpose,
  outcome: entry.outcome,
  rule: entry.rule,
  owners: [...new Set(entry.owners)],
});

/** Kinds that are not about data. Every leaf of the tree has a kind, so counts by it can be compared with the tree. */
const NO_DATA = ['writer', 'review', 'watch', 'attempt'];
const exceptOf = ({ by }: StatsQuery) => (by.includes('kind') ? [] : NO_DATA);

function matches(one: ReturnType<typeof parseCombination>, asked: StatsQuery): boolean {
  const { agency, purpose, outcome, kind, rule, owner } = asked;
  if (exceptOf(asked).includes(one.kind)) return false;
  if (owner !== undefined && !one.owners.includes(owner)) return false;
  const wanted = [
    [one.agency, agency],
    [one.purpose, purpose],
    [one.outcome, outcome],
    [one.kind, kind],
    [one.rule, rule],
  ] as const;
  return wanted.every(([value, some]) => isOneOf(value, some));
}

/** @throws Problem TOO_LARGE */
async function readOneByOne(auditing: Auditing, span: Span, into: Into): Promise<void> {
  const { by, agency, purpose, outcome, kind, rule, code, field, owner } = into.asked;
  const owners = owner === undefined ? undefined : [owner];
  const filter: LogFilter = {
    except: exceptOf(into.asked),
    ...defined({ agency, purpose, outcome, kind, rule, code, field, owners }),
  };
  let read = 0;
  for await (const stored of walkEntries(auditing.store, span, filter)) {
    read += 1;
    if (read > MOST) throw new Problem('TOO_LARGE', { detail: auditTexts.countedOneByOne });
    const values = namedValues(by, (one) => valuesOf(stored, one));
    addTo(into.counts, Date.parse(stored.entry?.time ?? ''), into, values, 1);
  }
}

function valuesOf({ entry, words }: StoredEntry, by: StatsQuery['by'][number]): readonly string[] {
  if (!entry) return ['damaged'];
  if (by === 'officer') return words.officer === undefined ? [] : [words.officer];
  if (by === 'person') return entry.subject === undefined ? [] : [entry.subject];
  if (by !== 'field') return valuesIn(combined(entry), by);
  return [...new Set(Object.values(entry.fields ?? {}).flatMap((fields) => Object.keys(fields)))];
}
