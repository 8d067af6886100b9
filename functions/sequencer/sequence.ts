import type { ChainError } from '../../shared/log/check/chain.ts';
import { countParts, formatCount } from '../../shared/log/entry/leaf.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { makeRows, stepName, UNNAMED } from '../../shared/log/read/index-rows.ts';
import { type Checkpoint, formatCheckpoint, openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { type Edge, EMPTY_EDGE, grow, rootOf } from '../../shared/tree/grow.ts';
import { signNote } from '../../shared/tree/note.ts';
import {
  readSignatures,
  SIGNATURE_BYTES,
  signatureFiles,
  signaturesPath,
} from '../../shared/tree/signatures.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import { type Batch, type Head, openBatch, readLock, stage } from './batch.ts';
import { collect, type OpenedItem, revokes } from './collect.ts';
import type { SequencerDeps, SignedEdge } from './deps.ts';
import { edgeUnlessLost, edgeUnlessPublished } from './edge.ts';
import { catchUp, countEntries, openAttempts, rowsOf, sequenced, subjectsIn } from './index-entries.ts';

/** What one step did. `lost`: another sequencer was faster, nothing was done. */
export interface Step {
  checkpoint: Checkpoint;
  sequenced: number;
  lost: boolean;
  /** Instant of the oldest entry that this step made visible, epoch milliseconds; `null` for none. */
  oldest: number | null;
  faults: readonly ChainError[];
}

/**
 * One step: finish the last one → collect → stage → decide → store, sign, publish. The normal path and
 * recovery are the same code, because each step begins by finishing whatever the lock names.
 */
export async function sequence(deps: SequencerDeps): Promise<Step> {
  const { lock, batch } = await recover(deps);
  const { checkpoint } = batch;
  const looked = deps.now();
  const { items, heads, silent, revoked, faults, all } = await collect(deps, batch);
  const until = all ? looked : batch.until;
  await deps.writers.report(faults);
  // A writer that still works under a revoked key meets the end of its chain, and begins another.
  for (const { writer, seq } of revoked) await deps.writers.retire(writer, seq + 1);
  const nothing = { checkpoint, sequenced: 0, lost: false, oldest: null, faults };
  if (items.length === 0) {
    // Everything of these chains is in the tree; the log table itself decides that nothing follows.
    for (const { writer, seq } of silent) await deps.writers.retire(writer, seq + 1);
    await advanceIdle(deps, batch, until);
    return nothing;
  }
  const edge = await edgeUnlessLost(deps, lock, checkpoint);
  if (!edge) return { ...nothing, lost: true };
  const fresh = sequenced(items, checkpoint.size);
  const { open, unnamed } = openAttempts(fresh, batch.open, looked);
  const length = items.reduce((sum, { leaves }) => sum + leaves.length, 0);
  const counted = countEntries(fresh, length, await deps.index.counts(subjectsIn(fresh)));
  const rows = [...(await rowsOf(deps, fresh, unnamed)), ...counted.rows];
  const ended = revokedBy(batch, items, looked);
  const next = { ...makeBatch(batch, edge, items, heads, counted.counts), rows, open, until, revoked: ended };
  const staged = stage(next);
  // A process that dies before the swap leaves a batch that nothing names.
  await deps.files.create(staged.path, staged.bytes);
  if (!(await deps.lock.swap(lock, staged.lock))) {
    // Another was faster. It may have decided the very same batch, which must then stay.
    if ((await deps.lock.read()) !== staged.lock) await deps.files.remove(staged.path);
    return { ...nothing, lost: true };
  }
  // Decided: these leaves are in the tree at these places. What follows only makes it visible, and whoever
  // comes next finishes it if this process dies.
  await settle(deps, next);
  await clearAway(deps, lock, batch, next);
  return {
    ...nothing,
    checkpoint: next.checkpoint,
    sequenced: length,
    oldest: Math.min(...items.map(({ at }) => Date.parse(at))),
  };
}

/** Removes the batch before and the partial files that nothing needs any more; what is left does no harm. */
async function clearAway(deps: SequencerDeps, lock: string, before: Batch, next: Batch): Promise<void> {
  const kept = new Set([...next.files, ...next.signatures].map(({ path }) => path));
  const grown = (path: string) => next.files.some((file) => stem(file.path) === stem(path));
  const partial = [...before.files, ...before.signatures]
    .map(({ path }) => path)
    .filter((p) => p.includes('.p/'));
  const stale = partial.filter(
    (path) => !kept.has(path) && grown(path.replace(/^signatures/, 'tile/entries')),
  );
  await Promise.all([readLock(lock).path, ...stale].map((path) => deps.files.remove(path)));
}

/** The tile that a full or partial file belongs to. */
function stem(path: string): string {
  return path.replace(/\.p\/.*$/, '');
}

/** Reads what was decided last and makes sure that it is visible. An unborn log is born empty. */
async function recover(deps: SequencerDeps): Promise<{ lock: string; batch: Batch }> {
  const lock = (await deps.lock.read()) ?? (await bear(deps));
  const { checkpoint, path } = readLock(lock);
  if (checkpoint.origin !== deps.log.name) throw new Error('the lock is that of another log');
  const bytes = await deps.files.read(path);
  // A sequencer that was faster has removed it: then the lock has moved on.
  if (!bytes && (await deps.lock.read()) !== lock) return recover(deps);
  const batch = openBatch(lock, bytes);
  await settle(deps, batch);
  await catchUp(deps, checkpoint.size, batch.until);
  return { lock, batch };
}

/** Milliseconds after which a log in which nothing happens says so to the readers of its index. */
const IDLE_MS = 60_000;

async function advanceIdle(
  deps: SequencerDeps,
  { checkpoint: { size }, open }: Batch,
  until: number,
): Promise<void> {
  const known = await deps.index.position();
  if (until - (known?.until ?? 0) <= IDLE_MS) return;
  // No step may come for long that would tell of them.
  await deps.index.add(
    makeRows(
      open.map((indexed) => ({ key: UNNAMED, indexed })),
      stepName(size),
    ),
  );
  await deps.index.advance({ size, until });
}

async function bear(deps: SequencerDeps): Promise<string> {
  // A log that was shown once must not begin anew beside itself.
  if ((await deps.published.read()) !== null) throw new Error('the lock of the log is lost');
  const checkpoint = { origin: deps.log.name, size: 0, root: rootOf(sha256, EMPTY_EDGE) };
  const nothing = {
    heads: [],
    placed: [],
    files: [],
    signatures: [],
    rows: [],
    open: [],
    until: 0,
    revoked: [],
  };
  const staged = stage({ checkpoint, ...nothing });
  await deps.files.create(staged.path, staged.bytes);
  await deps.lock.swap(null, staged.lock);
  return (await deps.lock.read()) as string;
}

/** Makes a decided batch visible: files, places, then the signed checkpoint, which nobody sees before them. */
async function settle(deps: SequencerDeps, batch: Batch): Promise<void> {
  const { checkpoint, files, placed } = batch;
  const before = await deps.published.read();
  const shown = before === null ? null : await openCheckpoint(Buffer.from(before), deps.log, verifyEd25519);
  if (before !== null && !shown) throw new Error('the published checkpoint is not ours');
  // Publishing is last, so what is published is stored. A newer one is another sequencer's.
  if (shown && shown.size >= checkpoint.size) return;
  const edge = await edgeUnlessPublished(deps, before, shown);
  if (!edge) return;
  demandExtension(edge, batch);
  const all = [...files, ...batch.signatures];
  await Promise.all(all.map(({ path, bytes }) => deps.files.create(path, bytes)));
  await deps.writers.place(placed);
  // Readers find an entry by its index as soon as it is in the tree.
  await deps.index.add(batch.rows);
  await deps.index.advance({ size: checkpoint.size, until: batch.until });
  // Only what the lock has decided is ever signed, and Ed25519 signs the same text alike each time: two
  // sequencers, or one that died here, cannot sign two trees of one size.
  const text = formatCheckpoint(checkpoint);
  const note = signNote(text, deps.log, await deps.sign(Buffer.from(text)));
  await deps.published.swap(before, note);
}

/**
 * Grows the tree that was signed last by the leaves of the batch, and demands the root and files of the
 * batch: whoever could change lock or batches still gets no signature on a tree that does not continue.
 */
function demandExtension(edge: Edge, batch: Batch): void {
  const growth = grow(sha256, edge, newLeaves(edge.size, batch));
  const made = new Map(growth.files.map(({ path, bytes }) => [path, bytes]));
  const same =
    growth.edge.size === batch.checkpoint.size &&
    Buffer.from(rootOf(sha256, growth.edge)).equals(batch.checkpoint.root) &&
    batch.files.length === made.size &&
    batch.files.every(({ path, bytes }) => Buffer.from(bytes).equals(made.get(path) ?? new Uint8Array())) &&
    hasSignatures(edge.size, batch);
  if (!same) throw new Error('the decided tree does not continue the signed one');
}

/** Whether each bundle of the batch has its signatures beside it, in files that hold nothing else. */
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

/** The leaves from `size` on, out of the bundles of a batch, which begin where the old last bundle began. */
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

/** Nobody but the log itself signs a count. */
const NO_SIGNATURE = new Uint8Array(SIGNATURE_BYTES);
/** Longer than any certificate lasts, in milliseconds. */
const REVOKED_MS = 48 * 3_600_000;

/** Writers that nothing may be taken of any more. */
function revokedBy({ revoked }: Batch, items: readonly OpenedItem[], at: number): Batch['revoked'] {
  const fresh = items
    .filter(revokes)
    .flatMap(({ opened }) => opened.flatMap(({ entry }) => entry?.revokes ?? []));
  return [...revoked.filter((one) => at - one.at < REVOKED_MS), ...fresh.map((writer) => ({ writer, at }))];
}

function makeBatch(
  before: Batch,
  edge: SignedEdge,
  items: readonly OpenedItem[],
  heads: readonly Head[],
  counts: readonly Uint8Array[],
): Omit<Batch, 'rows' | 'open' | 'until' | 'revoked'> {
  const counting = countParts(counts, edge.size).map(formatCount);
  const leaves = [...items.flatMap((item) => item.leaves), ...counting].map((text) => Buffer.from(text));
  const growth = grow(sha256, edge, leaves);
  const signatures = signatureFiles(edge.size, edge.signatures, [
    ...items.flatMap((item) => item.signatures),
    ...counting.map(() => NO_SIGNATURE),
  ]);
  let first = edge.size;
  const placed = items.map(({ writer, seq, leaves: { length } }) => {
    first += length;
    return { writer, seq, first: first - length, leaves: length };
  });
  const { origin } = before.checkpoint;
  const checkpoint = { origin, size: growth.edge.size, root: rootOf(sha256, growth.edge) };
  return { checkpoint, heads, placed, files: growth.files, signatures };
}
