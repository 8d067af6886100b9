/** Compares the answer to an inquiry with the complete log, of which the worker reads every leaf. */
import { sha256 } from '@noble/hashes/sha2.js';
import { compareInquiry } from '../../../../shared/client/evidence/inquiry.ts';
import type { Receipt } from '../../../../shared/contract/common.ts';
import type { InquiryProof } from '../../../../shared/contract/release.ts';
import { fromBase64, toBase64 } from '../../../../shared/tree/base64.ts';
import { hashLeaf } from '../../../../shared/tree/merkle.ts';

export interface AskedInquiry {
  proof: InquiryProof;
  receipt: Pick<Receipt, 'entry' | 'leafHash'>;
}

/** `notYet`: the answer's own entry, the last that it can list, is not in the tree. `broken`: the log itself does not hold. */
export type CheckedInquiry =
  | { state: 'notYet' | 'broken' }
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
      const found = compareInquiry({ proof, receipt }, places, counts);
      const { listed: entries } = found;
      if (!found.own) return { state: 'notYet' };
      if (found.altered.length > 0) return { state: 'altered', entries };
      return { state: found.gap !== null || found.lacks ? 'gap' : 'complete', entries };
    },
  };
}
