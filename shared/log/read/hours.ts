/**
 * Counts of the entries in the tree by hour, one row each in the table of the index. The sequencer writes a row in the
 * step that brings the entries, so counts of any span cost its hours and not its entries. Like the index, they are made
 * from the log and prove nothing: the console counts the hours again in the verified leaves.
 */

import { queryFirst } from '../../store/first.ts';
import { queryPages } from '../../store/table.ts';
import type { Entry } from '../entry/entry.ts';
import type { IndexRow } from './index-rows.ts';
import type { IndexTable } from './index-table.ts';

/** Key of the rows; the place is the hour in UTC, such as `2026-11-27T02`. */
export const HOURS = 'hours';

/** What entries are counted by. All are members of the actor, which stay readable when a person is erased. */
export interface Combination {
  /** The function whose key certified the writer. */
  by?: string | undefined;
  kind: string;
  agency?: string | undefined;
  purpose?: string | undefined;
  outcome?: string | undefined;
  rule?: string | undefined;
  owners: readonly string[];
}

/** The counts of one hour. */
export interface Hour {
  /** Leaves of the tree before this index are counted. */
  size: number;
  /** Index of the first leaf that was counted: of an hour with an earlier one, the row was lost and begun again. */
  first: number;
  entries: number;
  /** By combination, as text. Without those that had no room: then their sum is below `entries`. */
  counts: Map<string, number>;
}

/** A row has room for this many, of some 90 bytes each. An item of the table may have 400 KB. */
const MOST = 3000;

export const hourOf = (time: string): string => time.slice(0, 13);

type Counted = Pick<Entry, 'kind' | 'handler' | 'purpose' | 'outcome' | 'rule' | 'owners'>;

/** Adds an entry to the hour. @param by the function that wrote it */
export function countIn(
  hour: Hour,
  { kind, handler, purpose, outcome, rule, owners = [] }: Counted,
  by: string | undefined,
): void {
  const parts = [
    by === undefined ? kind : `${by} ${kind}`,
    handler?.agency,
    purpose,
    outcome,
    rule,
    ...[...new Set(owners)].sort(),
  ];
  const name = JSON.stringify(parts.map((part) => part ?? 0));
  hour.entries += 1;
  const n = hour.counts.get(name);
  if (n !== undefined || hour.counts.size < MOST) hour.counts.set(name, (n ?? 0) + 1);
}

export function parseCombination(name: string): Combination {
  const parts = (JSON.parse(name) as (string | 0)[]).map((part) => (part === 0 ? undefined : part));
  const [first = '', agency, purpose, outcome, rule, ...owners] = parts;
  const [kind = '', by] = first.split(' ').reverse();
  return { by, kind, agency, purpose, outcome, rule, owners: owners.filter((one) => one !== undefined) };
}

/** An hour before its first leaf. */
export const newHour = (first: number): Hour => ({ size: 0, first, entries: 0, counts: new Map() });

export function hourRow(place: string, { size, first, entries, counts }: Hour): IndexRow {
  return { key: HOURS, place, entries: JSON.stringify([size, entries, Object.fromEntries(counts), first]) };
}

export function parseHour(text: string | undefined): Hour {
  type Row = [size: number, entries: number, counts: Record<string, number>, first?: number];
  const [size, entries, counts, first = 0] = JSON.parse(text ?? '[0,0,{}]') as Row;
  return { size, first, entries, counts: new Map(Object.entries(counts)) };
}

/** When the first counted hour begins, epoch milliseconds; `null` without an index. No entry of the tree is older. */
export async function beginningOf(index: IndexTable): Promise<number | null> {
  const table = { client: index.dynamo, name: index.indexTable };
  const [first] = await queryFirst(table, '#key = :key', { key: HOURS }, { limit: 1 });
  const place = first?.['place']?.S;
  return place === undefined ? null : Date.parse(`${place}:00:00.000Z`);
}

/** The counted hours of a span by their names, the oldest first. @param from, to hours, inclusive */
export async function readHours(index: IndexTable, from: string, to: string): Promise<Map<string, Hour>> {
  const table = { client: index.dynamo, name: index.indexTable };
  const hours = new Map<string, Hour>();
  if (from > to) return hours;
  const where = '#key = :key AND #place BETWEEN :from AND :to';
  for await (const page of queryPages(table, where, { key: HOURS, from, to })) {
    for (const { place, entries } of page) hours.set(place?.S ?? '', parseHour(entries?.S));
  }
  return hours;
}
