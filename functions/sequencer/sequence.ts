import { defined } from '../../shared/defined.ts';
import type { ChainError } from '../../shared/log/check/chain.ts';
import { makeRows, stepName, UNNAMED } from '../../shared/log/read/index-rows.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import type { Batch } from './batch.ts';
import { type Collected, collect } from './collect.ts';
import { decide, removeStale } from './decide.ts';
import type { SequencerDeps } from './deps.ts';
import { leavesIn, nextBatch } from './next-batch.ts';
import { publish } from './publish.ts';
import { recover } from './recover.ts';

/** What one step did. */
export interface Step {
  checkpoint: Checkpoint;
  sequenced: number;
  /** Another sequencer was faster; nothing was done. */
  lost: boolean;
  /** Instant of the oldest entry that this step made visible, epoch milliseconds; `null` for none. */
  oldest: number | null;
  faults: readonly ChainError[];
  /** Entries are stored that this step had no room for. */
  more: boolean;
  /** What the next step may begin with. */
  ahead?: Ahead;
}

/** Entries that were collected while the step before was published. */
export interface Ahead {
  /** The lock of that step: if another sequencer has moved on, the entries are collected again. */
  lock: string;
  /** When that began, epoch milliseconds. */
  now: number;
  /** `null` if it failed. */
  collected: Promise<Collected | null>;
}

/**
 * One step: recover → collect → next batch → decide → publish → remove stale files. The normal path and recovery
 * share their code, because each step begins by publishing the batch that the lock names.
 */
export async function sequence(deps: SequencerDeps, ahead?: Ahead): Promise<Step> {
  const last = await recover(deps);
  const early = ahead?.lock === last.lock ? await ahead.collected : null;
  const now = early && ahead ? ahead.now : deps.now();
  const collected = early ?? (await collect(deps, last.batch));
  await deps.writers.report(collected.faults);
  // A writer that still uses a revoked key meets the end of its chain and begins another.
  for (const { writer, seq } of collected.revoked) await deps.writers.retire(writer, seq + 1);
  const { checkpoint } = last.batch;
  const until = collected.all ? now : last.batch.until;
  const nothing = {
    checkpoint,
    sequenced: 0,
    lost: false,
    oldest: null,
    faults: collected.faults,
    more: false,
  };
  if (collected.items.length === 0) {
    await retireSilent(deps, collected);
    await advanceIdle(deps, last.batch, until);
    return nothing;
  }
  const next = await nextBatch(deps, last, collected, { now, until });
  const lock = next && (await decide(deps, last.lock, next));
  if (!next || !lock) return { ...nothing, lost: true };
  // Threads check the next entries while this one publishes.
  const more = !collected.all;
  const following = more && deps.checkers ? collectAhead(deps, lock, next) : undefined;
  // Decided: these leaves are in the tree at these places. The rest only makes it visible, and after a crash the
  // next step does it.
  await publish(deps, next);
  await removeStale(deps, last, next);
  await retireSilent(deps, collected);
  return {
    ...nothing,
    checkpoint: next.checkpoint,
    sequenced: leavesIn(collected.items),
    more,
    ...defined({ ahead: following }),
    oldest: Math.min(...collected.items.map(({ at }) => Date.parse(at))),
  };
}

/** All items of these chains are in the tree; the put in the log table ensures that no item follows. */
async function retireSilent({ writers }: SequencerDeps, { silent }: Collected): Promise<void> {
  for (const { writer, seq } of silent) await writers.retire(writer, seq + 1);
}

function collectAhead(deps: SequencerDeps, lock: string, batch: Batch): Ahead {
  return { lock, now: deps.now(), collected: collect(deps, batch).catch(() => null) };
}

/** Milliseconds without entries after which the position of the index advances all the same. */
const IDLE_MS = 60_000;

/** Tells readers of the index that it is complete up to `until`. */
async function advanceIdle(
  deps: SequencerDeps,
  { checkpoint: { size }, open }: Batch,
  until: number,
): Promise<void> {
  const known = await deps.index.position();
  if (until - (known?.until ?? 0) <= IDLE_MS) return;
  // Open attempts get their rows now, because the next step with entries may be far off.
  await deps.index.add(
    makeRows(
      open.map((indexed) => ({ key: UNNAMED, indexed })),
      stepName(size),
    ),
  );
  await deps.index.advance({ size, until });
}
