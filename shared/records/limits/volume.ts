/**
 * How many distinct people were revealed to an officer today, or for one case. One item holds, for each tier,
 * the set of hashes of subject ids. So the same subject adds nothing again, and a repeat after a lost answer
 * changes nothing. One conditional update both checks and counts, so the limit is exact under concurrent
 * calls.
 */

import { contend, LOST } from '../../store/contend.ts';
import type { Item, Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';
import { type CountedId, countsOf, distinct, hashOf, hex, readItem, setOf } from './volume-items.ts';

export interface TierUse {
  tier: string;
  subjects: readonly CountedId[];
  /** Subjects that are not counted but for which there must be room too: otherwise the limit would reveal who has a record. */
  asked?: readonly CountedId[];
  /** Maximum number of distinct subjects; `null`: counted without a limit. */
  stop: number | null;
}

export interface Volume {
  /** See `volumeKey` and `matterKey`. */
  key: string;
  /** Epoch second after which the item is not needed. */
  expires: number;
  uses: readonly TierUse[];
  /** The first count that `begins` fixes the end. Epoch milliseconds. */
  window?: { now: number; ends: number; begins: boolean };
}

export interface Counted {
  /** Tiers that had no room; then nothing was counted in any. */
  full: readonly string[];
  /** The window is over; then nothing was counted either. */
  ended: boolean;
  /** Epoch milliseconds, if there is a window. */
  ends?: number;
  /** Tier to the distinct subjects of the day so far. */
  counts: ReadonlyMap<string, number>;
  /** The alerts that `markTold` has stored today. */
  told: ReadonlySet<string>;
  /** The additions of this count, for `uncount`; `null`: none. */
  added: Added | null;
}

interface Added {
  key: string;
  revision: number;
  /** By tier. */
  hashes: ReadonlyMap<string, readonly Uint8Array[]>;
  began: boolean;
}

/** How often the item may change between a read and an update. */
const ATTEMPTS = 20;

/**
 * Counts the subjects, all or none. It needs one call, and two more near a limit, where it must first find
 * out which subjects are new.
 */
export async function countVolume(table: Table, volume: Volume): Promise<Counted> {
  const hashed = volume.uses.map(({ tier, stop, subjects, asked = [] }) => ({
    tier,
    stop,
    hashes: distinct(subjects.map((id) => hashOf(volume.key, id))),
    roomFor: distinct([...subjects, ...asked].map((id) => hashOf(volume.key, id))),
  }));
  let rooms = hashed.map(({ stop, roomFor }) => (stop === null ? null : stop - roomFor.length));
  return contend(
    ATTEMPTS,
    async () => {
      const before = await update(table, volume, hashed, rooms);
      if (before) return outcome(before, [], volume, hashed);
      const seen = await readItem(table, volume.key);
      // Sets only grow, so a known subject stays known. The condition therefore only has to check the room.
      rooms = hashed.map(({ tier, stop, roomFor }) => {
        const known = new Set(setOf(seen, tier).map(hex));
        return stop === null ? null : stop - roomFor.filter((hash) => !known.has(hex(hash))).length;
      });
      const full = hashed.filter(({ tier }, i) => setOf(seen, tier).length > (rooms[i] ?? Infinity));
      const names = full.map(({ tier }) => tier);
      if (full.length > 0 || hasEnded(seen, volume)) return outcome(seen ?? {}, names, volume, null);
      return LOST;
    },
    tooFast,
  );
}

function tooFast(): never {
  throw new Error('the volume of an officer changes too fast');
}

/**
 * Removes what a count added, if nothing was released and no other count followed. A later count may rely on
 * it. Anything that stays counted only makes the limit apply sooner. May be repeated.
 */
export async function uncount(table: Table, { key, revision, hashes, began }: Added): Promise<void> {
  const update = newUpdate();
  const unchanged = `${update.name('revision')} = ${update.value({ N: String(revision) })}`;
  update.add('revision', 1);
  for (const [tier, set] of hashes) update.take(`tier-${tier}`, { BS: [...set] });
  if (began) update.remove('ends');
  await update.send(table, { budget: { S: key } }, unchanged);
}

/** Takes one subject out of the sets of these tiers. May be repeated. */
export async function removeSubject(
  table: Table,
  key: string,
  tiers: readonly string[],
  subject: CountedId,
): Promise<void> {
  const update = newUpdate();
  update.add('revision', 1);
  for (const tier of tiers) update.take(`tier-${tier}`, { BS: [hashOf(key, subject)] });
  await update.send(table, { budget: { S: key } }, `attribute_exists(${update.name('revision')})`);
}

interface Use {
  tier: string;
  hashes: readonly Uint8Array[];
}

/** @returns the previous item, empty if it is new; `null` if a counter has no room */
function update(
  table: Table,
  { key, expires, window }: Volume,
  uses: readonly Use[],
  rooms: readonly (number | null)[],
): Promise<Item | null> {
  const update = newUpdate();
  const conditions: string[] = [];
  update.set('expires', { N: String(Math.ceil(expires)) });
  update.add('revision', 1);
  for (const [i, { tier, hashes }] of uses.entries()) {
    const room = rooms[i] ?? null;
    if (hashes.length > 0) update.add(`tier-${tier}`, { BS: [...hashes] });
    if (room === null) continue;
    const set = update.name(`tier-${tier}`);
    const fits = `size(${set}) <= ${update.value({ N: String(room) })}`;
    // A set that does not exist has no size.
    conditions.push(room < 0 ? fits : `(attribute_not_exists(${set}) OR ${fits})`);
  }
  if (window) {
    const ends = update.name('ends');
    const now = update.value({ N: String(window.now) });
    conditions.push(`(attribute_not_exists(${ends}) OR ${ends} > ${now})`);
    if (window.begins) update.setOnce('ends', { N: String(window.ends) });
  }
  return update.read(table, { budget: { S: key } }, 'ALL_OLD', conditions.join(' AND ') || undefined);
}

/** @param uses the additions to `before`; `null`: nothing */
function outcome(
  before: Item,
  full: readonly string[],
  volume: Volume,
  uses: readonly Use[] | null,
): Counted {
  const counted = new Map(countsOf(before));
  const hashes = new Map<string, Uint8Array[]>();
  for (const { tier, hashes: some } of uses ?? []) {
    const known = new Set(setOf(before, tier).map(hex));
    const fresh = some.filter((hash) => !known.has(hex(hash)));
    if (some.length > 0) counted.set(tier, known.size + fresh.length);
    if (fresh.length > 0) hashes.set(tier, fresh);
  }
  const window = volume.window;
  const began = uses !== null && window?.begins === true && before['ends'] === undefined;
  const revision = Number(before['revision']?.N ?? 0) + 1;
  return {
    full,
    ended: hasEnded(before, volume),
    ...(window && { ends: Number(before['ends']?.N ?? window.ends) }),
    counts: counted,
    told: new Set(before['told']?.SS ?? []),
    added: hashes.size > 0 || began ? { key: volume.key, revision, hashes, began } : null,
  };
}

function hasEnded(item: Item | null, { window }: Volume): boolean {
  return window !== undefined && item?.['ends'] !== undefined && Number(item['ends'].N) <= window.now;
}
