/**
 * Rebuilds a complete log from its files and finds the first fault. It serves operators, the sequencer's
 * tests, and anyone with the two public keys. It trusts no tile: all hashes are computed from the entries. A check
 * that starts where an earlier one ended computes those of the entries since, from the earlier one's edge.
 */

import { toBase64 } from '../../tree/base64.ts';
import { type Checkpoint, openCheckpoint } from '../../tree/checkpoint.ts';
import { equal } from '../../tree/commitments.ts';
import { type Edge, EMPTY_EDGE, edgeFiles, type Growth, grow, rootOf } from '../../tree/grow.ts';
import { HASH_BYTES, hashLeaf, type Sha256 } from '../../tree/merkle.ts';
import { sm3Files } from '../../tree/national.ts';
import type { Verifier } from '../../tree/note.ts';
import { verifyConsistency } from '../../tree/proof.ts';
import { proveConsistency } from '../../tree/prove.ts';
import { readSignatures, signaturesPath } from '../../tree/signatures.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../tree/tiles.ts';
import { WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import { rawKeyOf, sha256, sm3, verifyEd25519 } from '../node-crypto.ts';
import { readCertifiers } from './certifiers.ts';
import type { Certifier } from './chain.ts';
import { LogError, type LogFault } from './fault.ts';
import { type Chains, followChains, NO_CHAINS, type Watched } from './follow-chains.ts';
import { type ByNation, requireNational } from './national.ts';
import { sampleOld } from './sample.ts';

export interface CheckLogOptions extends Watched {
  read(path: string): Promise<Uint8Array | null>;
  /** The log's own key. */
  log: Verifier;
  /** The keys that certify writers. Absent: those that the log's key names. */
  certifiers?: readonly Certifier[];
  /** An earlier checkpoint that the log must continue. */
  remembered?: Checkpoint;
  /** Where an earlier check of this log ended: the entries up to there are not read again. */
  from?: Verified;
  /** Bundles of 256 of those entries that are read again by chance. */
  sample?: number;
  /** Of the national profile, which the log must have then: its key of SM2 (SPKI). All entries are read. */
  national?: Uint8Array;
  onProgress?: (done: number, size: number) => void;
}

/** A verified log, and all that is needed to verify what it grows by. */
export interface Verified {
  checkpoint: Checkpoint;
  /** The signed note of the checkpoint. */
  note: Uint8Array;
  /** As in the edge of the tree. */
  levels: Edge['levels'];
  /** The keys that certified its writers, as the log named them. */
  certifiers: readonly string[];
  chains: Chains;
}

export interface CheckedLog extends Verified {
  /** Leaves that an earlier check had verified, and this one did not read. */
  skipped: number;
  /** How many of these were read again, by chance. */
  sampled: number;
  /** Milliseconds spent on the tree (hashes, tiles, roots), and on the rest (chains, signatures). */
  took: { tree: number; chains: number };
}

/** @throws LogError */
export async function checkLog(options: CheckLogOptions): Promise<CheckedLog> {
  const { read, log, remembered } = options;
  const note = await read('checkpoint');
  const checkpoint = note && (await openCheckpoint(note, log, verifyEd25519));
  if (!checkpoint) throw new LogError('CHECKPOINT', 'checkpoint');
  // Read once: a second answer could be another note than the one that is checked.
  const named = options.certifiers && !options.national ? null : await read(WRITER_KEY_PATH);
  const certifiers = options.certifiers ?? (await readCertifiers(async () => named, log));
  if (!certifiers) throw new LogError('WRITER_KEY', WRITER_KEY_PATH);
  const byNation = options.national
    ? await requireNational(log, options.national, { checkpoint, note, named })
    : null;
  const from = options.from && !options.national && isUsable(options.from, certifiers) ? options.from : null;
  for (const earlier of [remembered, options.from?.checkpoint])
    if (earlier && earlier.size > checkpoint.size) throw new LogError('FORK', 'checkpoint');
  try {
    return await checkFrom(from, { ...options, byNation }, { checkpoint, note }, certifiers);
  } catch (error) {
    if (!from || !(error instanceof LogError)) throw error;
    // A log that was rewritten fails where the new entries meet the old ones, in one way or another.
    if (await isContinued(read, from.checkpoint, checkpoint)) throw error;
    throw new LogError('FORK', `size ${from.checkpoint.size}`);
  }
}

/** A key that certifies no writers any more, or others, takes its writers with it, also those of earlier entries. */
function isUsable({ checkpoint, certifiers }: Verified, named: readonly Certifier[]): boolean {
  const known = new Set(named.map(said));
  return checkpoint.size > 0 && certifiers.every((one) => known.has(one));
}

function said({ name, key, kinds }: Certifier): string {
  return [name, toBase64(rawKeyOf(key)), ...kinds.toSorted()].join(' ');
}

async function checkFrom(
  from: Verified | null,
  {
    read,
    remembered,
    sample = 0,
    byNation,
    onProgress,
    ...watched
  }: CheckLogOptions & { byNation: ByNation | null },
  { checkpoint, note }: Pick<Verified, 'checkpoint' | 'note'>,
  certifiers: readonly Certifier[],
): Promise<CheckedLog> {
  const onLeaf: Watched['onLeaf'] = (leaf, ...place) => {
    byNation?.onLeaf(leaf);
    watched.onLeaf?.(leaf, ...place);
  };
  const following = followChains(certifiers, { ...watched, onLeaf }, from?.chains ?? NO_CHAINS);
  const took = { tree: 0, chains: 0 };
  let second: Edge | null = byNation ? EMPTY_EDGE : null;
  let edge: Edge = from ? { size: from.checkpoint.size, levels: from.levels, entries: [] } : EMPTY_EDGE;
  if (remembered?.size === edge.size) demandRoot(edge, remembered, 'FORK');
  while (edge.size < checkpoint.size) {
    const known = edge.size % TILE_WIDTH;
    const first = edge.size - known;
    const width = Math.min(TILE_WIDTH, checkpoint.size - first);
    const [leaves, signatures] = await Promise.all([
      readBundle(read, first, width),
      readBeside(read, first, width),
    ]);
    if (known > 0) edge = { ...edge, entries: requireKnown(leaves.slice(0, known), edge, first) };
    const fresh = leaves.slice(known);
    // At the size of the earlier tree, the root must equal the earlier root.
    const cut = remembered && remembered.size > edge.size ? remembered.size - edge.size : fresh.length;
    for (const some of [fresh.slice(0, cut), fresh.slice(cut)]) {
      edge = await growChecked(read, edge, some, took);
      if (second) second = await growChecked(read, second, some, took, sm3);
      if (remembered?.size === edge.size) demandRoot(edge, remembered, 'FORK');
      if (second && remembered?.size === edge.size && remembered.sm3) demandSm3(second, remembered, 'FORK');
    }
    const start = performance.now();
    await following.follow(fresh, signatures.slice(known));
    took.chains += performance.now() - start;
    onProgress?.(edge.size, checkpoint.size);
  }
  const chains = await following.end();
  demandRoot(edge, checkpoint, 'ROOT');
  await compare(read, edgeFiles(edge), edge.entries);
  if (second) {
    demandSm3(second, checkpoint, 'SM3');
    await compare(read, sm3Files(edgeFiles(second)), second.entries);
    byNation?.end();
  }
  return {
    checkpoint,
    note,
    chains,
    levels: edge.levels,
    certifiers: certifiers.map(said),
    skipped: from?.checkpoint.size ?? 0,
    sampled: from ? await sampleOld(read, from, sample) : 0,
    took,
  };
}

/** The leaves of the last bundle that were verified earlier. @throws LogError if they are others now */
function requireKnown(leaves: Uint8Array[], { levels: [hashes = []] }: Edge, first: number): Uint8Array[] {
  const bad = leaves.findIndex((leaf, i) => !equal(hashLeaf(sha256, leaf), hashes[i] as Uint8Array));
  if (bad >= 0) throw new LogError('TILE', idOf(leaves[bad]) ?? `leaf ${first + bad}`);
  return leaves;
}

/** Whether one tree is a prefix of the other, by their tiles; `true` if these can't tell. */
async function isContinued(read: CheckLogOptions['read'], first: Checkpoint, second: Checkpoint) {
  const firstSize = first.size;
  const sizes = { firstSize, secondSize: second.size };
  let proof: Uint8Array[] = [];
  try {
    if (firstSize < second.size)
      proof = await proveConsistency(sha256, (tile) => read(tilePath(tile)), firstSize, second.size);
  } catch {
    // A tile is missing, which is the fault that was found.
    return true;
  }
  return verifyConsistency(sha256, { ...sizes, firstRoot: first.root, secondRoot: second.root, proof });
}

async function readBundle(read: CheckLogOptions['read'], from: number, width: number): Promise<Uint8Array[]> {
  const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
  const leaves = unpackEntries((await read(path)) ?? new Uint8Array(), width);
  if (!leaves) throw new LogError('BUNDLE', path);
  return leaves;
}

async function readBeside(read: CheckLogOptions['read'], from: number, width: number): Promise<Uint8Array[]> {
  const path = signaturesPath(from / TILE_WIDTH, width);
  const signatures = readSignatures((await read(path)) ?? new Uint8Array(), width);
  if (!signatures) throw new LogError('SIGNATURE', path);
  return signatures;
}

/** Grows the tree and compares each tile that becomes full with the stored one. */
async function growChecked(
  read: CheckLogOptions['read'],
  edge: Edge,
  leaves: readonly Uint8Array[],
  took: { tree: number },
  hash: Sha256 = sha256,
): Promise<Edge> {
  const start = performance.now();
  const growth = grow(hash, edge, leaves);
  took.tree += performance.now() - start;
  const files = hash === sm3 ? sm3Files(growth.files) : growth.files;
  const full = files.filter(({ path }) => !path.includes('.p/'));
  await compare(read, full, [...edge.entries, ...leaves]);
  return growth.edge;
}

/** @param bundle the leaves under the last tile of hashes */
async function compare(
  read: CheckLogOptions['read'],
  files: Growth['files'],
  bundle: readonly Uint8Array[],
): Promise<void> {
  for (const { path, bytes } of files) {
    // The entries were read from the bundle with which they would be compared.
    if (path.startsWith('tile/entries/')) continue;
    const stored = await read(path);
    if (stored && Buffer.from(stored).equals(bytes)) continue;
    const bad = /^(sm3\/)?tile\/0\//.test(path) && stored ? firstOther(stored, bytes) : -1;
    throw new LogError('TILE', (bad >= 0 && idOf(bundle[bad])) || path);
  }
}

/** The index of the first hash that differs. */
function firstOther(stored: Uint8Array, made: Uint8Array): number {
  return Math.floor(made.findIndex((byte, i) => byte !== stored[i]) / HASH_BYTES);
}

function idOf(leaf: Uint8Array | undefined): string | undefined {
  try {
    return String(JSON.parse(Buffer.from(leaf ?? []).toString('utf8')).id);
  } catch {
    return undefined;
  }
}

function demandRoot(edge: Edge, { root, size }: Checkpoint, fault: LogFault): void {
  if (!Buffer.from(rootOf(sha256, edge)).equals(root)) throw new LogError(fault, `size ${size}`);
}

function demandSm3(edge: Edge, { sm3: root, size }: Checkpoint, fault: LogFault): void {
  if (!root || !Buffer.from(rootOf(sm3, edge)).equals(root)) throw new LogError(fault, `sm3, size ${size}`);
}
