/**
 * RFC 6962 Merkle trees as pure functions: hashes of ranges, proofs and their checks. No Node API is used, so
 * the same code checks proofs in a browser; the caller provides SHA-256. Sizes and indexes are numbers up to
 * 2⁵³ and are halved by division, never shifted.
 */

/** SHA-256 of the bytes. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** The complete subtree over leaves [index·2^level, (index+1)·2^level). */
export interface Node {
  level: number;
  index: number;
}

/** A range of leaves, `to` exclusive. */
interface Range {
  from: number;
  to: number;
}

export const HASH_BYTES = 32;

/** Inputs are joined in reused memory, because a hash function keeps nothing of its input. */
let leafInput: Uint8Array = new Uint8Array(4096);
const pairInput = new Uint8Array(1 + 2 * HASH_BYTES).fill(1, 0, 1);

/** SHA-256(0x00 ‖ leaf). */
export function hashLeaf(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  if (leafInput.length <= leaf.length) leafInput = new Uint8Array(2 * leaf.length);
  leafInput.set(leaf, 1);
  return sha256(leafInput.subarray(0, 1 + leaf.length));
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function hashPair(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  pairInput.set(left, 1);
  pairInput.set(right, 1 + HASH_BYTES);
  return sha256(pairInput);
}

/** Root of the empty tree. */
function emptyRoot(sha256: Sha256): Uint8Array {
  return sha256(new Uint8Array());
}

/** Largest power of two that is less than `n`, for n > 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The complete subtrees that make up a range, left to right. The first one starts at the range's first leaf. */
function nodesOf({ from, to }: Range): Node[] {
  const nodes: Node[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    let width = 1;
    while (width * 2 <= to - at) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Folds the hashes of adjacent complete subtrees, left to right, to the hash of their range. */
export function foldRight(sha256: Sha256, hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return emptyRoot(sha256);
  return hashes.reduceRight((right, left) => hashPair(sha256, left, right));
}

/** The plan of a result: lists of nodes; each list is folded to one hash. */
export type Plan = Node[][];

/** @returns the subtrees whose hashes fold to the root of the first `size` leaves. */
export function planRoot(size: number): Node[] {
  demandSize(size);
  return nodesOf({ from: 0, to: size });
}

/**
 * RFC 6962 PATH: proof that leaf `index` is in the tree of `size` leaves. @throws RangeError for an index
 * outside the tree.
 */
export function planInclusion(index: number, size: number): Plan {
  demandSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const ranges: Range[] = [];
  let { from, to }: Range = { from: 0, to: size };
  while (to - from > 1) {
    const middle = from + split(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse().map(nodesOf);
}

/** RFC 6962 PROOF: the tree of `first` leaves is a prefix of the tree of `second`. @throws RangeError */
export function planConsistency(first: number, second: number): Plan {
  demandSize(second);
  if (!Number.isSafeInteger(first) || first < 1 || first > second) throw new RangeError('no such proof');
  if (first === second) return [];
  const ranges: Range[] = [];
  let { from, to }: Range = { from: 0, to: second };
  // Descends to the subtree that ends at the end of the old tree.
  while (to !== first) {
    const middle = from + split(to - from);
    if (first <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  // The verifier knows the old root, so it is omitted; any other subtree is included.
  if (from > 0) ranges.push({ from, to });
  return ranges.reverse().map(nodesOf);
}

function demandSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('no such tree size');
}

/** Computes the hashes of a plan from the hashes of its nodes in order. */
export function fulfil(sha256: Sha256, plan: Plan, hashOf: (node: Node) => Uint8Array): Uint8Array[] {
  return plan.map((nodes) => foldRight(sha256, nodes.map(hashOf)));
}
