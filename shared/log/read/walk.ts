import { defined } from '../../defined.ts';
import {
  type LogFilter,
  type LogQuery,
  type LogStore,
  readEntries,
  type Span,
  type StoredEntry,
  type SubjectNames,
} from './read.ts';

/** Entries of a page of a walk unless said. */
const WALK_PAGE = 1000;

/** The pages of a query, newest first. */
export async function* walkPages(
  store: LogStore,
  query: Omit<LogQuery, 'cursor'>,
): AsyncGenerator<StoredEntry[]> {
  let cursor: string | null = null;
  do {
    const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(
      store,
      cursor === null ? query : { ...query, cursor },
    );
    yield page.entries;
    cursor = page.cursor;
  } while (cursor !== null);
}

/** Every entry of a span, newest first. */
export async function* walkEntries(
  store: LogStore,
  { from, to }: Span,
  filter: LogFilter,
  limit = WALK_PAGE,
): AsyncGenerator<StoredEntry> {
  const span = { from, to };
  for await (const page of walkPages(store, { ...span, filter, limit, asked: { span, filter } })) yield* page;
}

/** Every entry about a subject, as `entriesOfSubject` finds them. */
export function walkSubject(store: LogStore, subject: SubjectNames, span: Span): AsyncGenerator<StoredEntry> {
  return walkEntries(store, span, { subject });
}

/* What the log says about one person: all entries, and who was told what. */

/** Entries of a page unless said. */
const PAGE = 50;

/**
 * Entries about a subject, newest first: what names its log id, and the attempts behind those. A few seconds
 * after an append it may still be missing.
 * @throws Problem INVALID_REQUEST for a cursor of another query; what the store throws
 */
export function entriesOfSubject(
  store: LogStore,
  subject: SubjectNames,
  { from, to, limit = PAGE, cursor }: Span & { limit?: number; cursor?: string },
): Promise<{ entries: StoredEntry[]; cursor: string | null }> {
  const asked = { subject: subject.logId, from, to };
  return readEntries(store, { from, to, limit, filter: { subject }, asked, ...defined({ cursor }) });
}

/** What one recipient was given, under one purpose. */
export interface Disclosure {
  agency: string;
  departments: readonly string[];
  purpose: string;
  /** Owner to field to the forms that it was given in. */
  fields: Record<string, Record<string, string[]>>;
  /** Instants of the first and the last entry. */
  first: string;
  last: string;
  /** Ids of the entries, newest first. */
  entries: string[];
}

/**
 * Who received something of a subject, newest first.
 * @param fields these alone, as `owner/field` or `field`; all where left out
 */
export async function recipientsOf(
  store: LogStore,
  subject: SubjectNames,
  span: Span,
  fields?: readonly string[],
): Promise<Disclosure[]> {
  const found = new Map<string, Disclosure>();
  for await (const stored of walkSubject(store, subject, span)) addTo(found, stored, fields);
  return [...found.values()];
}

function addTo(found: Map<string, Disclosure>, { id, entry }: StoredEntry, wanted?: readonly string[]): void {
  if (entry?.kind !== 'decision' || !entry.handler) return;
  const given = Object.entries(entry.fields ?? {}).flatMap(([owner, fields]) =>
    Object.entries(fields).map(([field, form]) => ({ owner, field, form })),
  );
  const told = given.filter(
    ({ owner, field }) => !wanted || wanted.includes(field) || wanted.includes(`${owner}/${field}`),
  );
  if (told.length === 0) return;
  const { agency, departments } = entry.handler;
  const purpose = entry.purpose ?? '';
  const name = JSON.stringify([agency, purpose]);
  const known = found.get(name);
  const one: Disclosure = known ?? {
    agency,
    departments,
    purpose,
    fields: {},
    first: entry.time,
    last: entry.time,
    entries: [],
  };
  if (!known) found.set(name, one);
  one.first = entry.time;
  one.entries.push(id);
  for (const { owner, field, form } of told) {
    one.fields[owner] ??= {};
    const forms = one.fields[owner];
    forms[field] = [...new Set([...(forms[field] ?? []), form])];
  }
}
