import { sha256 } from '../../shared/log/node-crypto.ts';
import { EMPTY_EDGE, rootOf } from '../../shared/tree/grow.ts';
import { type Batch, openBatch, readLock, stage } from './batch.ts';
import type { SequencerDeps } from './deps.ts';
import { publish } from './publish.ts';

/** The batch that was decided last, and the lock that names it. */
export interface LastBatch {
  lock: string;
  batch: Batch;
}

/** What a process decided last. Its stored bytes are compared, and not parsed again. */
const decided = new WeakMap<SequencerDeps, LastBatch>();

/** For the next step of this process. */
export function remember(deps: SequencerDeps, last: LastBatch): void {
  decided.set(deps, last);
}

/** Reads the batch that was decided last and publishes it. Creates an empty log if none exists. */
export async function recover(deps: SequencerDeps): Promise<LastBatch> {
  const lock = (await deps.lock.read()) ?? (await createLog(deps));
  const { checkpoint, path } = readLock(lock);
  if (checkpoint.origin !== deps.log.name) throw new Error('the lock belongs to another log');
  const bytes = await deps.files.read(path);
  // If a faster sequencer has removed the batch, the lock has moved on.
  if (!bytes && (await deps.lock.read()) !== lock) return recover(deps);
  const own = decided.get(deps);
  const batch = openBatch(lock, bytes, own?.lock === lock ? own.batch : undefined);
  await publish(deps, batch);
  return { lock, batch };
}

async function createLog(deps: SequencerDeps): Promise<string> {
  // A log that was published once must not be created again.
  if ((await deps.published.read()) !== null) throw new Error('the lock of the log is lost');
  const checkpoint = { origin: deps.log.name, size: 0, root: rootOf(sha256, EMPTY_EDGE) };
  const nothing = {
    heads: [],
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
