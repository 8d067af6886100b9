/**
 * Verdicts wait ten seconds, during which they can be undone. Then they are sent as one batch, whose receipts
 * are checked.
 */
import { signal } from '@preact/signals';
import { isReceipt, isSignedBy, writerKeyIn } from '../../../shared/client/evidence/evidence.ts';
import { type Answer, pause, read, write } from './api.ts';
import { ApiError } from './problems.ts';
import { logKey } from './verify/proof.ts';

export interface Verdict {
  about: string;
  verdict: string;
  note?: string;
}
export interface Batch {
  verdicts: Verdict[];
  label: string;
  /** Epoch milliseconds. */
  goesAt: number;
}

export const WAIT = 10_000;
export const waitingBatch = signal<Batch | null>(null);
export type Sent =
  | { kind: 'sent'; count: number; entry: string; refused: number }
  | { kind: 'failed' }
  | { kind: 'unchecked' }
  | { kind: 'bad' };
export const lastSent = signal<Sent | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;
let giveBack: (ids: readonly string[]) => void = () => {};

/** @param back called with the verdicts that the gateway rejected */
export function enqueue(verdicts: Verdict[], label: string, back: typeof giveBack): void {
  flush();
  giveBack = back;
  waitingBatch.value = { verdicts, label, goesAt: Date.now() + WAIT };
  timer = setTimeout(flush, WAIT);
}

/** @returns the ids that need a review again */
export function undo(): string[] {
  clearTimeout(timer);
  const ids = waitingBatch.value?.verdicts.map(({ about }) => about) ?? [];
  waitingBatch.value = null;
  return ids;
}

/** Sends the pending verdicts at once. */
export function flush(): void {
  clearTimeout(timer);
  const batch = waitingBatch.value;
  if (!batch) return;
  waitingBatch.value = null;
  const back = giveBack;
  send(batch).then(
    (sent) => {
      lastSent.value = sent;
    },
    (error) => {
      lastSent.value = { kind: error instanceof Unchecked ? 'unchecked' : 'failed' };
      if (!(error instanceof Unchecked)) back(batch.verdicts.map(({ about }) => about));
    },
  );
}

/** The verdicts are in the log, but their receipts could not be checked yet. */
class Unchecked extends Error {}

const AGAIN = 5000;
const TRIES = 24;

/** The certificate of a writer. A new writer's is in the tree after a few seconds. */
async function certificateOf(writer: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read(`/v1/log/proofs/inclusion?entry=${writer}-0-0`);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt >= TRIES) throw error;
      await pause(AGAIN);
    }
  }
}

async function send({ verdicts }: Batch): Promise<Sent> {
  const { reviews, refused } = await write('/v1/log/reviews', { verdicts });
  const receipts: unknown[] = reviews.map(({ receipt }: { receipt: unknown }) => receipt);
  if (!receipts.every(isReceipt)) return { kind: 'bad' };
  const [first] = receipts;
  if (first) {
    const [answer, { verifier }] = await Promise.all([certificateOf(first.writer), logKey()]).catch(() => {
      throw new Unchecked();
    });
    const key = await writerKeyIn(answer, first.writer, verifier);
    const good = key && (await Promise.all(receipts.map((one) => isSignedBy(key, one))));
    if (!good || good.includes(false)) return { kind: 'bad' };
  }
  return { kind: 'sent', count: reviews.length, entry: first?.entry ?? '', refused: refused.length };
}
