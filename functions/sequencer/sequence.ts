import { defined } from '../../shared/defined.ts';
import type { ChainError } from '../../shared/log/check/chain.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import type { Batch } from './batch.ts';
import { catchUp, type Following, followIdle, UP_TO_DATE } from './catch-up.ts';
import { type Collected, collect } from './collect.ts';
import { decide, removeStale } from './decide.ts';
import type { SequencerDeps } from './deps.ts';
import { leavesIn, nextBatch } from './next-batch.ts';
import { publish } from './publish.ts';
import { recover, remember } from './recover.ts';
import { closeChains } from './retire.ts';

/** What one step did. */
export interface Step extends Following {
  checkpoint: Checkpoint;
  sequenced: number;
  /** Another sequencer was faster; nothing was done. */
  lost: boolean;
  /** Instant of the oldest entry that this step made visible, epoch milliseconds; `null` for none. */
  oldest: number | null;
  faults: readonly ChainError[];
  /** Entries are stored that this step had no room for. */
  more: boolean;
  /** Witnesses were asked about a checkpoint within the last minute. */
  awaited?: boolean;
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
 * One step: recover → collect → next batch → decide → publish → remove stale files → catch up with the index. The normal
 * path and recovery share their code, because each step begins by publishing the batch that the lock names.
 */
export async function sequence(deps: SequencerDeps, ahead?: Ahead): Promise<Step> {
  // Before the register is read: what is stored later may not be found.
  const begun = deps.now();
  const last = await recover(deps);
  const early = ahead?.lock === last.lock ? await ahead.collected : null;
  const now = early && ahead ? ahead.now : begun;
  const collected = early ?? (await collect(deps, last.batch, last.registered));
  await deps.writers.report(collected.faults);
  // A writer that still uses a revoked key meets the end of its chain and begins another.
  await closeChains(deps, collected.revoked);
  // All items of the silent ones are in the tree. If they can't be closed, it grows all the same.
  const closing = closeChains(deps, collected.silent);
  await Promise.allSettled([closing]);
  const { checkpoint } = last.batch;
  const until = collected.all ? now : last.batch.until;
  const nothing = {
    checkpoint,
    sequenced: 0,
    lost: false,
    oldest: null,
    faults: collected.faults,
    more: false,
    ...UP_TO_DATE,
  };
  if (collected.items.length === 0) {
    await closing;
    await forget(deps, collected);
    return { ...nothing, ...(await followIdle(deps, last.batch, until)) };
  }
  const next = await nextBatch(deps, last, collected, { now, until });
  const lock = next && (await decide(deps, last, next));
  if (!next || !lock) return { ...nothing, lost: true };
  remember(deps, { lock, batch: next });
  // Threads check the next entries while this one publishes.
  const more = !collected.all;
  const following = more && deps.checkers ? collectAhead(deps, lock, next) : undefined;
  // Decided: these leaves are in the tree at these places. The rest only makes it visible, and after a crash the
  // next step does it.
  const indexed = await publish(deps, next);
  await removeStale(deps, last, next);
  await closing;
  await forget(deps, collected);
  return {
    ...nothing,
    ...(indexed ? UP_TO_DATE : await catchUp(deps, next)),
    checkpoint: next.checkpoint,
    sequenced: leavesIn(collected.items),
    more,
    ...defined({ ahead: following }),
    oldest: Math.min(...collected.items.map(({ at }) => Date.parse(at))),
  };
}

/** Their heads are decided. */
async function forget({ writers }: SequencerDeps, { known }: Collected): Promise<void> {
  await Promise.all(known.map((writer) => writers.forget(writer)));
}

function collectAhead(deps: SequencerDeps, lock: string, batch: Batch): Ahead {
  const now = deps.now();
  const work = async () => collect(deps, batch, await deps.writers.list());
  return { lock, now, collected: work().catch(() => null) };
}
