/** Compares the answer to an inquiry with the complete log, of which the worker reads every leaf. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Receipt } from '../../../../shared/contract/common.ts';
import type { InquiryProof } from '../../../../shared/contract/release.ts';
import { fromBase64, toBase64 } from '../../../../shared/tree/base64.ts';
import { countCommitment, equal, opens } from '../../../../shared/tree/commitments.ts';
import { hashLeaf } from '../../../../shared/tree/merkle.ts';

export interface AskedInquiry {
  proof: InquiryProof;
  receipt: Pick<Receipt, 'entry' | 'leafHash'>;
}

/** `notYet`: the answer's own entry, the last that it can list, is not in the tree. */
export type CheckedInquiry =
  | { state: 'notYet' }
  /** `entries`: those of the answer that the log has, each under the next number of the person. */
  | { state: 'complete' | 'altered' | 'gap'; entries: number };

const HASH = 32;

export function inquiryCheck({ proof, receipt }: AskedInquiry) {
  const wanted = new Set([...proof.entries.map(({ entry }) => entry), receipt.entry]);
  const places = new Map<string, { index: number; hash: string }>();
  const indexes = new Set<number>();
  const counts = new Map<number, Uint8Array>();
  // The first leaf without a count, and one past the last leaf of a writer.
  let [uncounted, lastLeaf] = [0, 0];
  return {
    /** Takes the leaves in their order. @returns whether the log counts each leaf once */
    see(leaf: Uint8Array, index: number, { id, kind }: { id: string; kind: string }): boolean {
      if (kind !== 'count') {
        if (uncounted < lastLeaf && lastLeaf < index) return false;
        lastLeaf = index + 1;
        if (!wanted.has(id)) return true;
        places.set(id, { index, hash: toBase64(hashLeaf(sha256, leaf)) });
        indexes.add(index);
        return true;
      }
      const { first, counts: text } = JSON.parse(new TextDecoder().decode(leaf));
      const bytes = fromBase64(text);
      const count = (bytes?.length ?? 0) / HASH;
      if (!bytes || !Number.isInteger(count) || first !== uncounted || first + count > lastLeaf) return false;
      for (let at = 0; at < count; at++)
        if (indexes.has(first + at)) counts.set(first + at, bytes.slice(at * HASH, (at + 1) * HASH));
      uncounted = first + count < lastLeaf ? first + count : index + 1;
      return true;
    },
    result(): CheckedInquiry {
      const own = places.get(receipt.entry);
      if (!own) return { state: 'notYet' };
      const present = proof.entries
        .flatMap((one) => {
          const place = places.get(one.entry);
          return place ? [{ one, place }] : [];
        })
        .sort((a, b) => a.place.index - b.place.index);
      // A step of the tree may take newer entries first. Only up to the answer's own entry must none be missing.
      const claimed = present.filter(({ place }) => place.index <= own.index);
      let listed = 0;
      for (const { one, place } of claimed) {
        const counted = counts.get(place.index);
        const salt = fromBase64(one.salt);
        const number = salt && countCommitment(sha256, salt, proof.subject, listed + 1);
        if (!counted || !number || !equal(number, counted)) break;
        listed += 1;
      }
      const isAltered =
        own.hash !== receipt.leafHash || present.some(({ one, place }) => !isAsLogged(one, place.hash));
      if (isAltered) return { state: 'altered', entries: listed };
      const absent = proof.entries.some(({ entry }) => !places.has(entry) && entry !== receipt.entry);
      return { state: listed === claimed.length && !absent ? 'complete' : 'gap', entries: listed };
    },
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
