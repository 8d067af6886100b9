import { asEntryId, type EntryId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { contend, LOST } from '../../shared/store/contend.ts';

/** How often a concurrent change may come first before the caller gets CONFLICT. */
const ATTEMPTS = 5;

export interface Change<Seen, Next> {
  /** Pure. @returns why it is impossible, as the answer to the caller, in place of what is to be stored */
  step(seen: Seen, entry: EntryId): { next: Next } | { not: () => Next };
  log(): Promise<Receipt>;
  /** @returns `false` if it was changed since it was seen */
  swap(next: Next, seen: Seen): Promise<boolean>;
  read(): Promise<Seen>;
  /** Says that the entry has no effect. */
  annul(receipt: Receipt): Promise<unknown>;
  contended(): never;
}

/**
 * Appends one entry, then stores the change by compare-and-swap. If a concurrent change makes it impossible after its
 * entry, a second entry says that the first has no effect.
 * @returns without a receipt if the act was done before
 */
export function logThenSwap<Seen, Next>(
  first: Seen,
  { step, log, swap, read, annul, contended }: Change<Seen, Next>,
): Promise<{ record: Next; receipt?: Receipt }> {
  let receipt: Receipt | undefined;
  const once = async (lost: number) => {
    const seen = lost === 0 ? first : await read();
    const planned = step(seen, receipt?.entry ?? asEntryId(''));
    if ('not' in planned) return end(planned.not);
    receipt ??= await log();
    const said = step(seen, receipt.entry);
    if ('next' in said && (await swap(said.next, seen))) return { record: said.next, receipt };
    return LOST;
  };
  const end = async (answer: () => Next) => {
    if (receipt) await annul(receipt);
    return { record: answer() };
  };
  return contend<{ record: Next; receipt?: Receipt }>(ATTEMPTS, once, () => end(contended));
}
