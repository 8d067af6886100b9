/** Index rows of the entries that a step adds to the tree. */

import { randomBytes } from 'node:crypto';
import type { LogId } from '../../shared/ids.ts';
import { entryId, type LeafForm, parseEntryId, parseLeaf } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { withoutErased } from '../../shared/log/read/erased-rows.ts';
import {
  type Indexed,
  type IndexRow,
  indexKeys,
  makeRows,
  OPEN_MS,
  stepName,
  UNNAMED,
} from '../../shared/log/read/index-rows.ts';
import { type OpenedEntry, openEntry } from '../../shared/log/read/openings.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import { countCommitment } from '../../shared/tree/commitments.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import type { Batch } from './batch.ts';
import type { CheckedItem } from './checked.ts';
import type { SequencerDeps } from './deps.ts';
import { type Facts, factsOf, type Indexable } from './facts.ts';

/** The entries of consecutive leaves in the tree that can be opened. */
export interface Sequenced {
  /** Without the log's own leaves and without leaves that can't be opened any more. */
  entries: readonly { facts: Facts & { entry: Indexable }; index: number }[];
  /** Index in the tree of the first of all leaves. */
  first: number;
}

export function sequenced(items: readonly CheckedItem[], first: number): Sequenced {
  const entries = items.flatMap(({ facts }) => facts).map((facts, i) => ({ facts, index: first + i }));
  return { entries: entries.filter(hasEntry), first };
}

function hasEntry(one: { facts: Facts; index: number }): one is Sequenced['entries'][number] {
  return one.facts.entry !== null;
}

/** Rows for entries, under every key that they name. */
export async function rowsOf(
  deps: Pick<SequencerDeps, 'writers'>,
  { entries, first }: Sequenced,
  unnamed: readonly Indexed[],
  by: '' | 'c' | 'r' = '',
): Promise<IndexRow[]> {
  const times = new Map(entries.map(({ facts: { entry } }) => [`${entry.writer}-${entry.seq}`, entry.time]));
  const keyed = unnamed.map((indexed) => ({ key: UNNAMED, indexed }));
  for (const {
    facts: { entry },
  } of entries) {
    for (const key of indexKeys(entry)) keyed.push({ key, indexed: placeOf(entry) });
    const attempt = await attemptOf(deps, entry, times);
    if (attempt) keyed.push({ key: `subject:${entry.subject}`, indexed: attempt });
  }
  return makeRows(keyed, stepName(first, by));
}

/** Adds rows. Entries were opened before, so those of a person who was erased since are taken out again. */
export async function addRows(
  { index, writers }: Pick<SequencerDeps, 'index' | 'writers'>,
  rows: readonly IndexRow[],
): Promise<void> {
  const secrets: typeof writers.secrets = (epochs) => writers.secrets(epochs);
  let left = rows;
  while (left.length > 0) {
    await index.add(left);
    left = await withoutErased(left, secrets);
  }
}

/**
 * The numbers of entries among those of their persons.
 * @param length of all leaves of the step
 * @returns one commitment per leaf, random bytes if the leaf is about no person; and the new numbers
 */
export function countEntries(
  { entries, first }: Sequenced,
  length: number,
  known: ReadonlyMap<LogId, Counted>,
): { commitments: Uint8Array[]; counts: Batch['counts'] } {
  const commitments: Uint8Array[] = Array.from({ length }, () => randomBytes(32));
  const now = new Map<LogId, Counted>();
  for (const { facts, index } of entries) {
    const { subject } = facts.entry;
    const { salt } = facts;
    if (subject === undefined || !salt) continue;
    const n = (now.get(subject) ?? known.get(subject) ?? { n: 0 }).n + 1;
    now.set(subject, { n, last: index });
    commitments[index - first] = countCommitment(sha256, salt, subject, n);
  }
  return { commitments, counts: [...now] };
}

/** Persons named by entries. */
export function subjectsIn({ entries }: Sequenced): Set<LogId> {
  return new Set(entries.flatMap(({ facts: { entry } }) => entry.subject ?? []));
}

function placeOf({ time: at, writer, seq, leaf }: Indexable): Indexed {
  return { at, writer, seq, leaf };
}

/**
 * Entries that name their subject by its internal id alone, which the index does not know. Most are attempts,
 * which get a log id from the decision that completes them; entries without one after two minutes are found
 * in the list of all such entries.
 * @param open attempts of the steps before
 */
