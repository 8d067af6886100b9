/** Ends chains, and keeps the register to writers of which no head is decided. */
import type { SequencerDeps } from './deps.ts';
import type { Head } from './heads.ts';

/** A chain that is to be closed. */
export interface Ended {
  writer: string;
  /** The last that is stored, or -1. */
  seq: number;
  isRegistered: boolean;
}

/** Writers whose chains each process has closed, as long as heads have them. One that is forgotten too early is closed again. */
const closed = new WeakMap<SequencerDeps, ReadonlySet<string>>();

/** Heads of a batch without those of chains that this process has closed: nothing can be appended to them. */
export function openHeads(deps: SequencerDeps, heads: readonly Head[]): readonly Head[] {
  const known = closed.get(deps);
  if (!known || known.size === 0) return heads;
  const isClosed = ({ writer }: Head) => known.has(writer);
  closed.set(deps, new Set(heads.filter(isClosed).map(({ writer }) => writer)));
  return heads.filter((head) => !isClosed(head));
}

/** Puts closing items into the log table, which no item can follow. After a crash the chain is closed again. */
export async function closeChains(deps: SequencerDeps, chains: readonly Ended[]): Promise<void> {
  const close = async ({ writer, seq, isRegistered }: Ended) => {
    if (!(await deps.writers.retire(writer, seq + 1))) return;
    closed.set(deps, new Set([...(closed.get(deps) ?? []), writer]));
    if (isRegistered) await deps.writers.forget(writer);
  };
  await Promise.all(chains.map(close));
}
