/**
 * Verdicts wait ten seconds, during which they can be undone. Then they are sent as one batch, whose receipts
 * are checked.
 */
import { signal } from '@preact/signals';
import { untilAnswered, write } from './api.ts';
import { areSigned } from './verify/receipts.ts';

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

/** Tries of one batch. The gateway answers a repeat with the receipts of the first, so none is given twice. */
const TRIES = 8;

const post = (verdicts: readonly Verdict[]) =>
  untilAnswered(() => write('/v1/log/reviews', { verdicts }), { tries: TRIES });

async function send({ verdicts }: Batch): Promise<Sent> {
  const { reviews, refused } = await post(verdicts);
  const receipts: unknown[] = reviews.map(({ receipt }: { receipt: unknown }) => receipt);
  const good = await areSigned(receipts).catch(() => {
    throw new Unchecked();
  });
  if (!good) return { kind: 'bad' };
  const [first] = receipts as { entry: string }[];
  return { kind: 'sent', count: reviews.length, entry: first?.entry ?? '', refused: refused.length };
}
