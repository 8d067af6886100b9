/** The claims of the entries that are compared with KMS's record. */

import { claimOf, claimsNothing } from '../../shared/log/read/claims.ts';
import type { LogStore, StoredEntry } from '../../shared/log/read/read.ts';
import type { Claim } from '../../shared/log/read/reconcile.ts';
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
  const span = { from, to };
  const pages = walkPages(store, {
    ...span,
    filter: {},
    limit: PAGE,
    asked: span,
    seen,
    passes: claimsNothing,
  });
  for (const [item, { left, ...one }] of await itemsIn(pages)) {
    claims.push(...one.claims);
    // An entry that can't be opened now may be another time.
    if (left === 0) kept.set(item, one);
  }
  return claims;
}

/** @returns each item with its claims and the number of entries that were not read */
export async function itemsIn(
  pages: AsyncIterable<readonly StoredEntry[]>,
): Promise<Map<string, { at: number; claims: Claim[]; left: number }>> {
  const read = new Map<string, { at: number; claims: Claim[]; left: number }>();
  // No entry is held: those of a busy span are more than the function's memory.
  for await (const page of pages)
    for (const stored of page) {
      const item = stored.id.slice(0, stored.id.lastIndexOf('-'));
      const one = read.get(item) ?? { at: 0, claims: [], left: Number.POSITIVE_INFINITY };
      read.set(item, one);
      const { entry, leaves } = stored;
      if (entry) {
        one.at ||= Date.parse(entry.time);
        one.left = (one.left === Number.POSITIVE_INFINITY ? leaves : one.left) - 1;
      }
      const claim = claimOf(stored);
      if (claim) one.claims.push(claim);
    }
  return read;
}

/** Drops what lies before a span, which no later span needs. */
export function dropBefore(kept: KeptClaims, from: number): void {
  for (const [item, { at }] of kept) if (at < from) kept.delete(item);
}

const PAGE = 1000;
