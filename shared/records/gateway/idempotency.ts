/** Idempotency keys: a repeated request gets the first answer; a different request under the same key gets none. */

import { gunzipSync, gzipSync } from 'node:zlib';
import { deleteIf, getItem, putIf, putItem, type Table } from '../../store/table.ts';

const KEPT_SECONDS = 86_400;
/** If a claim has no answer after this long, its process has died and the request may run again. */
const ABANDONED_SECONDS = 60;

interface IdempotentRequest {
  /** Unique per caller and key. */
  claim: string;
  /** Digest of the request. */
  request: string;
  /** Of this attempt alone: it releases no claim that another one made since. */
  run: string;
  now: number;
}

type Claimed = { state: 'new' } | { state: 'busy' } | { state: 'other' } | { state: 'done'; answer: string };

const FREE =
  '#run = :run OR attribute_not_exists(claim) OR expires < :now OR (#request = :request AND attribute_not_exists(answer) AND since < :abandoned)';

/**
 * Claims the key for this request.
 * @returns `new` if this call claimed it; `done` with the stored answer; `busy` while the first request runs;
 * `other` if the key was used for another request
 */
export async function claimRequest(table: Table, asked: IdempotentRequest): Promise<Claimed> {
  const { claim, request, run, now } = asked;
  const seconds = Math.floor(now / 1000);
  const free = await putIf(table, itemOf(asked), FREE, {
    ':run': { S: run },
    ':now': { N: String(seconds) },
    ':request': { S: request },
    ':abandoned': { N: String(seconds - ABANDONED_SECONDS) },
  });
  if (free) return { state: 'new' };
  const item = await getItem(table, { claim: { S: claim } });
  if (item?.['request']?.S !== request) return { state: 'other' };
  const stored = item['answer']?.B;
  return stored === undefined
    ? { state: 'busy' }
    : { state: 'done', answer: gunzipSync(stored).toString('utf8') };
}

/** Keeps the answer for a day. */
export function storeAnswer(table: Table, asked: IdempotentRequest, answer: string): Promise<void> {
  // The answer to 500 records can be larger than an item may be, and repeats the same few words.
  return putItem(table, { ...itemOf(asked), answer: { B: gzipSync(answer) } });
}

/** Releases the key after a failure, so that the caller may try again at once. @returns whether this run held it */
export function releaseRequest(
  table: Table,
  { claim, run }: Pick<IdempotentRequest, 'claim' | 'run'>,
): Promise<boolean> {
  return deleteIf(table, { claim: { S: claim } }, '#run = :run', { ':run': { S: run } });
}

function itemOf({ claim, request, run, now }: IdempotentRequest) {
  const seconds = Math.floor(now / 1000);
  return {
    claim: { S: claim },
    request: { S: request },
    run: { S: run },
    since: { N: String(seconds) },
    expires: { N: String(seconds + KEPT_SECONDS) },
  };
}
