/**
 * The index of the log: for each subject, agency, purpose and so on, the places of their entries. The
 * sequencer writes one row for each key, minute and step. A row names entries by their place in the chains,
 * so a busy key costs a few bytes an entry and one write a step. Rows prove nothing: readers read the entries
 * and compare them again.
 */

import { queryFirst } from '../../store/first.ts';
import type { Table } from '../../store/table.ts';
import type { Entry } from '../entry/entry.ts';
import { logIdsIn, type SubjectNames } from './subject-names.ts';

/** An entry in the index. */
export interface Indexed {
  at: string;
  writer: string;
  seq: number;
  leaf: number;
}

export interface IndexRow {
  /** Key such as `agency:edu-county`. */
  key: string;
  /** `<minute>#<step>`. */
  place: string;
  /** See `formatIndexed`. */
  entries: string;
}

/** Key of entries that name a subject by its internal id alone. */
export const UNNAMED = 'unnamed';

/** Milliseconds within which a decision follows its attempt; later ones never come. Until then an attempt is not `UNNAMED`. */
export const OPEN_MS = 120_000;

/** Kinds that `use:` leaves out: an owner's own writes, and attempts. */
const NO_USE: ReadonlySet<string> = new Set(['intake', 'attempt', 'writer']);
const NOT_IN_USE: readonly string[] = ['intake', 'attempt'];

/** What of an entry leads to it. */
type Keyed = Pick<Entry, 'subject' | 'handler' | 'purpose' | 'kind' | 'outcome' | 'about' | 'owners'>;

/** All keys of an entry. */
export function indexKeys(entry: Keyed): string[] {
  const { subject, handler, purpose, kind, outcome, about, owners } = entry;
  const keys = [`kind:${kind}`];
  if (subject !== undefined) keys.push(`subject:${subject}`);
  if (handler) keys.push(`agency:${handler.agency}`);
  if (purpose !== undefined) keys.push(`purpose:${purpose}`);
  if (outcome !== undefined) keys.push(`outcome:${outcome}`);
  if (about !== undefined) keys.push(`about:${about}`);
  // Of an entry that many have read, its verdicts are found without the readings.
  if (about !== undefined && kind === 'review') keys.push(`reviewed:${about}`);
  if (!NO_USE.has(kind)) for (const owner of new Set(owners)) keys.push(`use:${owner}`);
  return keys;
}

/**
 * Rows of one step.
 * @param step see `stepName`: rows of different steps never replace each other
 */
export function makeRows(keyed: Iterable<{ key: string; indexed: Indexed }>, step: string): IndexRow[] {
  const rows = new Map<string, { key: string; place: string; indexed: Indexed[] }>();
  for (const { key, indexed } of keyed) {
    const place = `${minuteOf(indexed.at)}#${step}`;
    const name = `${key}\n${place}`;
    const row = rows.get(name);
    if (row) row.indexed.push(indexed);
    else rows.set(name, { key, place, indexed: [indexed] });
  }
  return [...rows.values()].map(({ indexed, ...row }) => ({ ...row, entries: formatIndexed(indexed) }));
}

/**
 * Identifies rows that are written together: a step of the tree by its first leaf, a catch-up (`c`), a repair
 * of missing rows (`r`).
 */
export function stepName(first: number, by: '' | 'c' | 'r' = ''): string {
  return `${placeKey(first)}${by}`;
}

/** The minute of an instant in the sort order of rows. */
export function minuteOf(at: string): string {
  return at.slice(0, 16);
}

/** One line for each writer: its id, then `<milliseconds in the minute>.<seq>.<leaf>` for each entry, in base 36. */
export function formatIndexed(indexed: readonly Indexed[]): string {
  const byWriter = Map.groupBy(indexed, ({ writer }) => writer);
  const lines = [...byWriter].map(([writer, entries]) => {
    const places = entries.map(({ at, seq, leaf }) => {
      const ms = Number(at.slice(17, 19)) * 1000 + Number(at.slice(20, 23));
      return [ms, seq, leaf].map((n) => n.toString(36)).join('.');
    });
    return [writer, ...new Set(places)].join(' ');
  });
  return lines.join('\n');
}

