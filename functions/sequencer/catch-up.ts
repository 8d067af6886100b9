/**
 * How the index follows the tree: a step adds its rows only if the index reaches to its first leaf. An index that is new, was lost
 * or restored, or could not be written, is extended from the tree, one stretch a step, and the tree grows on meanwhile.
 */
import {
  type Indexed,
  type IndexRow,
  makeRows,
  OPEN_MS,
  stepName,
  UNNAMED,
} from '../../shared/log/read/index-rows.ts';
import type { IndexPosition } from '../../shared/log/read/index-table.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import type { Batch } from './batch.ts';
import { SKEW_MS } from './collect.ts';
import { countHours } from './count-hours.ts';
import type { SequencerDeps } from './deps.ts';
import { addRows, openAttempts, readBundle, rowsOf, type Sequenced, storedAgain } from './index-entries.ts';

/** Bundles of one stretch: less work than the leaves that a step may bring. */
const BUNDLES = 4;

/** How the index follows the tree. */
export interface Following {
  /** Leaves of the tree that the index lacked and that this step added. */
  caughtUp: number;
  /** The index lacks leaves that are in the tree. */
  behind: boolean;
}

export const UP_TO_DATE: Following = { caughtUp: 0, behind: false };

/**
 * The rows of a step, complete if the index reaches to the first leaf.
 * @param unnamed attempts of this step and of steps before that no decision completed
 * @param size of the tree after the step
 */
export async function stepRows(
  deps: SequencerDeps,
  before: Batch,
  { fresh, unnamed, size }: { fresh: Sequenced; unnamed: readonly Indexed[]; size: number },
): Promise<Pick<Batch, 'rows' | 'whole'>> {
  const hours = await hoursIfReached(deps, fresh, size);
  if (hours) return { rows: [...(await rowsOf(deps, fresh, unnamed)), ...hours], whole: true };
  // Their leaves may be older than where the catch-up begins.
  return { rows: [...rowsOfUnnamed(before), ...unnamedRows(unnamed, fresh.first)], whole: false };
}

/** @returns `null` if the index does not reach to the first leaf, or can't be read */
async function hoursIfReached(
  deps: SequencerDeps,
  { entries, first }: Sequenced,
  size: number,
): Promise<IndexRow[] | null> {
  try {
    const hours = await countHours(deps, entries, size);
    // Read last: of a table that is lost in between these would be too few.
    const known = await deps.index.position();
    return (known?.size ?? 0) >= first ? hours : null;
  } catch (error) {
    unindexed(error);
    return null;
  }
}

const rowsOfUnnamed = ({ rows }: Batch) => rows.filter(({ key }) => key === UNNAMED);

function unnamedRows(unnamed: readonly Indexed[], size: number): IndexRow[] {
  return makeRows(
    unnamed.map((indexed) => ({ key: UNNAMED, indexed })),
    stepName(size),
  );
}

/**
 * Adds the rows of a decided batch. An index that takes none stops no log: it lacks these leaves and catches up.
 * @param from size of the tree before the batch
 * @returns whether the index has all leaves of the batch
 */
export async function addToIndex(
  deps: Pick<SequencerDeps, 'index' | 'writers'>,
  { rows, whole, checkpoint: { size }, until }: Batch,
  from: number,
): Promise<boolean> {
  try {
    await addRows(deps, rows);
    return whole && (await deps.index.advance({ size, until }, from));
  } catch (error) {
    unindexed(error);
    return false;
  }
}

/** The index lacks leaves then, and catches up; why it took none is in the log. */
function unindexed(error: unknown): void {
  reportFault({ work: 'index' }, toProblem(error));
}

const NOT_WRITTEN: Following = { caughtUp: 0, behind: true };

/** Brings an index that lacks leaves one stretch nearer to the tree of the batch. */
export async function catchUp(deps: SequencerDeps, batch: Batch): Promise<Following> {
  try {
    return await extend(deps, batch, await deps.index.position());
  } catch (error) {
    unindexed(error);
    return NOT_WRITTEN;
  }
}

async function extend(deps: SequencerDeps, batch: Batch, known: IndexPosition | null): Promise<Following> {
  const { size } = batch.checkpoint;
  const reached = known?.size ?? 0;
  if (reached >= size) return UP_TO_DATE;
  const from = Math.floor(reached / TILE_WIDTH) * TILE_WIDTH;
  const to = Math.min(size, from + BUNDLES * TILE_WIDTH);
  await addStretch(deps, batch, { from, to, reached: known?.until ?? 0 });
  const until = to === size ? batch.until : (known?.until ?? 0);
  const added = await deps.index.advance({ size: to, until }, from);
  return { caughtUp: added ? to - reached : 0, behind: to < size || !added };
}

async function addStretch(
  deps: SequencerDeps,
  batch: Batch,
  { from, to, reached }: { from: number; to: number; reached: number },
): Promise<void> {
  const leaves: string[] = [];
  for (let at = from; at < to; at += TILE_WIDTH) leaves.push(...(await readBundle(deps, at, to)));
  const known = await storedAgain(deps, leaves, from);
  const entries = [...(await entriesBefore(deps, from, reached)), ...known.entries];
  const { open, unnamed } = openAttempts({ entries }, [], deps.now());
  const hours = await countHours(deps, known.entries, to);
  const rows = await rowsOf(deps, known, [...open, ...unnamed], 'c');
  await addRows(deps, [...rowsOfUnnamed(batch), ...rows, ...hours]);
}

/**
 * Entries of a restored index that may be attempts to which no decision came: it does not have these yet, and they are older
 * than where it goes on.
 * @param from first leaf of the stretch. @param reached instant up to which the index was complete as it was restored; 0 for none
 */
async function entriesBefore(
  deps: SequencerDeps,
  from: number,
  reached: number,
): Promise<Sequenced['entries']> {
  const before: Sequenced['entries'][] = [];
  for (let at = from - TILE_WIDTH; reached > 0 && at >= 0; at -= TILE_WIDTH) {
    const { entries } = await storedAgain(deps, await readBundle(deps, at, from), at);
    const times = entries.map(({ facts }) => Date.parse(facts.entry.time));
    const none = times.length === 0;
    // A later stretch: the one before has looked.
    if (before.length === 0 && !none && times.every((time) => time > reached)) break;
    before.unshift(entries);
    if (!none && times.every((time) => time < reached - OPEN_MS - SKEW_MS)) break;
  }
  return before.flat();
}

/** Milliseconds without entries after which the position of the index advances all the same. */
const IDLE_MS = 60_000;

/** Of a step without entries: as `catchUp`, and tells readers of a whole index that it is complete up to `until`. */
export async function followIdle(deps: SequencerDeps, batch: Batch, until: number): Promise<Following> {
  const { size } = batch.checkpoint;
  try {
    const known = await deps.index.position();
    if ((known?.size ?? 0) < size) return await extend(deps, batch, known);
    if (until - (known?.until ?? 0) <= IDLE_MS) return UP_TO_DATE;
    // Open attempts get their rows now, because the next step with entries may be far off.
    await deps.index.add(unnamedRows(batch.open, size));
    await deps.index.advance({ size, until }, size);
    return UP_TO_DATE;
  } catch (error) {
    unindexed(error);
    return NOT_WRITTEN;
  }
}
