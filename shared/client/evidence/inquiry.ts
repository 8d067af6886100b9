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
  let gap = withoutTheirOther(claimed) ? 1 : null;
  const numbers = new Map<string, number>();
  for (const { salt, subject = proof.subject, place } of claimed) {
    const counted = counts.get(place.index);
    const bytes = fromBase64(salt);
    const next = (numbers.get(subject) ?? 0) + 1;
    const number = bytes && countCommitment(sha256, bytes, subject, next);
    if (!counted || !number || !equal(number, counted)) {
      gap = next;
      break;
    }
    numbers.set(subject, next);
    listed += 1;
  }
  return {
    ...{ own, absent, present, altered, listed },
    /** The number, within its record, of one that is missing before the last that is listed; `null` if none is. */
    gap,
    /** Whether the log lacks another entry than the answer's own, which may not be in the tree yet. */
    lacks: absent.some((entry) => entry !== receipt.entry),
  };
}

/**
 * Whether a merge is listed without the entry of the record that was merged, which is the last of that record and stands before
 * it in the same item: then all of that record could be missing. Merges before an undo may have been undone.
 */
function withoutTheirOther(listed: readonly InquiryProof['entries'][number][]): boolean {
  const others = new Set(listed.flatMap(({ entry, subject }) => (subject === undefined ? [] : [entry])));
  const merges = listed.filter(({ openings }) => openings?.['kind']?.text === '"merge"');
  const said = merges.map(({ openings }) => openings?.['outcome']?.text);
  return merges
    .filter((_, at) => at > said.lastIndexOf('"remained"') && said[at] === '"survived"')
    .some(({ entry }) => !others.has(entry.replace(/\d+$/, (leaf) => String(Number(leaf) - 1))));
}

/** Whether the leaf is the one of the log, and its openings are those of its commitments. */
function isAsLogged({ leaf, openings = {} }: InquiryProof['entries'][number], hash: string): boolean {
  const bytes = fromBase64(leaf);
  if (!bytes || toBase64(hashLeaf(sha256, bytes)) !== hash) return false;
  const { committed } = JSON.parse(new TextDecoder().decode(bytes)) as { committed?: string };
  const all = fromBase64(committed ?? '');
  return all !== null && Object.entries(openings).every(([name, one]) => opens(sha256, all, name, one));
}
