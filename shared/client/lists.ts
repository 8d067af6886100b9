/** Paged lists, newest first. */
import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { LogEntry, Page } from './wire/types.ts';

export interface LogFilters {
  /** RFC 3339 instants or dates; `from` is inclusive, `to` exclusive. */
  from?: string;
  to?: string;
  agency?: string;
  /** One, or up to eight with commas between them. */
  purpose?: string;
  ref?: string;
  officer?: string;
  /** As `purpose`. */
  outcome?: string;
  /** As `purpose`. */
  kind?: string;
  /** The log's own id of a person, as entries show it. */
  subject?: string;
  /** The entry or agency that entries are about. */
  about?: string;
  /** The programme of a verification. */
  programme?: string;
  officerBy?: 'claimed' | 'authenticated';
  evidence?: 'signed' | 'none';
  /** The id of the key that wrote the entry. */
  writer?: string;
  /** Of what auditors review: `no` leaves out what has a verdict, `yes` what has none. */
  reviewed?: 'yes' | 'no';
  /** Entries a page. */
  limit?: number;
  /** With the leaves and the openings of their commitments. */
  openings?: 'yes';
}

export interface UsageFilters {
  from?: string;
  to?: string;
  /** With the leaves, and the openings of what an owner may check. */
  openings?: 'yes';
}

/** One page of a list, starting at `cursor`. */
export async function page(
  wire: Wire,
  path: string,
  action: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
): Promise<Page<LogEntry>> {
  const grant = { actions: [action] };
  const body = bodyOf(await call(wire, { method: 'GET', path, query, grant, safety: 'repeatable', signal }));
  if (!Array.isArray(body['entries']))
    throw new FieldgateError('ANSWER_INVALID', 'The answer is not a list of entries');
  const items = body['entries'] as LogEntry[];
  return typeof body['cursor'] === 'string' ? { items, next: body['cursor'] } : { items };
}

/** Every item of a list, page after page. Pages are fetched only while the caller reads. */
export async function* pages(
  wire: Wire,
  path: string,
  action: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
): AsyncGenerator<LogEntry> {
  let cursor: string | undefined;
  do {
    const { items, next } = await page(wire, path, action, { ...query, cursor }, signal);
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
