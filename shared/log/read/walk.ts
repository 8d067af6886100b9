import {
  type LogFilter,
  type LogQuery,
  type LogStore,
  readEntries,
  type Span,
  type StoredEntry,
} from './read.ts';

/** Every entry of a span, newest first. */
export async function* walkEntries(
  store: LogStore,
  span: Span,
  filter: LogFilter,
): AsyncGenerator<StoredEntry> {
  let cursor: string | null = null;
  do {
    const query: LogQuery = {
      ...span,
      ...{ filter, limit: 1000, asked: { span, filter } },
      ...(cursor !== null && { cursor }),
    };
    const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(store, query);
    yield* page.entries;
    cursor = page.cursor;
  } while (cursor !== null);
}
