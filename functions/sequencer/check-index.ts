/** Whether the index still has what the steps added, one bundle of the tree after the other. */
import { entryId } from '../../shared/log/entry/leaf.ts';
import { countIn, hourOf, hourRow, newHour } from '../../shared/log/read/hours.ts';
import {
  type IndexRow,
  makeRows,
  parseIndexed,
  stepName,
  UNNAMED,
} from '../../shared/log/read/index-rows.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import { functionsOf } from './count-hours.ts';
import type { SequencerDeps } from './deps.ts';
import { addRows, openAttempts, readBundle, rowsOf, type Sequenced, storedAgain } from './index-entries.ts';

/**
 * Looks up all entries of one full bundle under all their keys, and their hours, and restores missing rows.
 * @param turn counts the calls: each checks the next bundle
 * @returns how many rows were missing or incomplete
 */
export async function checkIndex(deps: SequencerDeps, turn: number): Promise<number> {
  const size = (await deps.index.position())?.size ?? 0;
  const bundles = Math.floor(size / TILE_WIDTH);
  if (bundles === 0) return 0;
  const first = (turn % bundles) * TILE_WIDTH;
  const known = await storedAgain(deps, await readBundle(deps, first, size), first);
  const rows = await rowsOf(deps, known, [], 'r');
  const missing = await missingOf(deps, rows);
  const hours = await lostHours(deps, known, size);
  const unnamed = await lostUnnamed(deps, known, size);
  await addRows(deps, [...missing, ...hours.rows, ...unnamed]);
  return missing.length + hours.lost + unnamed.length;
}

/** Milliseconds after which an attempt that no decision completed has its row, also if steps pause. */
const SETTLED_MS = 10 * 60_000;
/** Bundles among which the decisions on the attempts of one are looked for. */
const AHEAD = 8;

/** The missing rows of entries that name their subject by its internal id alone. */
async function lostUnnamed(deps: SequencerDeps, known: Sequenced, size: number): Promise<IndexRow[]> {
  const names = new Set(known.entries.map(({ facts: { entry } }) => entryId(entry)));
  let { entries } = known;
  for (let ahead = 1; ; ahead++) {
    const { unnamed } = openAttempts({ entries }, [], deps.now() - SETTLED_MS);
    const rows = makeRows(
      unnamed.flatMap((indexed) => (names.has(entryId(indexed)) ? [{ key: UNNAMED, indexed }] : [])),
      stepName(known.first, 'r'),
    );
    const missing = await missingOf(deps, rows);
    const next = known.first + ahead * TILE_WIDTH;
    if (missing.length === 0 || ahead > AHEAD || next >= size) return missing;
    // Most of these were completed by a decision that follows.
    const more = await storedAgain(deps, await readBundle(deps, next, size), next);
    entries = [...entries, ...more.entries];
  }
}

async function missingOf({ index }: SequencerDeps, rows: readonly IndexRow[]): Promise<IndexRow[]> {
  const missing: IndexRow[] = [];
  for (const row of rows) {
    const minute = row.place.split('#')[0] ?? '';
    const stored = new Set((await index.find(row.key, minute)).map(entryId));
    if (!parseIndexed(minute, row.entries).every((one) => stored.has(entryId(one)))) missing.push(row);
  }
  return missing;
}

/**
 * The hours that do not count all entries of a bundle: their row is missing, or was begun again after it was lost.
 * @param size of the index, in leaves
 * @returns their rows counted again, without hours that are too long for that; and how many hours these are in all
 */
async function lostHours(
  deps: SequencerDeps,
  { entries, first }: Sequenced,
  size: number,
): Promise<{ rows: IndexRow[]; lost: number }> {
  const byHour = Map.groupBy(entries, ({ facts: { entry } }) => hourOf(entry.time));
  const known = await deps.index.hours(byHour.keys());
  const lost = [...byHour].filter(([name, ofHour]) => {
    const hour = known.get(name);
    return !hour || ofHour.some(({ index }) => index < hour.first || index >= hour.size);
  });
  const rows: IndexRow[] = [];
  for (const [name] of lost) {
    const found = await entriesOfHour(deps, name, first, size);
    const hour = found && { ...newHour(found[0]?.index ?? 0), size };
    const by = await functionsOf(deps.writers, new Set(found?.map(({ facts }) => facts.entry.writer)));
    for (const { facts } of found ?? []) if (hour) countIn(hour, facts.entry, by.get(facts.entry.writer));
    if (hour) rows.push(hourRow(name, hour));
  }
  return { rows, lost: lost.length };
}

const HOUR = 3_600_000;
/** Clocks differ by less than this, and a writer that was suspended for longer writes no more. Milliseconds. */
const APART = 15 * 60_000;
/** Bundles of one hour that are read again, which takes about ten seconds. */
const MOST = 128;

/**
 * The entries of an hour in the order of the tree.
 * @param around first leaf of a bundle that has some
 * @returns `null` if they are too many
 */
async function entriesOfHour(
  deps: SequencerDeps,
  name: string,
  around: number,
  size: number,
): Promise<Sequenced['entries'] | null> {
  const began = Date.parse(`${name}:00:00.000Z`);
  const found: Sequenced['entries'][number][] = [];
  let left = MOST;
  for (const [from, step] of [
    [around, TILE_WIDTH],
    [around - TILE_WIDTH, -TILE_WIDTH],
  ] as const) {
    for (let at = from; at >= 0 && at < size; at += step) {
      if (left-- === 0) return null;
      const { entries } = await storedAgain(deps, await readBundle(deps, at, size), at);
      found.push(...entries.filter(({ facts }) => hourOf(facts.entry.time) === name));
      const times = entries.map(({ facts }) => Date.parse(facts.entry.time));
      const isBeyond = (time: number) => (step > 0 ? time > began + HOUR + APART : time < began - APART);
      if (times.length > 0 && times.every(isBeyond)) break;
    }
  }
  return found.sort((a, b) => a.index - b.index);
}
