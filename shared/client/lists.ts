/** Paged lists, newest first. */
import type { Line, Query } from '../contract/api.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { Page } from './wire/types.ts';

/** The parameters of a route, of which only the size of a page is a number. Several values of one have commas between them. */
export type Filters<L extends Line> = {
  [Name in keyof Query<L>]: Name extends 'limit' ? number | undefined : Exclude<Query<L>[Name], number>;
};
export type LogFilters = Omit<Filters<'GET /v1/log/entries'>, 'cursor'>;
export type UsageFilters = Omit<Filters<'GET /v1/usage'>, 'cursor'>;

/** One page of a list, starting at `cursor`. */
export async function page<Item>(
  wire: Wire,
  path: string,
  action: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
): Promise<Page<Item>> {
  const grant = { actions: [action] };
  const body = bodyOf(await call(wire, { method: 'GET', path, query, grant, safety: 'repeatable', signal }));
  if (!Array.isArray(body['entries']))
    throw new FieldgateError('ANSWER_INVALID', 'The answer is not a list of entries');
  const items = body['entries'] as Item[];
  return typeof body['cursor'] === 'string' ? { items, next: body['cursor'] } : { items };
}

/** Every item of a list, page after page. Pages are fetched only while the caller reads. */
export async function* pages<Item>(
  wire: Wire,
  path: string,
  action: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const { items, next } = await page<Item>(wire, path, action, { ...query, cursor }, signal);
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