export function openAttempts(
  { entries }: Pick<Sequenced, 'entries'>,
  open: readonly Indexed[],
  now: number,
): { open: Indexed[]; unnamed: Indexed[] } {
  const completed = new Set(entries.map(({ facts }) => facts.entry.attempt));
  const fresh = entries
    .filter(({ facts }) => facts.internal && facts.entry.subject === undefined)
    .map(({ facts }) => facts.entry);
  const attempts = fresh.filter(({ kind }) => kind === 'attempt').map(placeOf);
  const waiting = [...open, ...attempts].filter((place) => !completed.has(entryId(place)));
  const late = ({ at }: Indexed) => now - Date.parse(at) > OPEN_MS;
  return {
    open: waiting.filter((place) => !late(place)),
    unnamed: [...waiting.filter(late), ...fresh.filter(({ kind }) => kind !== 'attempt').map(placeOf)],
  };
}

/** An attempt does not name its subject; its decision names the subject and the attempt. */
async function attemptOf(
  { writers }: Pick<SequencerDeps, 'writers'>,
  { subject, attempt }: Pick<Indexable, 'subject' | 'attempt'>,
  times: ReadonlyMap<string, string>,
): Promise<Indexed | null> {
  const place = subject === undefined || attempt === undefined ? null : parseEntryId(attempt);
  if (!place) return null;
  const { writer, seq } = place;
  const at = times.get(`${writer}-${seq}`) ?? (await writers.itemsAfter(writer, seq - 1, 1))[0]?.at;
  return at === undefined ? null : { ...place, at };
}

/** Leaves of one bundle. */
export async function readBundle(
  { files }: Pick<SequencerDeps, 'files'>,
  from: number,
  size: number,
): Promise<string[]> {
  const width = Math.min(TILE_WIDTH, size - from);
  const bytes = await files.read(tilePath({ level: 'entries', index: from / TILE_WIDTH, width }));
  const bundle = bytes && unpackEntries(bytes, width);
  if (!bundle) throw new Error('a bundle of the log is missing');
  return bundle.map((leaf) => Buffer.from(leaf).toString('utf8'));
}

/** Leaves of the tree, with what is sealed of them in the log table. */
export async function storedAgain(
  deps: SequencerDeps,
  leaves: readonly string[],
  first: number,
): Promise<Sequenced> {
  const opened = await openedAgain(deps, leaves.map(parseLeaf));
  const entries = opened.flatMap((one, i) => (one ? [{ facts: factsOf(one), index: first + i }] : []));
  return { entries: entries.filter(hasEntry), first };
}

/** The entries of leaves, as far as they can be opened; `null` where the log table has none. */
export async function openedAgain(
  { writers }: Pick<SequencerDeps, 'writers'>,
  forms: readonly (LeafForm | null)[],
): Promise<(OpenedEntry | null)[]> {
  const items = await storedItems({ writers }, forms);
  const keys = await writers.secrets([...items.values()].map(({ writer, seq }) => epochName(writer, seq)));
  return forms.map((form) => {
    const item = form && items.get(`${form.writer}-${form.seq}`);
    return item ? openEntry(item, form.leaf, keys.get(epochName(item.writer, item.seq))) : null;
  });
}

/** Items of the log table that these leaves are of, by `<writer>-<seq>`. */
export async function storedItems(
  { writers }: Pick<SequencerDeps, 'writers'>,
  forms: readonly (Pick<LogItem, 'writer' | 'seq'> | null)[],
): Promise<Map<string, LogItem>> {
  const items = new Map<string, LogItem>();
  for (const [writer, some] of Map.groupBy(forms, (form) => form?.writer ?? '')) {
    const seqs = some.flatMap((form) => form?.seq ?? []);
    if (seqs.length === 0) continue;
    const [from, to] = [Math.min(...seqs), Math.max(...seqs)];
    // An answer of the table holds 1 MB, which is a few large items.
    for (let after = from - 1; after < to; ) {
      const some = await writers.itemsAfter(writer, after, to - after);
      if (some.length === 0) break;
      for (const item of some) items.set(`${writer}-${item.seq}`, item);
      after = some.at(-1)?.seq ?? to;
    }
  }
  return items;
}
