import { sha256 } from '../../shared/log/node-crypto.ts';
import { EMPTY_EDGE, rootOf } from '../../shared/tree/grow.ts';
import { type Batch, openBatch, readLock, stage } from './batch.ts';
import type { Registration, SequencerDeps } from './deps.ts';
import { publish } from './publish.ts';

/** The batch that was decided last, and the lock that names it. */
export interface LastBatch {
  lock: string;
  batch: Batch;
}

/** A step begins with this. */
export interface Recovered extends LastBatch {
  registered: readonly Registration[];
}

/** What a process decided or read last. Its stored bytes are compared, and not parsed again. */
const decided = new WeakMap<SequencerDeps, LastBatch>();

/** For the next step of this process. */
export function remember(deps: SequencerDeps, last: LastBatch): void {
  decided.set(deps, last);
}

/**
 * Reads the batch that was decided last and publishes it. Creates an empty log if none exists.
 *
 * The register is read before the lock. A writer leaves it once a batch with its head is decided, so one that has left is in
 * the batch that the lock names.
 */
export async function recover(deps: SequencerDeps): Promise<Recovered> {
  const registered = await deps.writers.list();
  const lock = (await deps.lock.read()) ?? (await createLog(deps));
  const { checkpoint } = readLock(lock);
  if (checkpoint.origin !== deps.log.name) throw new Error('the lock belongs to another log');
  const batch = await batchUnlessLost(deps, lock);
  if (!batch) return recover(deps);
  remember(deps, { lock, batch });
  await publish(deps, batch);
  return { lock, batch, registered };
}

/** @returns `null` if a faster sequencer has moved on and removed the files */
async function batchUnlessLost(deps: SequencerDeps, lock: string): Promise<Batch | null> {
  try {
    return await openBatch(lock, (path) => deps.files.read(path), decided.get(deps));
  } catch (error) {
    if ((await deps.lock.read()) !== lock) return null;
    throw error;
  }
}

async function createLog(deps: SequencerDeps): Promise<string> {
  // A log that was published once must not be created again.
  if ((await deps.published.read()) !== null) throw new Error('the lock of the log is lost');
  const checkpoint = { origin: deps.log.name, size: 0, root: rootOf(sha256, EMPTY_EDGE) };
  const nothing = {
    heads: [],
    base: null,
    placed: [],
    files: [],
    signatures: [],
    counts: [],
    rows: [],
    whole: true,
    open: [],
    until: 0,
    revoked: [],
  };
  const staged = stage({ checkpoint, ...nothing });
  await deps.files.create(staged.path, staged.bytes);
  await deps.lock.swap(null, staged.lock);
  return (await deps.lock.read()) as string;
}
