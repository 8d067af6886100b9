import type { Inclusion } from '../../shared/contract/routes/log.ts';
import { defined } from '../../shared/defined.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import type { ClientId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { leafHash, parseEntryId } from '../../shared/log/entry/leaf.ts';
import { readCheckpoint, readTile, secondTree } from '../../shared/log/files/tree-files.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import { getLogItem } from '../../shared/log/read/found.ts';
import { findPlace } from '../../shared/log/read/index-rows.ts';
import { auditTexts } from '../../shared/messages/audit.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { type HeadInLog, scanHeads } from '../../shared/records/subject/key-items.ts';
import { parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import { readNote, type Verifier } from '../../shared/tree/note.ts';
import { proveConsistency, proveInclusion, type ReadTile } from '../../shared/tree/prove.ts';
import { formatTlogProof } from '../../shared/tree/tlog-proof.ts';
import { WITNESSED_PATH } from '../../shared/witness/received.ts';
import { currentPack } from '../session/policy.ts';
import type { AuditDeps } from './deps.ts';

/** Index of an entry in the tree; `null` while no signed checkpoint covers it. */
export async function indexOf(
  { tables, tree }: AuditDeps,
  log: Verifier,
  id: string,
): Promise<number | null> {
  const place = parseEntryId(id);
  const item = place && (await findPlace(tables.tree, place.writer, place.seq));
  if (!item || place.leaf >= item.leaves) return null;
  const index = item.first + place.leaf;
  const checkpoint = await readCheckpoint(tree, log);
  return checkpoint && index < checkpoint.size ? index : null;
}

/**
 * Proof that an entry is in the tree, with the leaf that certifies its writer. With it, checking a receipt
 * needs only the log's key.
 * @throws Problem NOT_FOUND for an unknown entry; CONFLICT while it is not in the tree yet.
 */
export async function inclusionOf(deps: AuditDeps, log: Verifier, id: string): Promise<Inclusion> {
  const proof = await inclusionIn(deps, log, id);
  if (proof) return proof;
  const detail = auditTexts.notInTree;
  throw new Problem('CONFLICT', { detail, headers: { 'retry-after': '5' } });
}

/**
 * Proof under the newest checkpoint that has its witnesses, as a file (C2SP tlog-proof).
 * @throws Problem as `inclusionOf`; CONFLICT also while that checkpoint does not cover the entry
 */
export async function witnessedProofOf(deps: AuditDeps, log: Verifier, id: string): Promise<string> {
  const [index, note] = await Promise.all([indexOf(deps, log, id), deps.tree.read(WITNESSED_PATH)]);
  if (index === null) await inclusionOf(deps, log, id);
  const size = parseCheckpoint(readNote(note ?? new Uint8Array())?.text ?? '')?.size ?? 0;
  if (!note || index === null || index >= size)
    throw new Problem('CONFLICT', { detail: auditTexts.notWitnessed, headers: { 'retry-after': '20' } });
  const proof = await proveInclusion(sha256, reader(deps, log), index, size);
  return formatTlogProof({ index, proof, checkpoint: Buffer.from(note).toString('utf8') });
}

/** As `inclusionOf`; `null` while the entry is not in the tree yet. */
export async function inclusionIn(deps: AuditDeps, log: Verifier, id: string): Promise<Inclusion | null> {
  const { tables, tree } = deps;
  const place = parseEntryId(id);
  if (!place) throw new Problem('NOT_FOUND');
  const [index, item, first] = await Promise.all([
    indexOf(deps, log, id),
    getLogItem(tables.log, place),
    getLogItem(tables.log, { writer: place.writer, seq: 0 }),
  ]);
  const leaf = item?.leaves[place.leaf];
  const writer = first?.leaves[0];
  if (leaf === undefined || writer === undefined) throw new Problem('NOT_FOUND');
  if (index === null) return null;
  const checkpoint = await readCheckpoint(tree, log);
  const writerKey = await tree.read('writer-key');
  if (!checkpoint || !writerKey) throw new Error('an entry has an index in a log without checkpoint');
  const { size } = checkpoint;
  const proof = await proveInclusion(sha256, reader(deps, log), index, size);
  const second: ReadTile = (tile) => readTile(secondTree(tree), log, tile);
  // Files of that tree that are lost are made again, and the first proof does not wait for them.
  const sm3Proof = checkpoint.sm3 && (await proveInclusion(sm3, second, index, size).catch(() => undefined));
  return {
    entry: id,
    index,
    size,
    leafHash: leafHash(leaf).toString('base64'),
    leaf: Buffer.from(leaf).toString('base64'),
    proof: proof.map(inBase64),
    ...defined({ sm3Proof: sm3Proof?.map(inBase64) }),
    checkpoint: Buffer.from(checkpoint.note).toString('utf8'),
    certificate: Buffer.from(writer).toString('base64'),
    writerKey: Buffer.from(writerKey).toString('utf8'),
  };
}

/** @throws Problem INVALID_REQUEST unless 1 ≤ from ≤ to ≤ the published size. */
export async function consistencyOf(deps: AuditDeps, log: Verifier, from: number, to?: number) {
  const checkpoint = await readCheckpoint(deps.tree, log);
  const size = checkpoint?.size ?? 0;
  const second = to ?? size;
  if (from < 1 || from > second || second > size) {
    throw invalid('/from', auditTexts.fromInLog);
  }
  const proof = await proveConsistency(sha256, reader(deps, log), from, second);
  return { from, to: second, proof: proof.map(inBase64) };
}

const inBase64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64');

function reader({ tree }: AuditDeps, log: Verifier): ReadTile {
  return (tile) => readTile(tree, log, tile);
}

/** Key items of a page. */
const PAGE = 500;

/**
 * Heads of all records, to be compared with the writes in the log. A cursor is the caller's own reference to a
 * subject, so it reveals no internal id.
 * @throws Problem INVALID_REQUEST for anything but a cursor of this list
 */
export async function headsPage(
  deps: AuditDeps,
  clientId: ClientId,
  cursor: string | undefined,
): Promise<{ heads: HeadInLog[]; cursor?: string }> {
  const { env, kms, tables } = deps;
  const references = await referencesOf(kms, env.referenceKey, clientId);
  const after = cursor === undefined ? null : references.toSubject(cursor);
  if (cursor !== undefined && after === null) {
    throw invalid('/cursor', commonTexts.notACursor);
  }
  const { departments } = await currentPack(deps);
  const { heads, next } = await scanHeads(tables.keys, [...departments.keys()], { after, limit: PAGE });
  return { heads, ...defined({ cursor: next === null ? undefined : references.toRef(next) }) };
}
