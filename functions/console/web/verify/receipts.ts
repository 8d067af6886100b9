/** Receipts of one writer, checked by its certificate in the log. */
import { isReceipt, isSignedBy, writerKeyIn } from '../../../../shared/client/evidence/evidence.ts';
import type { Answer } from '../../../../shared/contract/api.ts';
import { pause, read } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { logKey } from './proof.ts';

const AGAIN = 5000;
const TRIES = 24;

/** The certificate of a writer. A new writer's is in the tree after a few seconds. */
async function certificateOf(writer: string): Promise<Answer<'GET /v1/log/proofs/inclusion'>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read('GET /v1/log/proofs/inclusion', { query: { entry: `${writer}-0-0` } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt >= TRIES) throw error;
      await pause(AGAIN);
    }
  }
}

/**
 * @returns whether each is a receipt that the writer signed; true for none
 * @throws ApiError while the writer's certificate cannot be read
 */
export async function areSigned(receipts: readonly unknown[]): Promise<boolean> {
  if (!receipts.every(isReceipt)) return false;
  const [first] = receipts;
  if (!first) return true;
  const [answer, { verifier }] = await Promise.all([certificateOf(first.writer), logKey()]);
  const key = await writerKeyIn(answer, first.writer, verifier);
  return key !== null && !(await Promise.all(receipts.map((one) => isSignedBy(key, one)))).includes(false);
}
