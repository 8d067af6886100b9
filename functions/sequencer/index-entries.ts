/** What the index of the log learns of the entries that a step puts into the tree. */
import type { Entry } from '../../shared/log/entry/entry.ts';
import { entryId, parseEntryId } from '../../shared/log/entry/leaf.ts';
import {
  type Indexed,
  type IndexRow,
  indexKeys,
  makeRows,
  parseIndexed,
  stepName,
  UNNAMED,
} from '../../shared/log/read/index-rows.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import type { SequencerDeps } from './deps.ts';

/** Leaves that stand together in the tree, as entries that were checked before. */
export interface Sequenced {
  entries: readonly Entry[];
  /** Index in the tree of the first of them. */
  first: number;
  /** Id of an entry to the log id that lies beside it. */
  logIds: ReadonlyMap<string, string>;
}

export function sequenced(items: readonly LogItem[], first: number): Sequenced {
  const logIds = new Map<string, string>();
  for (const { writer, seq, logIds: beside = [] } of items) {
    for (const [leaf, logId] of beside.entries())
      if (logId) logIds.set(entryId({ writer, seq, leaf }), logId);
  }
  return { entries: items.flatMap(({ leaves }) => leaves.map((text) => JSON.parse(text))), first, logIds };
}

/** Rows for entries, under all that they name. */
export async function rowsOf(
  deps: Pick<SequencerDeps, 'writers'>,
  { entries, first, logIds }: Sequenced,
  unnamed: readonly Indexed[],
  by: '' | 'c' | 'r' = '',
): Promise<IndexRow[]> {
  const times = new Map(entries.map(({ writer, seq, time }) => [`${writer}-${seq}`, time]));
  const keyed = unnamed.map((indexed) => ({ key: UNNAMED, indexed }));
  for (const entry of entries) {
    const subject = entry.subject ?? logIds.get(entry.id);
    const named = subject === undefined ? entry : { ...entry, subject };
    for (const key of indexKeys(named)) keyed.push({ key, indexed: placeOf(entry) });
    const attempt = await attemptOf(deps, named, times);
    if (attempt) keyed.push({ key: `subject:${subject}`, indexed: attempt });
  }
  return makeRows(keyed, stepName(first, by));
}

function placeOf({ time: at, writer, seq, leaf }: Entry): Indexed {
  return { at, writer, seq, leaf };
}

/** Milliseconds within which a decision follows its attempt, or never. */
const OPEN_MS = 120_000;

/**
 * Entries that commit to a subject without a name that the index could use. Most are attempts, which get one
 * from the decision that completes them; what has none after two minutes is found among all such.
 * @param open attempts of the steps before
 */
export function openAttempts(
  { entries, logIds }: Sequenced,
  open: readonly Indexed[],
  now: number,
): { open: Indexed[]; unnamed: Indexed[] } {
  const names = (entry: Entry) => entry.subject !== undefined || logIds.has(entry.id);
  const completed = new Set(entries.filter(names).map(({ attempt }) => attempt));
  const fresh = entries.filter((entry) => entry.committed?.subject !== undefined && !names(entry));
  const attempts = fresh.filter(({ kind }) => kind === 'attempt').map(placeOf);
  const waiting = [...open, ...attempts].filter((place) => !completed.has(entryId(place)));
  const late = ({ at }: Indexed) => now - Date.parse(at) > OPEN_MS;
  return {
    open: waiting.filter((place) => !late(place)),
    unnamed: [...waiting.filter(late), ...fresh.filter(({ kind }) => kind !== 'attempt').map(placeOf)],
  };
}

/** An attempt does not name its subject; the decision that completes it names both. */
async function attemptOf(
  { writers }: Pick<SequencerDeps, 'writers'>,
  { subject, attempt }: Pick<Entry, 'subject' | 'attempt'>,
  times: ReadonlyMap<string, string>,
): Promise<Indexed | null> {
  const place = subject === undefined || attempt === undefined ? null : parseEntryId(attempt);
  if (!place) return null;
  const { writer, seq } = place;
  const at = times.get(`${writer}-${seq}`) ?? (await writers.itemsAfter(writer, seq - 1, 1))[0]?.at;
  return at === undefined ? null : { ...place, at };
}

/** Bundles that catching up reads at once. */
const BUNDLES = 8;

/** Brings an index that is new, or was restored, to the size of the tree. */
export async function catchUp(deps: SequencerDeps, size: number, until: number): Promise<void> {
  const known = await deps.index.position();
  if (known && known.size >= size) return;
  const start = Math.floor((known?.size ?? 0) / TILE_WIDTH) * TILE_WIDTH;
  for (let from = start; from < size; from += BUNDLES * TILE_WIDTH) {
    const to = Math.min(size, from + BUNDLES * TILE_WIDTH);
    const leaves: string[] = [];
    for (let at = from; at < to; at += TILE_WIDTH) leaves.push(...(await readBundle(deps, at, to)));
    const known = await storedAgain(deps, leaves, from);
    const { open, unnamed } = openAttempts(known, [], deps.now());
    await deps.index.add(await rowsOf(deps, known, [...open, ...unnamed], 'c'));
    await deps.index.advance({ size: to, until: to === size ? until : 0 });
  }
}

/** Leaves of one bundle. */
async function readBundle({ files }: SequencerDeps, from: number, size: number): Promise<string[]> {
  const width = Math.min(TILE_WIDTH, size - from);
  const bytes = await files.read(tilePath({ level: 'entries', index: from / TILE_WIDTH, width }));
  const bundle = bytes && unpackEntries(bytes, width);
  if (!bundle) throw new Error('a bundle of the log is missing');
  return bundle.map((leaf) => Buffer.from(leaf).toString('utf8'));
}

/**
 * Looks up all entries of one full bundle under all their keys, and puts back what is missing.
 * @param turn counts the calls: each looks at the bundle after the one before
 * @returns how many rows were missing or short
 */
export async function checkIndex(deps: SequencerDeps, turn: number): Promise<number> {
  const size = (await deps.index.position())?.size ?? 0;
  const bundles = Math.floor(size / TILE_WIDTH);
  if (bundles === 0) return 0;
  const first = (turn % bundles) * TILE_WIDTH;
  const known = await storedAgain(deps, await readBundle(deps, first, size), first);
  const rows = await rowsOf(deps, known, [], 'r');
  const missing: IndexRow[] = [];
  for (const row of rows) {
    const minute = row.place.split('#')[0] ?? '';
    const stored = new Set((await deps.index.find(row.key, minute)).map(entryId));
    if (!parseIndexed(minute, row.entries).every((one) => stored.has(entryId(one)))) missing.push(row);
  }
  await deps.index.add(missing);
  return missing.length;
}

/** Whether a log id may lie beside: of what commits to a subject without naming it, and of reviews of that. */
function mayHaveLogId({ kind, committed, subject }: Entry): boolean {
  return subject === undefined && (kind === 'review' || committed?.subject !== undefined);
}

/** Leaves of the tree, with what lies beside them in the log table. */
async function storedAgain(
  { writers }: SequencerDeps,
  leaves: readonly string[],
  first: number,
): Promise<Sequenced> {
  const entries = leaves.map((text) => JSON.parse(text) as Entry);
  const logIds = new Map<string, string>();
  for (const entry of entries) {
    const { id, writer, seq, leaf } = entry;
    if (!mayHaveLogId(entry)) continue;
    const [item] = await writers.itemsAfter(writer, seq - 1, 1);
    const logId = item?.logIds?.[leaf];
    if (logId) logIds.set(id, logId);
  }
  return { entries, first, logIds };
}
