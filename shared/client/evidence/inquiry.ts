/** Compares the answer to an inquiry with what the complete log says of its entries. Runs in browsers too. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Receipt } from '../../contract/common.ts';
import type { InquiryProof } from '../../contract/release.ts';
import { fromBase64, toBase64 } from '../../tree/base64.ts';
import { countCommitment, equal, opens } from '../../tree/commitments.ts';
import { hashLeaf } from '../../tree/merkle.ts';

/** Where a leaf stands in the log, and its hash (base64). */
interface Leaf {
  index: number;
  hash: string;
}

/**
 * @param places the leaves of the entries of the answer and of its own. @param counts the number of the person under which the
 * log counts a leaf, by its index
 */
export function compareInquiry<Place extends Leaf>(
  { proof, receipt }: { proof: InquiryProof; receipt: Pick<Receipt, 'entry' | 'leafHash'> },
  places: ReadonlyMap<string, Place>,
  counts: ReadonlyMap<number, Uint8Array>,
) {
  const own = places.get(receipt.entry);
  const absent = proof.entries.filter(({ entry }) => !places.has(entry)).map(({ entry }) => entry);
  const present = proof.entries
    .flatMap((one) => {
      const place = places.get(one.entry);
      return place ? [{ ...one, place }] : [];
    })
    .sort((a, b) => a.place.index - b.place.index);
  const altered = present.filter((one) => !isAsLogged(one, one.place.hash)).map(({ entry }) => entry);
  if (own && own.hash !== receipt.leafHash) altered.push(receipt.entry);
  // A step of the tree may take newer entries first. Only up to the answer's own entry must none be missing.
  const claimed = present.filter(({ place }) => place.index <= (own?.index ?? Infinity));
  let listed = 0;
  const numbers = new Map<string, number>();
  for (const { salt, subject = proof.subject, place } of claimed) {
    const counted = counts.get(place.index);
    const bytes = fromBase64(salt);
    const next = (numbers.get(subject) ?? 0) + 1;
    const number = bytes && countCommitment(sha256, bytes, subject, next);
    if (!counted || !number || !equal(number, counted)) break;
    numbers.set(subject, next);
    listed += 1;
  }
  return {
    ...{ own, absent, present, altered, listed },
    /** Whether one is missing before the last that is listed. */
    gap: listed < claimed.length,
    /** Whether the log lacks another entry than the answer's own, which may not be in the tree yet. */
    lacks: absent.some((entry) => entry !== receipt.entry),
  };
}

/** Whether the leaf is the one of the log, and its openings are those of its commitments. */
function isAsLogged({ leaf, openings = {} }: InquiryProof['entries'][number], hash: string): boolean {
  const bytes = fromBase64(leaf);
  if (!bytes || toBase64(hashLeaf(sha256, bytes)) !== hash) return false;
  const { committed } = JSON.parse(new TextDecoder().decode(bytes)) as { committed?: string };
  const all = fromBase64(committed ?? '');
  return all !== null && Object.entries(openings).every(([name, one]) => opens(sha256, all, name, one));
}
