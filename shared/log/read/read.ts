/** Queries over the log, newest first. They read what is stored. `chain.ts` checks authenticity. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EntryId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { entryId, leafHash, parseEntryId } from '../entry/leaf.ts';
import type { EpochKeys } from '../entry/secrets.ts';
import type { LogItem } from '../write/item.ts';
import { epochName, readEpochKeys } from '../write/secret-table.ts';
import { mayBeAbout, noteAbout } from './about.ts';
import { type Position, readCursor, writeCursor } from './cursor.ts';
import { isOneOf, type LogFilter, matches } from './filter.ts';
import {
  before,
  daySource,
  type Found,
  getLogItem,
  getLogItems,
  merge,
  newestFirst,
  type Source,
} from './found.ts';
import { keysOf, OPEN_MS } from './index-rows.ts';
import { indexSource, readPosition } from './index-table.ts';
import { type OpenedEntry, openEntry, type Passes } from './openings.ts';

export interface LogStore {
  dynamo: DynamoDBClient;
  table: string;
  wordsTable: string;
  /** See `index-rows.ts`. */
  indexTable: string;
}

const tableOf = ({ dynamo, table }: LogStore): Table => ({ client: dynamo, name: table });

export interface Span {
  /** Epoch milliseconds, inclusive. */
  from: number;
  /** Epoch milliseconds, exclusive. */
  to: number;
}

export interface LogQuery extends Span {
  filter: LogFilter;
  /** Maximum number of entries, from 1. */
  limit: number;
  /** Maximum bytes of leaves and their texts, at most those of a page. */
  bytes?: number;
  cursor?: string;
  /**
   * Leaves out what the reader may not know of. Of such entries neither a page nor a cursor reveals anything: a full page
   * has a cursor only if an entry follows that the reader may see.
   */
  visible?: (entries: readonly StoredEntry[]) => Promise<readonly StoredEntry[]>;
  /** See `openEntry`. Kinds that the filter leaves out are passed as well. */
  passes?: Passes;
  /** Items that the reader has seen whole; they are not read. */
  seen?: (item: Pick<Found, 'writer' | 'seq'>) => boolean;
  /** The cursor is bound to this: all parameters of the query as given. */
  asked: object;
}

/** One entry as stored. */
export interface StoredEntry extends OpenedEntry {
  id: EntryId;
  text: string;
  hash: Buffer;
  /** The writer's signature over the leaf. */
  signature: Uint8Array;
  /** Number of leaves in its item. */
  leaves: number;
}

/**
 * The maximum cost of one page: reads of the index or of days, and bytes of leaves and texts (an answer holds 3 MB). So
 * a page may hold fewer entries than requested, even none, with a cursor to continue.
 */
const LOOKS = 40;
const BYTES = 2_500_000;
/** Most items read at once. */
const CHUNK = 64;

interface Page {
  entries: StoredEntry[];
  bytes: number;
}

/** @throws Problem INVALID_REQUEST for a cursor of another query; what the store throws. */
export async function readEntries(
  store: LogStore,
  query: LogQuery,
): Promise<{ entries: StoredEntry[]; cursor: string | null }> {
  const sources = await sourcesOf(store, query);
  const start = query.cursor
    ? readCursor(query.cursor, query.asked)
    : { at: new Date(query.to).toISOString() };
  const { page, position } = await readFrom(store, query, sources, start);
  const { entries } = page;
  if (position && query.visible && isFull(page, query)) {
    const rest = await readFrom(store, { ...query, limit: 1 }, sources, position);
    if (rest.page.entries.length === 0 && rest.position === null) return { entries, cursor: null };
  }
  return { entries, cursor: position && writeCursor(position, query.asked) };
}

