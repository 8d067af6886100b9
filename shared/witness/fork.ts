/** Proof that a log signed two trees that do not go together. It needs nothing but the log's key, and no network. */
import { fromBase64, toBase64 } from '../tree/base64.ts';
import { openCheckpoint } from '../tree/checkpoint.ts';
import { equal } from '../tree/commitments.ts';
import { HASH_BYTES, type Sha256 } from '../tree/merkle.ts';
import type { Verifier, VerifySignature } from '../tree/note.ts';
import { verifyConsistency } from '../tree/proof.ts';

export interface Fork {
  /** Two notes of the log, of which the first is of the smaller tree. */
  notes: readonly [string, string];
  /** If the sizes differ: root of the second tree at the first one's size, base64, and the proof that the second continues it. */
  prefix?: { root: string; proof: readonly string[] };
}

export const forkOf = (
  mine: Uint8Array,
  theirs: Uint8Array,
  prefix?: { root: Uint8Array; proof: readonly Uint8Array[] },
): Fork => ({
  notes: [new TextDecoder().decode(mine), new TextDecoder().decode(theirs)],
  ...(prefix && { prefix: { root: toBase64(prefix.root), proof: prefix.proof.map(toBase64) } }),
});

/** @returns the sizes of the two trees, or `null` if this proves nothing. */
export async function checkFork(
  { notes, prefix }: Fork,
  log: Verifier,
  sha256: Sha256,
  verify: VerifySignature,
): Promise<[number, number] | null> {
  const open = (note: string) => openCheckpoint(new TextEncoder().encode(note), log, verify);
  const [first, second] = await Promise.all([open(notes[0]), open(notes[1])]);
  if (!first || !second) return null;
  const sizes: [number, number] = [first.size, second.size];
  if (first.size === second.size) return equal(first.root, second.root) ? null : sizes;
  const root = fromBase64(prefix?.root ?? '', HASH_BYTES);
  const proof = (prefix?.proof ?? []).map((hash) => fromBase64(hash, HASH_BYTES) ?? new Uint8Array());
  if (!root || equal(root, first.root)) return null;
  const claim = {
    firstSize: first.size,
    firstRoot: root,
    secondSize: second.size,
    secondRoot: second.root,
    proof,
  };
  return verifyConsistency(sha256, claim) ? sizes : null;
}
