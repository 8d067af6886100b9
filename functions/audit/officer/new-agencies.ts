import type { StatsQuery } from '../../../shared/contract/routes/audit.ts';
import { type IndexTable, indexSource } from '../../../shared/log/read/index-table.ts';
import type { Counts } from './stats-counts.ts';

const DAY = 86_400_000;
/** Agencies that are looked for at once, and by one call. Their number is that of offices, not of entries. */
const AT_ONCE = 50;
const MOST = 2000;

/**
 * The counted agencies without an entry of any kind in the days before a span. The index alone says so: no entry is read.
 * @param before epoch milliseconds
 * @returns `undefined` if they are too many to look for
 */
export async function newAgencies(
  index: IndexTable,
  { buckets }: Counts,
  { by, newWithin = 0 }: Pick<StatsQuery, 'by' | 'newWithin'>,
  before: number,
): Promise<string[] | undefined> {
  const start = by.length === 1 ? '' : 'agency:';
  const names = [...buckets.values()].flatMap((counts) => [...counts.keys()]);
  const agencies = [
    ...new Set(names.flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []))),
  ];
  if (agencies.length > MOST) return undefined;
  const from = new Date(before - newWithin * DAY).toISOString();
  const until = new Date(before - 1).toISOString();
  const fresh: string[] = [];
  for (let at = 0; at < agencies.length; at += AT_ONCE) {
    const looked = agencies
      .slice(at, at + AT_ONCE)
      .map(async (agency) => ((await wasActive(index, agency, from, until)) ? [] : [agency]));
    fresh.push(...(await Promise.all(looked)).flat());
  }
  return fresh.sort();
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
