/** Unwraps in spans that one request may hold. */
import type { Json } from '../../../shared/json.ts';
import { partOf } from '../../../shared/log/read/part-of.ts';
import type { Cut } from './trail-files.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Of one request: the gateway takes 5,000 records and 4 MB. */
const MOST_RECORDS = 5000;
const MOST_BYTES = 3_500_000;
const MOST_PARTS = 10_000;

/** A span that was not compared. */
export interface Span {
  from: string;
  to: string;
}

export interface Request {
  at: number;
  end: number;
  records: Json[];
  part?: number;
  parts?: number;
  /** One key has more unwraps than the gateway takes. Without some of them, entries of the key would lack theirs. */
  tooMany?: true;
}

const fits = (cuts: readonly Cut[]) =>
  cuts.length <= MOST_RECORDS && cuts.reduce((sum, { bytes }) => sum + bytes, 0) <= MOST_BYTES;

const inParts = (cuts: readonly Cut[], parts: number): Cut[][] => {
  const all = Array.from({ length: parts }, (): Cut[] => []);
  for (const cut of cuts) all[partOf(cut.key, parts)]?.push(cut);
  return all;
};

/** As few parts as fit. What one key has too much of fits into none, however many they are, so it makes no more of them. */
function partsOf(cuts: readonly Cut[]): number {
  const byKey = new Map<string, Cut[]>();
  for (const cut of cuts) {
    const some = byKey.get(cut.key);
    if (some) some.push(cut);
    else byKey.set(cut.key, [cut]);
  }
  const rest = [...byKey.values()].filter(fits).flat();
  let parts = Math.max(2, Math.ceil(rest.length / MOST_RECORDS));
  // By a tenth, since each look reads all of them.
  while (parts < MOST_PARTS && !inParts(rest, parts).every(fits)) parts = Math.ceil(parts * 1.1);
  return Math.min(parts, MOST_PARTS);
}

/**
 * Requests for a span of an hour at most. A minute with more records than one may have is sent in parts by their keys.
 * @param all those from a minute before the span until a minute after it, because an unwrap and its entry may be on different
 * sides of its edge
 */
export function requestsFor(all: readonly Cut[], at: number, end: number): Request[] {
  const cuts = all.filter((one) => one.at >= at - MINUTE && one.at < end + MINUTE);
  const recordsOfAll = (some: readonly Cut[]) => some.map(({ record }) => record);
  if (fits(cuts)) return [{ at, end, records: recordsOfAll(cuts) }];
  if (end - at > MINUTE) {
    const middle = Math.floor((at + end) / 2);
    return [...requestsFor(cuts, at, middle), ...requestsFor(cuts, middle, end)];
  }
  const parts = partsOf(cuts);
  return inParts(cuts, parts).map((some, part) => ({
    ...{ at, end, records: recordsOfAll(some), part, parts },
    ...(!fits(some) && { tooMany: true as const }),
  }));
}
