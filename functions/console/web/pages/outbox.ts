/**
 * Verdicts wait ten seconds, during which they can be undone. Then they are sent as one batch, whose receipts
 * are checked.
 */
import { signal } from '@preact/signals';
import { call, untilAnswered } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { areSigned } from '../verify/receipts.ts';

export interface Verdict {
  about: string;
  verdict: string;
  note?: string;
  /** The person's own verdict that this one replaces. */
  supersedes?: string;
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
  | { kind: 'sent'; abouts: string[]; first: string; last: string; refused: number }
  | { kind: 'failed'; code: string }
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
      const unchecked = error instanceof Unchecked;
      const code = (error instanceof ApiError && error.problem.code) || '';
      lastSent.value = unchecked ? { kind: 'unchecked' } : { kind: 'failed', code };
      if (!unchecked) back(batch.verdicts.map(({ about }) => about));
    },
  );
}

/** The verdicts are in the log, but their receipts could not be checked yet. */
class Unchecked extends Error {}

/** Tries of one batch. The gateway answers a repeat with the receipts of the first, so none is given twice. */
const TRIES = 8;

const post = (verdicts: readonly Verdict[]) =>
  untilAnswered(() => call('POST /v1/log/reviews', { body: { verdicts: [...verdicts] } }), { tries: TRIES });

async function send({ verdicts }: Batch): Promise<Sent> {
  const { reviews, refused } = await post(verdicts);
  const receipts = reviews.map(({ receipt }) => receipt);
  const good = await areSigned(receipts).catch(() => {
    throw new Unchecked();
  });
  if (!good) return { kind: 'bad' };
  const ids = receipts.map(({ entry }) => entry);
  const [first = '', last = ''] = [ids[0], ids.at(-1)];
  const abouts = reviews.map(({ about }) => about);
  return { kind: 'sent', abouts, first, last, refused: refused.length };
}
