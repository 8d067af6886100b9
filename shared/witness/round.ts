/**
 * One look of a department's witness at the log: it asks for the checkpoint of the round, makes the proof itself from the log's
 * tiles, cosigns and sends. Nothing has to reach into the department.
 */

import { parseCheckpoint } from '../tree/checkpoint.ts';
import { equal } from '../tree/commitments.ts';
import { fulfil, planRoot, type Sha256 } from '../tree/merkle.ts';
import { readNote } from '../tree/note.ts';
import { proveConsistency, type ReadTile } from '../tree/prove.ts';
import { hashOfSubtree, readHashes, tileOf, tilePath } from '../tree/tiles.ts';
import type { Witness } from './witness.ts';

export interface RoundDeps {
  witness: Witness;
  sha256: Sha256;
  /** A file of the log; `null` if there is none. @throws Error if the log can't be reached */
  read(name: string): Promise<Uint8Array | null>;
  /** Sends cosignatures. @returns `false` if the log asks about another checkpoint by now */
  send(lines: string): Promise<boolean>;
}

export type Looked =
  /** The log asks no witnesses, or was already a round further when the cosignature came. */
  | { state: 'nothing' | 'missed' }
  /** The operator's policy does not name this witness. */
  | { state: 'unnamed' }
  | { state: 'cosigned'; size: number }
  /** The note is not signed by the log, or its tiles are not those of its checkpoint: a fault, and no proof of anything. */
  | { state: 'unsigned' | 'unproven'; size: number }
  /** The log asks about a smaller tree than this witness has cosigned. */
  | { state: 'behind'; size: number }
  /** This witness once cosigned a larger tree than its journal knows: it was restored from a backup. */
  | { state: 'forgot'; size: number }
  /** The log has signed two trees that do not go together. `prefix`: of the larger one, at the size of the other. */
  | { state: 'fork'; size: number; note: Uint8Array; prefix?: { root: Uint8Array; proof: Uint8Array[] } };

/** @throws the error of `read`, `send`, the journal or the key */
export async function lookOnce({ witness, sha256, read, send }: RoundDeps): Promise<Looked> {
  const note = await read('pending');
  if (!note) return { state: 'nothing' };
  const asked = parseCheckpoint(readNote(note)?.text ?? '');
  if (!asked) return { state: 'unsigned', size: 0 };
  const { size, root } = asked;
  const old = witness.last()?.size ?? 0;
  const known = await cosignedSize(witness, await read('witnessed'));
  if (known > old) return { state: 'forgot', size: known };
  if (size < old) return { state: 'behind', size };
  const readTile: ReadTile = (tile) => read(tilePath(tile));
  const proof = old === 0 || old === size ? [] : await proveConsistency(sha256, readTile, old, size);
  const said = await witness.cosign(note, old, proof);
  if ('lines' in said) return (await send(said.lines)) ? { state: 'cosigned', size } : { state: 'missed' };
  if (said.refused === 'fork') return { state: 'fork', size, note };
  // Another request came first.
  if (said.refused === 'stale') return { state: 'missed' };
  if (said.refused !== 'inconsistent') return { state: 'unsigned', size };
  // The tiles may be torn, or another log's. If they are those of the signed root, the history is another one.
  const own = await rootFrom(sha256, readTile, size, size);
  const prefix = own && equal(own, root) ? await rootFrom(sha256, readTile, old, size) : null;
  return prefix
    ? { state: 'fork', size, note, prefix: { root: prefix, proof } }
    : { state: 'unproven', size };
}

/** The size of a note that one of the witness's own keys has cosigned; 0 for any other. */
export async function cosignedSize(
  { log, opens }: Pick<Witness, 'log' | 'opens'>,
  note: Uint8Array | null,
): Promise<number> {
  const opened = note && (await opens(note));
  return opened && opened.checkpoint.origin === log.name && opened.cosigned.length > 0
    ? opened.checkpoint.size
    : 0;
}

/** The root of the first `size` leaves of the tree of `whole` that these tiles make; `null` if one is missing. */
async function rootFrom(
  sha256: Sha256,
  read: ReadTile,
  size: number,
  whole: number,
): Promise<Uint8Array | null> {
  const hashes: Uint8Array[] = [];
  for (const node of planRoot(size)) {
    const { tile, from, count } = tileOf(node, whole);
    const row = readHashes((await read(tile)) ?? new Uint8Array(), tile.width);
    if (!row) return null;
    hashes.push(hashOfSubtree(sha256, row.slice(from, from + count)));
  }
  let at = 0;
  return fulfil(sha256, [planRoot(size)], () => hashes[at++] as Uint8Array)[0] ?? null;
}
