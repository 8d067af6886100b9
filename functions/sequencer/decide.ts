import { type Batch, batchPath, readLock, stage } from './batch.ts';
import type { SequencerDeps } from './deps.ts';
import type { LastBatch } from './recover.ts';

/**
 * Stores the batch, then swaps the lock to it: the commit point.
 * @returns the lock that names the batch; `null` if another sequencer was faster
 */
export async function decide(
  deps: SequencerDeps,
  { lock, batch: { base: known } }: { lock: string | null; batch: Pick<Batch, 'base'> },
  next: Batch,
): Promise<string | null> {
  const staged = stage(next);
  // A crash before the swap leaves a batch that nothing names. So does a faster sequencer with heads: its batch may name the same.
  const { base } = next;
  if (base && base !== known) await deps.files.create(batchPath(base.digest), base.bytes);
  await deps.files.create(staged.path, staged.bytes);
  if (await deps.lock.swap(lock, staged.lock)) return staged.lock;
  // The faster sequencer may have decided the very same batch, which must then stay.
  if ((await deps.lock.read()) !== staged.lock) await deps.files.remove(staged.path);
  return null;
}

/** Removes the previous batch and partial files that are no longer needed. Leftovers of a crash are harmless. */
export async function removeStale(
  deps: SequencerDeps,
  { lock, batch: before }: LastBatch,
  next: Batch,
): Promise<void> {
  const kept = new Set([...next.files, ...next.signatures].map(({ path }) => path));
  const grown = (path: string) => next.files.some((file) => stem(file.path) === stem(path));
  const partial = [...before.files, ...before.signatures]
    .map(({ path }) => path)
    .filter((p) => p.includes('.p/'));
  const stale = partial.filter(
    (path) => !kept.has(path) && grown(path.replace(/^signatures/, 'tile/entries')),
  );
  const base = before.base && before.base !== next.base ? [batchPath(before.base.digest)] : [];
  await Promise.all([readLock(lock).path, ...base, ...stale].map((path) => deps.files.remove(path)));
}

/** The name of the tile, for a full or a partial file. */
function stem(path: string): string {
  return path.replace(/\.p\/.*$/, '');
}
