/** The parts of an answer to an inquiry as one answer. */
import type { Receipt } from '../contract/common.ts';
import type { InquiryAnswer } from '../contract/release.ts';

/** `cursor` is that of the part after the last given one: without it nothing is missing. */
export type JoinedInquiry = InquiryAnswer & {
  /** Of all given parts: each is an entry of its own, and the first is the last that the answer can list. */
  receipts: Receipt[];
};

/** @param parts from the first on, in order; the first may be joined already */
export function joinInquiry(
  parts: readonly [InquiryAnswer | JoinedInquiry, ...InquiryAnswer[]],
): JoinedInquiry {
  const { cursor: _, ...first } = parts[0];
  const cursor = parts.at(-1)?.cursor;
  const { proof } = first;
  return {
    ...first,
    uses: parts.flatMap(({ uses }) => uses),
    writes: parts.flatMap(({ writes }) => writes),
    labels: Object.assign({}, ...parts.map(({ labels }) => labels)),
    // Later parts are older, and each lists its oldest entry first.
    ...(proof && {
      proof: { ...proof, entries: [...parts].reverse().flatMap((one) => one.proof?.entries ?? []) },
    }),
    ...(cursor !== undefined && { cursor }),
    receipts: parts.flatMap((one) => ('receipts' in one ? one.receipts : [one.receipt])),
  };
}