/** @returns the places given to `formatIndexed`, without malformed ones. */
export function parseIndexed(minute: string, entries: string): Indexed[] {
  return entries.split('\n').flatMap((line) => {
    const [writer = '', ...places] = line.split(' ');
    return places.flatMap((place) => {
      const [ms = NaN, seq = NaN, leaf = NaN] = place.split('.').map((n) => Number.parseInt(n, 36));
      if (![ms, seq, leaf].every(Number.isSafeInteger) || ms > 59_999) return [];
      const seconds = String(Math.floor(ms / 1000)).padStart(2, '0');
      return [{ at: `${minute}:${seconds}.${String(ms % 1000).padStart(3, '0')}Z`, writer, seq, leaf }];
    });
  });
}

/** A value, or several: an entry has one of them. */
export type OneOf = string | readonly string[];

export const listed = (wanted: OneOf): readonly string[] => (typeof wanted === 'string' ? [wanted] : wanted);

/** The part of a query that the index supports. */
interface Wanted {
  unnamed?: boolean;
  subject?: Pick<SubjectNames, 'logId' | 'joined'>;
  about?: OneOf;
  agency?: string;
  purpose?: OneOf;
  kind?: OneOf;
  outcome?: OneOf;
  owners?: readonly string[];
  except?: readonly string[];
}

/** Kinds of most entries. */
const COMMON: ReadonlySet<string> = new Set(['attempt', 'decision', 'denial', 'intake']);

/** The keys that cover all entries of a query, chosen by its rarest filter; `null` if there is none. */
export function keysOf(wanted: Wanted): string[] | null {
  const { unnamed, subject, about, agency, purpose, kind, outcome, owners, except } = wanted;
  if (unnamed) return [UNNAMED];
  const keyed = (name: string, values: OneOf) => listed(values).map((value) => `${name}:${value}`);
  if (subject) return keyed('subject', logIdsIn(subject));
  if (about !== undefined) return keyed(kind === 'review' ? 'reviewed' : 'about', about);
  if (kind !== undefined && !listed(kind).some((one) => COMMON.has(one))) return keyed('kind', kind);
  if (agency !== undefined) return [`agency:${agency}`];
  if (purpose !== undefined) return keyed('purpose', purpose);
  if (kind !== undefined) return keyed('kind', kind);
  if (owners && NOT_IN_USE.every((one) => except?.includes(one)))
    return owners.map((owner) => `use:${owner}`);
  return outcome === undefined ? null : keyed('outcome', outcome);
}

/*
 * The places of items in the tree. The sequencer writes one record for each writer and step, which lists the
 * writer's items of that step. The records of one writer follow one another without gaps.
 */

/** The number of leaves of one item, and the tree index of the first. */
export interface Placed {
  writer: string;
  seq: number;
  first: number;
  leaves: number;
}

/** Sort key of a record: its first `seq`, in digits that sort numerically. */
export function placeKey(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** A record as text: `seq first leaves`, one line for each item. */
export function formatPlaces(placed: readonly Placed[]): string {
  return placed.map(({ seq, first, leaves }) => `${seq} ${first} ${leaves}\n`).join('');
}

/** @returns `seq`, first and leaves of each item of a record */
export function parsePlaces(text: string): [number, number, number][] {
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => line.split(' ').map(Number) as [number, number, number]);
}

/** @returns `null` while the item is not in the tree. */
export async function findPlace(table: Table, writer: string, seq: number): Promise<Placed | null> {
  const options = { backwards: true, limit: 1 };
  const [item] = await queryFirst(
    table,
    '#part = :writer AND #item <= :key',
    { writer, key: placeKey(seq) },
    options,
  );
  const place = parsePlaces(item?.['places']?.S ?? '').find(([one]) => one === seq);
  return place ? { writer, seq, first: place[1], leaves: place[2] } : null;
}
