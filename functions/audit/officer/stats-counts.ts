/** Adds counts to buckets of time. */

import type { StatsQuery } from '../../../shared/contract/routes/audit.ts';
import type { Combination } from '../../../shared/log/read/hours.ts';

export interface Counts {
  entries: number;
  /** Beginning of the bucket to value to count. */
  buckets: Map<string, Map<string, number>>;
}

const DAY = 86_400_000;
const UNITS = { hour: 3_600_000, day: DAY, week: 7 * DAY } as const;
/** The epoch began on a Thursday. */
const MONDAY = 4 * DAY;

/** What the counted hours do not know. */
const UNCOUNTED = ['officer', 'field', 'person'] as const;
const isUncounted = (by: By): by is (typeof UNCOUNTED)[number] =>
  (UNCOUNTED as readonly string[]).includes(by);

/** Whether the counted hours know the answer. */
export const isCounted = ({ by, code, field }: StatsQuery): boolean =>
  !by.some(isUncounted) && code === undefined && field === undefined;

/** Adds `n` entries alike at an instant; `NaN` is that of an entry that can't be opened. */
export function addTo(
  counts: Counts,
  at: number,
  { ahead, asked: { bucket } }: { ahead: number; asked: Pick<StatsQuery, 'bucket'> },
  values: readonly string[],
  n: number,
): void {
  counts.entries += n;
  const start = Number.isNaN(at) ? '' : beginningOf(at, ahead, bucket);
  const bucketed = counts.buckets.get(start) ?? new Map<string, number>();
  for (const value of values) bucketed.set(value, (bucketed.get(value) ?? 0) + n);
  counts.buckets.set(start, bucketed);
}

function beginningOf(at: number, ahead: number, bucket: StatsQuery['bucket']): string {
  const [unit, shift] = [UNITS[bucket], bucket === 'week' ? MONDAY : 0];
  return new Date(Math.floor((at + ahead - shift) / unit) * unit + shift - ahead).toISOString();
}

/** Oldest first. */
export function bucketsOf({ buckets }: Counts): { from: string; counts: Record<string, number> }[] {
  return [...buckets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, counts]) => ({ from, counts: Object.fromEntries(counts) }));
}

type By = StatsQuery['by'][number];

/** @param valuesOf the values of the entry by one member */
export function namedValues(by: readonly By[], valuesOf: (by: By) => readonly string[]): string[] {
  if (by.length === 1) return by.flatMap(valuesOf);
  return by.flatMap((name) => valuesOf(name).map((value) => `${name}:${value}`));
}

export function valuesIn(one: Combination, by: By): readonly string[] {
  if (by === 'flow') return flowsOf(one);
  if (isUncounted(by)) return [];
  return one[by] === undefined ? [] : [one[by]];
}

/** For each department whose data was released: the recipient and the purpose. */
function flowsOf({ kind, outcome, owners, agency, purpose = '' }: Combination): string[] {
  if (kind === 'intake' || outcome !== 'released' || agency === undefined) return [];
  return owners.map((owner) => `${owner} ${agency} ${purpose}`);
}
