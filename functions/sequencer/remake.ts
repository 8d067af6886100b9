/**
 * What the table of the tree holds, made again from the signed tree and the log table: the lock with the heads of chains, the
 * places, the counts and the register. An operator does this after the table was lost or set back, while nothing writes entries:
 * a writer that registers meanwhile may not be found.
 */

import type { LogId } from '../../shared/ids.ts';
import { type LeafForm, leafHash, parseLeaf } from '../../shared/log/entry/leaf.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import type { Indexed, Placed } from '../../shared/log/read/index-rows.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import { itemHash } from '../../shared/log/write/item.ts';
import { type Checkpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { type Edge, EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { type Batch, openBatch, readLock } from './batch.ts';
import { SKEW_MS } from './collect.ts';
import { decide } from './decide.ts';
import type { SequencerDeps } from './deps.ts';
import { baseFor, type Head } from './heads.ts';
import { countEntries, openAttempts, readBundle, storedAgain } from './index-entries.ts';
import { REVOKED_MS } from './next-batch.ts';

/** What was missing in the table. */
export interface Remade {
  /** Leaves of the signed tree. */
  size: number;
  /** Whether the lock was missing, or older than the signed tree. */
  lock: boolean;
  /** Items whose place was missing. */
  places: number;
  /** Writers that entered the register again. */
  writers: number;
}

/** What the leaves say. */
interface Read {
  edge: Edge;
  heads: Map<string, Head>;
  placed: Map<string, Placed[]>;
  counts: Map<LogId, Counted>;
  open: Indexed[];
  revoked: { writer: string; at: number }[];
  /** The newest instant of a leaf, RFC 3339 UTC. */
  newest: string;
}

/** Bundles that are in memory at once. */
const BUNDLES = 16;
/** Milliseconds for which a chain may be written at most, and so for which one may wait for the tree. */
const WRITTEN_MS = 24 * 3_600_000;

/**
 * May be repeated; what is there stays. Nothing is signed, and the tree stays as it is.
 * @throws Error if no tree was published, or its files are not those that were signed
 */
export async function remakeTable(deps: SequencerDeps): Promise<Remade> {
  const shown = await signedTree(deps);
  if (!shown) throw new Error('no tree of this log was published');
  const read = await readTree(deps, shown.size);
  if (!Buffer.from(rootOf(sha256, read.edge)).equals(shown.root))
    throw new Error('the tiles do not have the root of the checkpoint');
  await deps.persons.count([...read.counts]);
  const places = await placeMissing(deps, read.placed);
  const settled = Date.parse(read.newest) - SKEW_MS;
  const writers = await registerMissing(deps, read, settled);
  const lock = await deps.lock.read();
  if (lock !== null && (await reaches(deps, lock, shown.size)))
    return { size: shown.size, lock: false, places, writers };
  // No item may follow under a certificate that ended before the tree did.
  const heads = [...read.heads.values()].filter(({ until }) => Date.parse(until) >= settled);
  const { open, revoked } = read;
  const next: Batch = {
    checkpoint: shown,
    heads,
    open,
    until: settled,
    placed: [],
    files: [],
    signatures: [],
    base: baseFor(null, heads, { size: shown.size, now: deps.now() }),
    revoked: revoked.filter(({ at }) => deps.now() - at < REVOKED_MS),
    counts: [],
    rows: [],
    // The index follows from where it is.
    whole: false,
  };
  if ((await decide(deps, { lock, batch: { base: null } }, next)) === null)
    throw new Error('a sequencer is at work');
  return { size: shown.size, lock: true, places, writers };
}

/** Whether the lock names a tree that is no older, and its batch is there. */
async function reaches({ files }: SequencerDeps, lock: string, size: number): Promise<boolean> {
  if (readLock(lock).checkpoint.size < size) return false;
  return openBatch(lock, (path) => files.read(path)).then(
    () => true,
    () => false,
  );
}

/** Makes the table again if its lock is missing, or older than the signed tree. @returns `null` if it is neither */
export async function remakeIfBehind(deps: SequencerDeps): Promise<Remade | null> {
  const [lock, shown] = await Promise.all([deps.lock.read(), signedTree(deps)]);
  const isBehind = shown && (lock === null || readLock(lock).checkpoint.size < shown.size);
  return isBehind ? remakeTable(deps) : null;
}

async function signedTree({ published, log }: SequencerDeps): Promise<Checkpoint | null> {
  const note = await published.read();
  return note === null ? null : openCheckpoint(Buffer.from(note), log, verifyEd25519);
}

async function readTree(deps: SequencerDeps, size: number): Promise<Read> {
  const read: Read = {
    edge: EMPTY_EDGE,
    heads: new Map(),
    placed: new Map(),
    counts: new Map(),
    open: [],
    revoked: [],
    newest: '',
  };
  const hashes = new Map<string, Buffer[]>();
  for (let from = 0; from < size; from += BUNDLES * TILE_WIDTH) {
    const leaves: string[] = [];
    for (let at = from; at < Math.min(size, from + BUNDLES * TILE_WIDTH); at += TILE_WIDTH)
      leaves.push(...(await readBundle(deps, at, size)));
    read.edge = grow(
      sha256,
      read.edge,
      leaves.map((leaf) => Buffer.from(leaf)),
    ).edge;
    leaves.forEach((leaf, i) => {
      const form = parseLeaf(leaf);
      if (form) follow(read, hashes, { form, hash: leafHash(leaf), index: from + i });
    });
    const known = await storedAgain(deps, leaves, from);
    for (const [subject, count] of countEntries(known, leaves.length, read.counts).counts)
      read.counts.set(subject, count);
    read.open = openAttempts(known, read.open, Date.parse(read.newest)).open;
  }
  for (const head of read.heads.values())
    head.hash = itemHash(hashes.get(head.writer) ?? []).toString('base64');
  return read;
}

/** @param hashes of the leaves of each writer's last item */
function follow(
  read: Read,
  hashes: Map<string, Buffer[]>,
  { form, hash, index }: { form: LeafForm; hash: Buffer; index: number },
): void {
  const { writer, seq, time } = form;
  if (time > read.newest) read.newest = time;
  if (form.kind === 'writer') {
    const { key, kinds, name, started, until } = form.certificate;
    read.heads.set(writer, { writer, key, kinds, name, started, until, seq, at: time, hash: '', seen: 0 });
    read.placed.set(writer, []);
  }
  if (form.kind === 'revocation' && form.revokes !== undefined)
    read.revoked.push({ writer: form.revokes, at: Date.parse(time) });
  const [head, placed] = [read.heads.get(writer), read.placed.get(writer)];
  if (!head || !placed) throw new Error('a chain of the tree has no beginning');
  const last = placed.at(-1);
  if (last?.seq === seq) {
    last.leaves += 1;
    hashes.get(writer)?.push(hash);
  } else {
    placed.push({ writer, seq, first: index, leaves: 1 });
    hashes.set(writer, [hash]);
  }
  head.seq = seq;
  head.seen = Math.max(head.seen, Date.parse(time));
  if (time > head.at) head.at = time;
}

/** Items of a record at most. */
const RECORD = 1000;

/** Records follow one another without gaps, and overlap none that is there. */
async function placeMissing({ writers }: SequencerDeps, placed: Read['placed']): Promise<number> {
  let count = 0;
  for (const [writer, items] of placed) {
    const known = await writers.placesOf(writer);
    let run: Placed[] = [];
    for (const item of [...items, null]) {
      const follows = item && !known.has(item.seq) && run.length < RECORD;
      if (run.length > 0 && !follows) {
        await writers.place(run);
        count += run.length;
        run = [];
      }
      if (item && !known.has(item.seq)) run.push(item);
    }
  }
  return count;
}

/** Writers that have stored items and none in the tree. */
async function registerMissing(
  { writers, now }: SequencerDeps,
  read: Read,
  settled: number,
): Promise<number> {
  const known = new Set([...read.heads.keys(), ...(await writers.list()).map(({ writer }) => writer)]);
  const stored = await writers.storedBetween(settled - WRITTEN_MS, now() + SKEW_MS);
  const missing = [...stored].filter((writer) => !known.has(writer));
  await Promise.all(missing.map((writer) => writers.register(writer, now())));
  return missing.length;
}
