import { type IndexTable, indexSource } from '../../../shared/log/read/index-table.ts';
import type { StatsQuery } from '../../http/contract/audit.ts';
import type { Counts } from './stats-counts.ts';

const DAY = 86_400_000;
/** Agencies that one call looks for. Their number is that of offices, not of entries. */
const MOST = 200;

/**
 * The counted agencies without an entry of any kind in the days before a span. The index alone says so: no entry is read.
 * @param before epoch milliseconds
 */
export async function newAgencies(
  index: IndexTable,
  { buckets }: Counts,
  { by, newWithin = 0 }: Pick<StatsQuery, 'by' | 'newWithin'>,
  before: number,
): Promise<string[]> {
  const start = by.length === 1 ? '' : 'agency:';
  const names = [...buckets.values()].flatMap((counts) => [...counts.keys()]);
  const agencies = new Set(
    names.flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : [])),
  );
  const from = new Date(before - newWithin * DAY).toISOString();
  const until = new Date(before - 1).toISOString();
  const looked = await Promise.all(
    [...agencies]
      .slice(0, MOST)
      .map(async (agency) => ((await wasActive(index, agency, from, until)) ? [] : [agency])),
  );
  return looked.flat().sort();
}

async function wasActive(index: IndexTable, agency: string, from: string, until: string): Promise<boolean> {
  const source = indexSource(index, `agency:${agency}`, from);
  for (let at: string | null = until; at !== null; ) {
    const { found, after } = await source.back(at);
    if (found.length > 0) return true;
    at = after;
  }
  return false;
}
