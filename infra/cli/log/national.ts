/** What a reader with the log's key of SM2 demands of one receipt: its entry in the tree by SM3, by a writer that SM2 certifies. */
import { isCovered, isSignedBy, placeIn, writerKeyIn } from '../../../shared/client/evidence/evidence.ts';
import type { Receipt } from '../../../shared/contract/common.ts';
import type { Inclusion } from '../../../shared/contract/routes/log.ts';
import { LogError } from '../../../shared/log/check/fault.ts';
import { requireNational } from '../../../shared/log/check/national.ts';
import { parseLeaf } from '../../../shared/log/entry/leaf.ts';
import { sm3 } from '../../../shared/log/node-crypto.ts';
import { fromBase64, toBase64 } from '../../../shared/tree/base64.ts';
import { hashLeaf } from '../../../shared/tree/merkle.ts';
import type { Verifier } from '../../../shared/tree/note.ts';
import { verifyInclusion } from '../../../shared/tree/proof.ts';

/**
 * @param answer of the gateway, of which all is checked: it may differ from an earlier one
 * @returns the root of the second tree
 * @throws LogError for the first step that does not hold
 */
export async function requireSm3(
  answer: Inclusion,
  receipt: Receipt,
  log: Verifier,
  spki: Uint8Array,
): Promise<Uint8Array> {
  const { index, size, leaf, sm3Proof = [], certificate, checkpoint: note, writerKey } = answer;
  const members = { ...answer };
  const placed = await placeIn(members, receipt, log);
  if (!placed) throw new LogError('CHECKPOINT', 'checkpoint');
  const key = await writerKeyIn(members, receipt.writer, log);
  if (!key || !isCovered(members, receipt) || !(await isSignedBy(key, receipt)))
    throw new LogError('SIGNATURE', receipt.entry);
  const { head } = placed;
  const shown = { checkpoint: head, note: Buffer.from(note), named: Buffer.from(writerKey) };
  const byNation = await requireNational(log, spki, shown);
  const leafHash = hashLeaf(sm3, Buffer.from(leaf, 'base64'));
  if (receipt.sm3 !== toBase64(leafHash)) throw new LogError('RECEIPT', receipt.entry);
  const proof = sm3Proof.map((one) => fromBase64(one, 32) ?? new Uint8Array());
  const root = head.sm3 ?? new Uint8Array();
  if (!verifyInclusion(sm3, { index, size, leafHash, root, proof })) throw new LogError('SM3', receipt.entry);
  const writer = parseLeaf(Buffer.from(certificate, 'base64').toString());
  // The one that was checked above, which may have members more.
  if (!writer) throw new LogError('SM2', `${receipt.writer}-0-0`);
  byNation.onLeaf(writer);
  byNation.end();
  return root;
}
