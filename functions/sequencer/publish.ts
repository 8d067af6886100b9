import { sha256, sm3, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { formatCheckpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { grow, rootOf } from '../../shared/tree/grow.ts';
import { growSm3 } from '../../shared/tree/national.ts';
import { signatureLine, signNote } from '../../shared/tree/note.ts';
import { readSignatures, signaturesPath } from '../../shared/tree/signatures.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import type { Batch } from './batch.ts';
import { addToIndex } from './catch-up.ts';
import type { SequencerDeps, SignedEdge } from './deps.ts';
import { edgeUnlessPublished } from './edge.ts';

/**
 * Makes a decided batch visible: files, places, counts, index rows, and last the signed checkpoint. May be repeated.
 * @returns `false` if the index may lack leaves of the batch
 */
export async function publish(deps: SequencerDeps, batch: Batch): Promise<boolean> {
  const before = await deps.published.read();
  const shown = before === null ? null : await openCheckpoint(Buffer.from(before), deps.log, verifyEd25519);
  if (before !== null && !shown) throw new Error('the published checkpoint is not signed by this log');
  // The checkpoint is published last, so everything below it is stored. A newer one comes from another sequencer.
  if (shown && shown.size >= batch.checkpoint.size) return false;
  const withSm3 = batch.checkpoint.sm3 !== undefined;
  const edge = await edgeUnlessPublished(deps, before, shown, withSm3);
  if (!edge) return false;
  const made = withSm3 && !edge.sm3 ? withoutSm3(batch) : batch;
  requireExtension(edge, made);
  const { checkpoint, files, placed, counts } = made;
  const all = [...files, ...batch.signatures];
  await Promise.all(all.map(({ path, bytes }) => deps.files.create(path, bytes)));
  await deps.writers.place(placed);
  // The next step counts on from these.
  await deps.persons.count(counts);
  // Before the checkpoint: readers find an entry by the index as soon as it is in the tree.
  const indexed = await addToIndex(deps, batch, edge.size);
  const note = await signedNote(deps, formatCheckpoint(checkpoint));
  if (await deps.published.swap(before, note)) await deps.tellHead?.(note);
  return indexed;
}

/**
 * The log does not wait for a tree of SM3 that another process had and this one can't have yet. What this one did not compute itself
 * is neither stored nor signed, so the checkpoint has no root of SM3; the tree is the one that was decided.
 */
function withoutSm3({ checkpoint: { sm3: _, ...checkpoint }, files, ...rest }: Batch): Batch {
  return { ...rest, checkpoint, files: files.filter(({ path }) => !path.startsWith('sm3/')) };
}

/**
 * Only what the lock has decided is ever signed, and the lock decides one tree of a size: neither two sequencers nor one that crashed
 * can sign two. Two signatures of one text, as by SM2, do no harm.
 */
export async function signedNote(
  { log, sign, sm2 }: Pick<SequencerDeps, 'log' | 'sign' | 'sm2'>,
  text: string,
): Promise<string> {
  const [own, national] = await Promise.all([sign(Buffer.from(text)), sm2?.sign(Buffer.from(text))]);
  return signNote(text, log, own) + (sm2 && national ? signatureLine(sm2, national) : '');
}

/**
 * Grows the tree that was signed last by the leaves of the batch and requires the root and files of the batch.
 * An attacker who can change lock and batches gets no signature on a tree that does not extend the signed one.
 * @throws Error if the batch does not extend the tree
 */
function requireExtension(edge: SignedEdge, batch: Batch): void {
  const leaves = newLeaves(edge.size, batch);
  const growth = grow(sha256, edge, leaves);
  const second = batch.checkpoint.sm3 && growSm3(sm3, { ...edge, levels: edge.sm3 ?? [] }, leaves);
  const made = new Map([...growth.files, ...(second?.files ?? [])].map(({ path, bytes }) => [path, bytes]));
  const same =
    growth.edge.size === batch.checkpoint.size &&
    Buffer.from(rootOf(sha256, growth.edge)).equals(batch.checkpoint.root) &&
    (!second || second.root.every((byte, at) => byte === batch.checkpoint.sm3?.[at])) &&
    batch.files.length === made.size &&
    batch.files.every(({ path, bytes }) => Buffer.from(bytes).equals(made.get(path) ?? new Uint8Array())) &&
    hasSignatures(edge.size, batch);
  if (!same) throw new Error('the decided tree does not continue the signed one');
}

/** Whether each bundle of the batch has a file of signatures, and there are no other such files. */
function hasSignatures(size: number, { checkpoint, signatures }: Batch): boolean {
  const files = new Map(signatures.map(({ path, bytes }) => [path, bytes]));
  let count = 0;
  for (let at = Math.floor(size / TILE_WIDTH) * TILE_WIDTH; at < checkpoint.size; at += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, checkpoint.size - at);
    const bytes = files.get(signaturesPath(at / TILE_WIDTH, width));
    if (!bytes || !readSignatures(bytes, width)) return false;
    count += 1;
  }
  return count === signatures.length;
}

/** The leaves from `size` on. The first bundle of a batch repeats the leaves of the last partial bundle. */
function newLeaves(size: number, { checkpoint, files }: Batch): Uint8Array[] {
  const bundles = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const leaves: Uint8Array[] = [];
  const start = size - (size % TILE_WIDTH);
  for (let from = start; from < checkpoint.size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, checkpoint.size - from);
    const bundle = bundles.get(tilePath({ level: 'entries', index: from / TILE_WIDTH, width }));
    leaves.push(...(unpackEntries(bundle ?? new Uint8Array(), width) ?? []));
  }
  return leaves.slice(size - start);
}
