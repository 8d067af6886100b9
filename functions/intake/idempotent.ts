import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { randomId } from '../../shared/bytes.ts';
import { IdempotencyKey } from '../../shared/contract/routes/common.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import { claimRequest, releaseRequest, storeAnswer } from '../../shared/records/gateway/idempotency.ts';
import type { Session } from '../session/session.ts';
import type { IntakeDeps } from './deps.ts';

/**
 * Claims of requests that failed here while the store could not be told so, and their runs. They run no more, so the repeat
 * takes them over at once; at another instance it is refused until the claim ends, after a minute.
 */
const leftBy = new WeakMap<DynamoDBClient, Map<string, string>>();
const MOST_LEFT = 1_000;

/**
 * Runs `work` once for a caller's idempotency key; a repeat of the same request gets the first answer. Without a key,
 * `work` just runs. If a request fails, its key is released and the request may be repeated.
 * @throws Problem CONFLICT if the key was used for another request, or the first request is still running
 */
export async function answerOnce(
  { now, tables }: Pick<IntakeDeps, 'now' | 'tables'>,
  session: Session,
  key: string | undefined,
  digest: string,
  work: () => Promise<string>,
): Promise<string> {
  if (key === undefined) return work();
  if (!v.is(IdempotencyKey, key)) {
    throw invalid('', commonTexts.keyMalformed);
  }
  const name = createHash('sha256')
    .update(JSON.stringify([session.caller.clientId, key]))
    .digest('base64url');
  const request = { claim: `idempotency:${name}`, request: digest, run: randomId(), now: now() };
  const left = leftBy.get(tables.claims.client) ?? new Map<string, string>();
  leftBy.set(tables.claims.client, left);
  const leave = () => {
    if (left.size < MOST_LEFT) left.set(request.claim, request.run);
  };
  const claim = () =>
    claimRequest(tables.claims, request).catch((error) => {
      // It may have been stored.
      leave();
      throw error;
    });
  let claimed = await claim();
  const run = left.get(request.claim);
  if (claimed.state === 'busy' && run !== undefined) {
    if (await releaseRequest(tables.claims, { claim: request.claim, run })) claimed = await claim();
  }
  left.delete(request.claim);
  if (claimed.state === 'done') return claimed.answer;
  if (claimed.state === 'busy') {
    throw new Problem('CONFLICT', {
      detail: intakeTexts.stillRunning,
    });
  }
  if (claimed.state === 'other') {
    throw new Problem('CONFLICT', { detail: intakeTexts.keyUsed });
  }
  try {
    const answer = await work();
    await storeAnswer(tables.claims, request, answer);
    return answer;
  } catch (error) {
    await releaseRequest(tables.claims, request).catch(leave);
    throw error;
  }
}
