import { defined } from '../../../shared/defined.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { StatsQuery } from '../../http/contract/audit.ts';
import type { Auditing } from '../deps.ts';

export interface Stats {
  /** Number of entries counted. */
  entries: number;
  /** Counts by value for each hour or day of the pack's zone; `from` is its beginning (RFC 3339). */
  buckets: { from: string; counts: Record<string, number> }[];
}

const UNITS = { hour: 3_600_000, day: 86_400_000 } as const;

/** Counts entries about data, for charts. */
export async function statsOf(
  auditing: Auditing,
  span: { from: number; to: number },
  { by, bucket, agency, purpose, outcome, kind, rule, code, field, owner }: StatsQuery,
): Promise<Stats> {
  // Hours and days of the pack's zone: a day of UTC is none of an office in China.
  const { calendar } = await auditing.pack();
  const ahead = calendar.utcOffsetMinutes * 60_000;
  const buckets = new Map<string, Map<string, number>>();
  let entries = 0;
  // Every leaf of the tree has a kind, so these counts can be compared with the tree.
  const except = by === 'kind' ? [] : ['writer', 'review', 'watch', 'attempt'];
  const owners = owner === undefined ? undefined : [owner];
  const filter = { except, ...defined({ agency, purpose, outcome, kind, rule, code, field, owners }) };
  for await (const stored of walkEntries(auditing.store, span, filter)) {
    entries += 1;
    const start = beginningOf(Date.parse(stored.entry?.time ?? ''), ahead, UNITS[bucket]);
    const counts = buckets.get(start) ?? new Map<string, number>();
    for (const value of valuesOf(stored, by)) counts.set(value, (counts.get(value) ?? 0) + 1);
    buckets.set(start, counts);
  }
  const sorted = [...buckets].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    entries,
    buckets: sorted.map(([start, counts]) => ({
      from: start,
      counts: Object.fromEntries(counts),
    })),
  };
}

function beginningOf(at: number, ahead: number, unit: number): string {
  if (Number.isNaN(at)) return '';
  return new Date(Math.floor((at + ahead) / unit) * unit - ahead).toISOString();
}

function valuesOf({ entry, words }: StoredEntry, by: StatsQuery['by']): string[] {
  if (!entry) return ['damaged'];
  const one = (value: string | undefined) => (value === undefined ? [] : [value]);
  if (by === 'purpose') return one(entry.purpose);
  if (by === 'agency') return one(entry.handler?.agency);
  if (by === 'officer') return one(words.officer);
  if (by === 'outcome') return one(entry.outcome);
  if (by === 'kind') return [entry.kind];
  if (by === 'flow') return flowsOf(entry);
  return [...new Set(Object.values(entry.fields ?? {}).flatMap((fields) => Object.keys(fields)))];
}

/** For each department whose data was released: the recipient and the purpose. */
function flowsOf({ kind, outcome, owners = [], handler, purpose = '' }: Entry): string[] {
  if (kind === 'intake' || outcome !== 'released' || !handler) return [];
  return [...new Set(owners)].map((owner) => `${owner} ${handler.agency} ${purpose}`);
}
