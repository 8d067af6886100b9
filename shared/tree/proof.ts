/**
 * Checks of Merkle proofs (RFC 9162, 2.1.3.2 and 2.1.4.2). The sender of a proof chooses all of it, so sizes,
 * indexes and lengths are checked before anything is hashed. Runs in browsers too.
 */
import { equal } from './commitments.ts';
import { HASH_BYTES, hashPair, type Sha256 } from './merkle.ts';

interface InclusionProof {
  index: number;
  size: number;
  leafHash: Uint8Array;
  root: Uint8Array;
  /** Hashes of siblings, from the leaf up. */
  proof: readonly Uint8Array[];
}

interface ConsistencyProof {
  firstSize: number;
  firstRoot: Uint8Array;
  secondSize: number;
  secondRoot: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Whether the leaf is at `index` in the tree of `size` leaves with this root. */
export function verifyInclusion(sha256: Sha256, claim: InclusionProof): boolean {
  const { index, size, leafHash, root, proof } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leafHash, root, ...proof].every(isHash)) return false;
  let at = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = hashPair(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = hashPair(sha256, hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equal(hash, root);
}

/**
 * Whether the second tree continues the first. A proof from the empty tree proves nothing and is refused: a
 * caller without an earlier tree has nothing to compare.
 */
export function verifyConsistency(sha256: Sha256, claim: ConsistencyProof): boolean {
  const { firstSize, firstRoot, secondSize, secondRoot, proof } = claim;
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize === 0 || firstSize > secondSize) return false;
  if (![firstRoot, secondRoot, ...proof].every(isHash)) return false;
  if (firstSize === secondSize) return proof.length === 0 && equal(firstRoot, secondRoot);

  const roots = climb(sha256, claim);
  return roots !== null && equal(roots.first, firstRoot) && equal(roots.second, secondRoot);
}

/**
 * The root of the first tree that a proof itself leads to.
 * @returns `null` if it does not lead to the second root, or omits the first one, as for a complete subtree
 */
export function prefixRoot(sha256: Sha256, claim: Omit<ConsistencyProof, 'firstRoot'>): Uint8Array | null {
  const { firstSize, secondSize, secondRoot, proof } = claim;
  if (!isCount(firstSize) || !isCount(secondSize) || firstSize === 0 || firstSize >= secondSize) return null;
  if (![secondRoot, ...proof].every(isHash)) return null;
  const roots = climb(sha256, { ...claim, firstRoot: null });
  return roots && equal(roots.second, secondRoot) ? roots.first : null;
}

/** Both roots to which a proof leads; `null` for a proof of another length. */
function climb(
  sha256: Sha256,
  {
    firstSize,
    firstRoot,
    secondSize,
    proof,
  }: Omit<ConsistencyProof, 'firstRoot'> & { firstRoot: Uint8Array | null },
): { first: Uint8Array; second: Uint8Array } | null {
  let at = firstSize - 1;
  let last = secondSize - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  // If the old tree is one complete subtree, the path starts with its root, which the proof omits.
  const path = at > 0 ? [...proof] : firstRoot ? [firstRoot, ...proof] : [];
  const [start, ...steps] = path;
  if (start === undefined) return null;
  let first = start;
  let second = start;
  for (const sibling of steps) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      first = hashPair(sha256, sibling, first);
      second = hashPair(sha256, sibling, second);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      second = hashPair(sha256, second, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? { first, second } : null;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}