/** @returns a page of entries older than a position, and where it ends; `null` at the end of the log */
async function readFrom(
  store: LogStore,
  query: LogQuery,
  sources: Source,
  start: Position,
): Promise<{ page: Page; position: Position | null }> {
  const page: Page = { entries: [], bytes: 0 };
  let position: Position | null = start;
  let until: string = position.item ? position.at : before(position.at);
  for (let looks = 0; position && looks < LOOKS && !isFull(page, query); looks++) {
    const { found, after } = await sources.back(until);
    const { subject } = query.filter;
    const left = olderThan(position, found).filter(
      (one) => !query.seen?.(one) && (!subject || mayBeAbout(one, subject)),
    );
    position = after === null ? null : { at: justAfter(after) };
    const stopped = await takeAll(store, query, page, left, position === null);
    if (stopped !== undefined) position = stopped;
    until = after ?? until;
  }
  return { page, position };
}

/**
 * Uses the index if the filter has an indexed key, and also reads what is not indexed yet. Otherwise reads
 * all items by day.
 */
async function sourcesOf(store: LogStore, { filter, from }: LogQuery): Promise<Source> {
  const first = new Date(from).toISOString();
  const keys = keysOf(filter);
  const position = keys && (await readPosition(store));
  const unseen = UNSEEN + (filter.unnamed ? OPEN_MS : 0);
  const reach = position ? position.until - unseen : 0;
  if (!keys || reach <= from) return daySource(tableOf(store), first);
  const latest = daySource(tableOf(store), new Date(reach).toISOString());
  return merge([...keys.map((key) => indexSource(store, key, first)), latest]);
}

/** Maximum milliseconds for which an append may have been in progress when its chain was read. */
const UNSEEN = 10_000;

/** The unread part of a result that is older than the position. */
function olderThan({ at, item }: Position, found: readonly Found[]): Found[] {
  return found.flatMap((one) => {
    const order = item ? newestFirst(one, { at, ...item }) : one.at < at ? 1 : -1;
    if (order > 0) return [one];
    if (order < 0 || !item) return [];
    const before = Array.from({ length: item.left }, (_, leaf) => leaf);
    return [{ ...one, leaves: one.leaves?.filter((leaf) => leaf < item.left) ?? before }];
  });
}

/** One millisecond after `after`. */
function justAfter(after: string): string {
  return new Date(Date.parse(after) + 1).toISOString();
}

/** @returns the position at which the page became full, `undefined` if it did not; `null` if nothing can follow. */
async function takeAll(
  store: LogStore,
  query: LogQuery,
  page: Page,
  found: readonly Found[],
  last: boolean,
): Promise<Position | null | undefined> {
  for (let from = 0, some: readonly Found[] = []; from < found.length; from += some.length) {
    some = found.slice(
      from,
      from + chunkOf(found, from, Math.max(query.limit - page.entries.length, CHUNK / 2)),
    );
    const items = await getLogItems(tableOf(store), some);
    const keys = await readEpochKeys(store, [...items.values()].map(epochOf));
    const seen = await query.visible?.(matchingOf(some, items, keys, query));
    const shown = seen && new Map(seen.map((one) => [one.id, one]));
    for (const [i, { at, writer, seq, leaves }] of some.entries()) {
      const item = items.get(`${writer}-${seq}`);
      const left = item && take(item, keys, query, page, { among: leaves, shown });
      if (left === undefined || left === null) continue;
      const isLast = last && left === 0 && from + i === found.length - 1;
      return isLast ? null : { at, item: { writer, seq, left } };
    }
  }
  return undefined;
}

/** @returns the entry with this id, or `null` if there is none. */
export async function readEntry(store: LogStore, id: string): Promise<StoredEntry | null> {
  const place = parseEntryId(id);
  const item = place && (await getLogItem(tableOf(store), place));
  if (!item || place.leaf >= item.leaves.length) return null;
  return storedEntry(item, place.leaf, await readEpochKeys(store, [epochOf(item)]));
}

