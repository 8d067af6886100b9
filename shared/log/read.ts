/** Queries over the log, newest first. Reads what is stored; whether it is genuine is for `chain.ts`. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseEntry } from './chain.ts';
import { type Position, readCursor, writeCursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import { itemHash, type LogItem } from './item.ts';
import { entryId, leafHash, parseEntryId } from './leaf.ts';
import { type OpenedWords, openWords, readOpenings } from './openings.ts';
import { wordsKey } from './put.ts';
import { getItem, type Span, scanBack } from './scan.ts';
import type { Openings } from './words.ts';

export interface LogStore {
  dynamo: DynamoDBClient;
  table: string;
  wordsTable: string;
}

export interface LogFilter {
  agency?: string;
  purpose?: string;
  outcome?: string;
  kind?: string;
  /** The word behind the commitment, exactly; entries whose words are forgotten don't match. */
  officer?: string;
  /** The subject by log id; attempts name it by the subject id behind a commitment. */
  subject?: { logId: string; id: string };
  /** Entries about data that one of these departments owns. */
  owners?: readonly string[];
  /** Kinds that are left out. */
  except?: readonly string[];
}

export interface LogQuery extends Span {
  filter: LogFilter;
  /** Entries at most, from 1. */
  limit: number;
  cursor?: string;
  /** What the cursor is bound to: all that the caller asked for, as asked. */
  asked: object;
}

/** One entry as stored. `entry` is `null` where the stored text is no valid entry any more. */
export interface StoredEntry extends OpenedWords {
  id: string;
  entry: Entry | null;
  text: string;
  hash: Buffer;
  /** The writer's signature over the leaf. */
  signature: Uint8Array;
}

/**
 * What one page may cost: index queries, and bytes of leaves (an answer holds 4 MB). A page may so hold
 * fewer entries than asked for, even none, and a cursor to go on.
 */
const QUERIES = 40;
const BYTES = 2_500_000;

interface Page {
  entries: StoredEntry[];
  bytes: number;
}

/** @throws Problem INVALID_REQUEST for a cursor of another query; what the store throws. */
export async function readEntries(
  store: LogStore,
  query: LogQuery,
): Promise<{ entries: StoredEntry[]; cursor: string | null }> {
  const found: Page = { entries: [], bytes: 0 };
  let position: Position | null = query.cursor
    ? readCursor(query.cursor, query.asked)
    : { at: new Date(query.to).toISOString() };
  for (let queries = 0; position && queries < QUERIES && !isFull(found, query.limit); queries++) {
    const page = await scanBack(store.dynamo, store.table, query, position);
    const openings = await readOpenings(store.dynamo, store.wordsTable, page.items.filter(mayMatch(query)));
    position = page.next;
    for (const [i, item] of page.items.entries()) {
      const left = i === 0 ? page.left : undefined;
      const stopped = take(item, openings, query, found, left);
      if (stopped !== null) {
        position = { at: item.at, item: { writer: item.writer, seq: item.seq, left: stopped } };
        if (stopped === 0 && i === page.items.length - 1) position = page.next;
        break;
      }
    }
  }
  return { entries: found.entries, cursor: position && writeCursor(position, query.asked) };
}

/** @returns the entry with this id, or `null` when there is none. */
export async function readEntry(store: LogStore, id: string): Promise<StoredEntry | null> {
  const place = parseEntryId(id);
  const item = place && (await getItem(store.dynamo, store.table, place.writer, place.seq));
  if (!item || place.leaf >= item.leaves.length) return null;
  const openings = await readOpenings(store.dynamo, store.wordsTable, [item]);
  return storedEntry(item, place.leaf, openings.get(wordsKey(item.writer, item.seq)));
}

/**
 * Takes matching leaves of an item, last first.
 * @returns how many leaves are left when the page was full, else `null`.
 */
function take(
  item: LogItem,
  openings: ReadonlyMap<string, Openings>,
  { filter, limit }: LogQuery,
  found: Page,
  left = item.leaves.length,
): number | null {
  const maybe = isIntact(item) ? leafMayMatch(filter) : () => true;
  for (let leaf = Math.min(left, item.leaves.length) - 1; leaf >= 0; leaf--) {
    if (!maybe(item.leaves[leaf] as string)) continue;
    const stored = storedEntry(item, leaf, openings.get(wordsKey(item.writer, item.seq)));
    if (!matches(stored, filter)) continue;
    found.entries.push(stored);
    found.bytes += stored.text.length;
    if (isFull(found, limit)) return leaf;
  }
  return null;
}

function isFull({ entries, bytes }: Page, limit: number): boolean {
  return entries.length >= limit || bytes >= BYTES;
}

function storedEntry(item: LogItem, leaf: number, openings: Openings | undefined): StoredEntry {
  const { writer, seq } = item;
  const id = entryId({ writer, seq, leaf });
  const text = item.leaves[leaf] as string;
  const parsed = parseEntry(text);
  const entry = parsed?.id === id ? parsed : null;
  const opened = entry ? openWords(entry, openings) : { words: {}, forgotten: [], mismatched: [] };
  return { id, entry, text, hash: leafHash(text), signature: item.signatures[leaf] ?? NO_BYTES, ...opened };
}

const NO_BYTES = new Uint8Array();

function matches({ entry, words }: StoredEntry, filter: LogFilter): boolean {
  // A damaged entry is shown to auditors whatever they look for, and to no department.
  if (!entry) return filter.owners === undefined;
  const { agency, purpose, outcome, kind, officer, subject, owners, except } = filter;
  if (agency !== undefined && entry.handler?.agency !== agency) return false;
  if (purpose !== undefined && entry.purpose !== purpose) return false;
  if (outcome !== undefined && entry.outcome !== outcome) return false;
  if (kind !== undefined && entry.kind !== kind) return false;
  if (except?.includes(entry.kind)) return false;
  if (officer !== undefined && words.officer !== officer) return false;
  if (subject && entry.subject !== subject.logId && words.subject !== subject.id) return false;
  return owners === undefined || (entry.owners ?? []).some((owner) => owners.includes(owner));
}

/** Whether the leaves are those that were put: then each is an entry in canonical form. */
function isIntact({ leaves, hash }: LogItem): boolean {
  return itemHash(leaves.map(leafHash)).equals(hash);
}

/** A cheap look before a leaf is parsed. What is let through is decided by what it parses to. */
function leafMayMatch({ agency, purpose, kind, outcome, subject }: LogFilter): (text: string) => boolean {
  const wanted = { agency, purpose, kind, outcome };
  const needles = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}":${JSON.stringify(value)}`],
  );
  return (text) =>
    needles.every((needle) => text.includes(needle)) &&
    (!subject || text.includes(subject.logId) || COMMITS_TO_SUBJECT.test(text));
}

const COMMITS_TO_SUBJECT = /"committed":\{[^}]*"subject":/;

/** A cheap look before words are read: an item that names neither agency nor purpose can't match. */
function mayMatch({ filter: { agency, purpose } }: LogQuery): (item: LogItem) => boolean {
  const needles = [agency, purpose].filter((one) => one !== undefined).map((one) => JSON.stringify(one));
  return ({ leaves }) => needles.every((needle) => leaves.some((text) => text.includes(needle)));
}
