/** Whether witnesses of the reader's own policy have seen an entry: a proof that holds without a network, and years later. */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '../../tree/base64.ts';
import type { Checkpoint } from '../../tree/checkpoint.ts';
import type { VerifyCosignature } from '../../tree/cosignature.ts';
import { type Judged, judge } from '../../tree/judge.ts';
import type { Verifier } from '../../tree/note.ts';
import { verifyInclusion } from '../../tree/proof.ts';
import { parseTlogProof } from '../../tree/tlog-proof.ts';
import type { WitnessPolicy } from '../../tree/witness-policy.ts';
import { verifyEd25519 } from './evidence.ts';

export interface WitnessedEntry extends Omit<Judged, 'checkpoint'> {
  /** A file to keep (C2SP tlog-proof); `null` until a checkpoint that covers the entry is shown with cosignatures. */
  proof: string | null;
}

/** @throws DOMException, TypeError if this platform has no ML-DSA-44 */
export const verifyCosignature: VerifyCosignature = async ({ type, key }, message, signature) => {
  if (type === 4) return verifyEd25519(key, message, signature);
  const bytes = (view: Uint8Array) => new Uint8Array(view);
  const open = await crypto.subtle.importKey('raw-public' as 'raw', bytes(key), 'ML-DSA-44', false, [
    'verify',
  ]);
  return crypto.subtle.verify('ML-DSA-44', open, bytes(signature), bytes(message));
};

/** What is said of an entry that no witnessed checkpoint covers yet. */
export function notYet({ witnesses }: WitnessPolicy): WitnessedEntry {
  const without = witnesses.map(({ name }) => name);
  return { fault: 'NOTHING', by: [], without, since: null, unchecked: [], proof: null };
}

/**
 * @param text of the file
 * @param leafHash base64
 * @param fresh seconds; see `judge`
 * @returns `null` for a proof of another leaf or log
 */
export async function openWitnessed(
  policy: WitnessPolicy,
  log: Verifier,
  { text, leafHash, fresh }: { text: string; leafHash: string; fresh?: number | undefined },
  verify: VerifyCosignature = verifyCosignature,
): Promise<{ said: WitnessedEntry; head: { tree: Checkpoint; note: string } | null } | null> {
  const parsed = parseTlogProof(text);
  const leaf = fromBase64(leafHash, 32);
  if (!parsed || !leaf) return null;
  const note = new TextEncoder().encode(parsed.checkpoint);
  const how = { verify, now: Date.now(), fresh };
  const { checkpoint: tree, ...judged } = await judge(policy, log, note, how);
  const { index, proof } = parsed;
  const claim = tree && { index, size: tree.size, leafHash: leaf, root: tree.root, proof };
  if (claim && !verifyInclusion(sha256, claim)) return null;
  return { said: { ...judged, proof: text }, head: tree && { tree, note: parsed.checkpoint } };
}