/** Entries by their ids, in that order, without missing ones. */
export async function readEntriesById(
  store: LogStore,
  ids: readonly string[],
  passes?: Passes,
): Promise<StoredEntry[]> {
  const places = ids.map(parseEntryId).filter((place) => place !== null);
  // One item may contain several of them.
  const wanted = new Map(places.map((place) => [`${place.writer}-${place.seq}`, place]));
  const items = await getLogItems(tableOf(store), [...wanted.values()]);
  const keys = await readEpochKeys(store, [...items.values()].map(epochOf));
  return places.flatMap(({ writer, seq, leaf }) => {
    const item = items.get(`${writer}-${seq}`);
    if (!item || leaf >= item.leaves.length) return [];
    return [storedEntry(item, leaf, keys, passes)];
  });
}

/** Items enough for a page: one of a batch holds a hundred leaves, and up to 400 KB. */
function chunkOf(found: readonly Found[], from: number, wanted: number): number {
  let [items, leaves] = [0, 0];
  while (items < CHUNK && leaves < wanted) leaves += found[from + items++]?.leaves?.length ?? 1;
  return items;
}

const epochOf = ({ writer, seq }: LogItem) => epochName(writer, seq);

type Keys = ReadonlyMap<string, EpochKeys>;

function matchingOf(
  some: readonly Found[],
  items: ReadonlyMap<string, LogItem>,
  keys: Keys,
  query: LogQuery,
): StoredEntry[] {
  const passes = passesOf(query);
  return some.flatMap(({ writer, seq, leaves }) => {
    const item = items.get(`${writer}-${seq}`);
    if (!item) return [];
    const opened = item.leaves.flatMap((_, leaf) =>
      leaves?.includes(leaf) === false ? [] : storedEntry(item, leaf, keys, passes),
    );
    return opened.filter((one) => matches(one, query.filter));
  });
}

/**
 * Takes matching leaves of an item, last first.
 * @param among leaves that may match; `null` for any
 * @param shown matching entries that the reader may see; absent: any
 * @returns the number of unread leaves if the page became full, otherwise `null`.
 */
function take(
  item: LogItem,
  keys: Keys,
  query: LogQuery,
  found: Page,
  { among, shown }: { among: readonly number[] | null; shown: ReadonlyMap<EntryId, StoredEntry> | undefined },
): number | null {
  const passes = passesOf(query);
  for (let leaf = item.leaves.length - 1; leaf >= 0; leaf--) {
    if (among && !among.includes(leaf)) continue;
    const { writer, seq } = item;
    const stored = shown ? shown.get(entryId({ writer, seq, leaf })) : storedEntry(item, leaf, keys, passes);
    if (!stored || !matches(stored, query.filter)) continue;
    found.entries.push(stored);
    found.bytes += JSON.stringify([stored.text, stored.texts]).length;
    if (isFull(found, query)) return leaf;
  }
  return null;
}

function isFull({ entries, bytes }: Page, { limit, bytes: most = BYTES }: LogQuery): boolean {
  return entries.length >= limit || bytes >= most;
}

const passesOf =
  ({ filter: { kind, except }, passes }: LogQuery): Passes =>
  (one) =>
    passes?.(one) || !isOneOf(one, kind) || except?.includes(one) === true;

function storedEntry(item: LogItem, leaf: number, keys: Keys, passes?: Passes): StoredEntry {
  const { writer, seq } = item;
  const id = entryId({ writer, seq, leaf });
  const text = item.leaves[leaf] as string;
  const opened = openEntry(item, leaf, keys.get(epochOf(item)), passes);
  noteAbout({ writer, seq, leaf, leaves: item.leaves.length }, opened);
  return {
    ...opened,
    entry: opened.entry?.id === id ? opened.entry : null,
    id,
    text,
    hash: leafHash(text),
    signature: item.signatures[leaf] ?? NO_BYTES,
    leaves: item.leaves.length,
  };
}

const NO_BYTES = new Uint8Array();
