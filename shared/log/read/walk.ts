import { defined } from '../../defined.ts';
import type { ClientId } from '../../ids.ts';
import type { LogFilter } from './filter.ts';
import { type LogQuery, type LogStore, readEntries, type Span, type StoredEntry } from './read.ts';
import type { SubjectNames } from './subject-names.ts';

/** Default number of entries in a page of a walk. */
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
  { limit = WALK_PAGE, passes }: Pick<LogQuery, 'passes'> & { limit?: number } = {},
): AsyncGenerator<StoredEntry> {
  const span = { from, to };
  for await (const page of walkPages(store, {
    ...span,
    filter,
    limit,
    asked: { span, filter },
    ...defined({ passes }),
  }))
    yield* page;
}

/** Every entry about a subject, as `entriesOfSubject` finds them. */
export function walkSubject(store: LogStore, subject: SubjectNames, span: Span): AsyncGenerator<StoredEntry> {
  return walkEntries(store, span, { subject });
}

/* The log about one person: all entries, and the recipients of the data. */

/** Default number of entries in a page. */
const PAGE = 50;

/**
 * Entries about a subject, newest first: those that name its log id, and their attempts. An entry may be
 * missing for a few seconds after its append.
 * @throws Problem INVALID_REQUEST for a cursor of another query; the store's errors
 */
export function entriesOfSubject(
  store: LogStore,
  subject: SubjectNames,
  { from, to, limit = PAGE, cursor }: Span & { limit?: number; cursor?: string },
): Promise<{ entries: StoredEntry[]; cursor: string | null }> {
  const asked = { subject: subject.logId, from, to };
  return readEntries(store, { from, to, limit, filter: { subject }, asked, ...defined({ cursor }) });
}

/** The data that one recipient received under one purpose. */
export interface Disclosure {
  agency: ClientId;
  departments: readonly string[];
  purpose: string;
  /** Owner to field to the released forms. */
  fields: Record<string, Record<string, string[]>>;
  /** Instants of the first and the last entry. */
  first: string;
  last: string;
  /** Ids of the entries, newest first. */
  entries: string[];
}

/**
 * Recipients of a subject's data, newest first.
 * @param fields only these, as `owner/field` or `field`; absent: all
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
