/** The claims of the entries that are compared with KMS's record. */

import type { LogStore, StoredEntry } from '../../shared/log/read/read.ts';
import { type Claim, claimOf } from '../../shared/log/read/reconcile.ts';
import { walkPages } from '../../shared/log/read/walk.ts';

/** Claims of an item of the log, which never changes. */
interface Kept {
  at: number;
  claims: readonly Claim[];
}

/**
 * Items that were read, by writer and `seq`. A comparison reaches a minute beyond its span on both sides, so one that follows within
 * seconds would read and open the same entries again, several times in all.
 */
export type KeptClaims = Map<string, Kept>;

/** @param kept of earlier comparisons; all that is read is added */
export async function claimsOf(
  store: LogStore,
  kept: KeptClaims,
  { from, to }: { from: number; to: number },
): Promise<Claim[]> {
  const claims = [...kept.values()].flatMap((one) => (one.at >= from && one.at < to ? one.claims : []));
  const seen = ({ writer, seq }: { writer: string; seq: number }) => kept.has(`${writer}-${seq}`);
  const read = new Map<string, StoredEntry[]>();
  const span = { from, to };
  for await (const page of walkPages(store, { ...span, filter: {}, limit: PAGE, asked: span, seen }))
    for (const stored of page) {
      const item = stored.id.slice(0, stored.id.lastIndexOf('-'));
      read.set(item, [...(read.get(item) ?? []), stored]);
    }
  for (const [item, entries] of read) {
    const own = entries.flatMap((stored) => claimOf(stored) ?? []);
    claims.push(...own);
    const [{ entry, leaves }] = entries as [StoredEntry];
    // An entry that can't be opened now may be another time.
    if (entry && entries.length === leaves && entries.every((one) => one.entry))
      kept.set(item, { at: Date.parse(entry.time), claims: own });
  }
  return claims;
}

/** Drops what lies before a span, which no later span needs. */
export function dropBefore(kept: KeptClaims, from: number): void {
  for (const [item, { at }] of kept) if (at < from) kept.delete(item);
}

const PAGE = 1000;
