/**
 * Maintenance of a key item: tombstone, merge, rewrapping. Every function is a compare-and-swap on the item's
 * revision. After a lost answer the repeat is refused, and the caller reads the item again.
 */
import { asLogId, asSubjectId, type KeyId, type LogId, type SubjectId } from '../../ids.ts';
import type { Part } from '../../store/part.ts';
import { getItems, type Item, scanPage, swap, type Table } from '../../store/table.ts';
import { newUpdate, type Update } from '../../store/update.ts';
import {
  formatIndex,
  formatJoined,
  formatKey,
  formatKeyItem,
  formatUndo,
  type KeyItem,
  markName,
  parseKeyItem,
  type StoredKey,
  text,
} from './key-item-format.ts';
import { changeable, readAttributes } from './key-items.ts';

/** The rest of an erased subject. Nothing in it leads to the log, a field or a person. */
export interface Tombstone {
  subject: SubjectId;
  /** Instant of the erasure (RFC 3339). */
  erased: string;
  /**
   * The clean-up's list of what to remove; `null` once it is done. `logIds` are those of the subject and of
   * the subjects merged into it, in this order; `files` are objects that nothing opens any more.
   */
  rest: { indexes: string[]; joined: SubjectId[]; logIds: LogId[]; files: string[] } | null;
}

export type SubjectState =
  | { state: 'unknown' }
  | { state: 'live'; item: KeyItem }
  | { state: 'erased'; tombstone: Tombstone };

/** One strongly consistent read, aliases followed. */
export async function readState(table: Table, subject: SubjectId): Promise<SubjectState> {
  return stateOf(await readAttributes(table, subject));
}

/**
 * The items of the live ones, by the names that were given, in reads of a hundred each: so the time tells hardly how many there
 * are. An alias costs a read of its own.
 */
export async function readLive(
  table: Table,
  subjects: Iterable<SubjectId>,
): Promise<Map<SubjectId, KeyItem>> {
  const items = await getItems(
    table,
    [...new Set(subjects)].map((subject) => ({ subject: { S: subject } })),
  );
  const live = new Map<SubjectId, KeyItem>();
  for (const item of items) {
    const name = asSubjectId(text(item['subject']));
    const found = item['alias'] ? await readState(table, name) : stateOf(item);
    if (found.state === 'live') live.set(name, found.item);
  }
  return live;
}

function stateOf(item: Item | null): SubjectState {
  if (!item) return { state: 'unknown' };
  if (!item['erased']) return { state: 'live', item: parseKeyItem(item) };
  const { indexes, joined, logIds, files } = item;
  const rest = indexes
    ? {
        indexes: listOf(indexes),
        joined: listOf(joined).map(asSubjectId),
        logIds: listOf(logIds).map(asLogId),
        files: listOf(files),
      }
    : null;
  return {
    state: 'erased',
    tombstone: { subject: asSubjectId(text(item['subject'])), erased: text(item['erased']), rest },
  };
}

/**
 * Replaces the item by the tombstone: the commit point of an erasure. From then on no data key of the subject
 * exists, no head can move, and no write can create the subject again.
 * @returns whether it replaced exactly this item; if not, the caller reads the item again
 */
export function putTombstone(table: Table, item: KeyItem, erased: string): Promise<boolean> {
  const tombstone = {
    subject: { S: item.subject },
    erased: { S: erased },
    indexes: { L: [...item.indexes.keys()].map((S) => ({ S })) },
    joined: { L: [...item.joined.keys()].map((S) => ({ S })) },
    logIds: { L: [item.logId, ...item.joined.values()].map((S) => ({ S })) },
    files: { L: filesOf(item).map((S) => ({ S })) },
  };
  return replace(table, item, tombstone, 'attribute_not_exists(#merging)');
}

/** Ids of the person's files, also of a double whose merge can be undone. */
export const filesOf = ({ keys, undo }: KeyItem): KeyId[] =>
  [...keys, ...(undo?.double.keys ?? [])].flatMap(([id, { file }]) => (file ? [id] : []));

/** The alias of an erased subject is erased too. */
export async function eraseAlias(
  table: Table,
  alias: SubjectId,
  { subject, erased }: Tombstone,
): Promise<void> {
  const update = newUpdate();
  update.set('erased', { S: erased });
  for (const name of ['alias', 'logId', 'revision']) update.remove(name);
  const leads = `${update.name('alias')} = ${update.value({ S: subject })}`;
  await update.send(table, { subject: { S: alias } }, leads);
}

/** Removes the list of the clean-up from the tombstone. */
export async function finishTombstone(table: Table, subject: SubjectId): Promise<void> {
  const update = newUpdate();
  for (const name of ['indexes', 'joined', 'logIds', 'files']) update.remove(name);
  await update.send(table, { subject: { S: subject } }, `attribute_exists(${update.name('erased')})`);
}

/** Stops the subject's heads until it is an alias of `into`, or until a merge into it is undone; `null` lets them move. */
export function markMerging(
  table: Table,
  { subject, revision }: KeyItem,
  into: SubjectId | null,
): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, revision);
  if (into === null) update.remove('merging');
  else update.set('merging', { S: into });
  update.add('revision', 1);
  const states = ['erased', 'alias'].map((name) => `attribute_not_exists(${update.name(name)})`);
  return update.send(table, { subject: { S: subject } }, [unchanged, ...states].join(' AND '));
}

/**
 * Writes into the survivor's item everything that will lead to it, before anything does, and what an undo needs. An earlier
 * merge into it can't be undone any more.
 * @param until epoch second until which the merge can be undone
 */
export function joinInto(table: Table, survivor: KeyItem, alias: KeyItem, until: number): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, survivor.revision);
  if (survivor.undo?.alias !== alias.subject) {
    const { county, area } = survivor;
    const undo = { alias: alias.subject, until, double: alias, place: { county, area } };
    update.set('undo', formatUndo(undo));
    for (const mark of survivor.trail) update.remove(markName(mark));
  }
  for (const [index, key] of alias.indexes) update.set(`index.${index}`, formatIndex(key));
  const joined = new Map([...survivor.joined, ...alias.joined, [alias.subject, alias.logId]]);
  update.set('joined', formatJoined(joined));
  update.add('revision', 1);
  return update.send(table, { subject: { S: survivor.subject } }, `${unchanged} AND ${changeable(update)}`);
}

/** Replaces the item by an alias: the commit point of a merge. The log id is kept for the history. */
export function putAlias(table: Table, item: KeyItem, survivor: SubjectId): Promise<boolean> {
  const alias = { subject: { S: item.subject }, alias: { S: survivor }, logId: { S: item.logId } };
  return replace(table, item, alias, 'attribute_exists(#merging)');
}

/**
 * Gives the record to another county: the commit point of a move. Its place within the county is not known yet.
 * @param moved log entry of the move
 */
export function putCounty(
  table: Table,
  { subject, revision }: KeyItem,
  county: string,
  moved: string,
): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, revision);
  update.set('county', { S: county });
  update.set('moved', { S: moved });
  update.remove('area');
  update.add('revision', 1);
  return update.send(table, { subject: { S: subject } }, `${unchanged} AND ${changeable(update)}`);
}

/** Ends the time in which a merge can be undone, and removes keys that only its undo would need. */
export function dropUndo(table: Table, item: KeyItem, keys: readonly KeyId[]): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, item.revision);
  for (const mark of item.trail) update.remove(markName(mark));
  for (const id of keys) update.remove(`key.${id}`);
  update.remove('undo');
  update.add('revision', 1);
  return update.send(table, { subject: { S: item.subject } }, `${unchanged} AND ${changeable(update)}`);
}

/** Puts the double's item back in place of the alias. @returns whether the alias was there */
export function putDouble(table: Table, double: KeyItem, survivor: SubjectId): Promise<boolean> {
  const item = formatKeyItem({ ...double, merging: null, revision: double.revision + 1 });
  return swap(table, item, '#alias = :survivor', { ':survivor': { S: survivor } });
}

/** Replaces the survivor's item, whose merge is being undone, by this one: the commit point of the undo. */
export function putParted(table: Table, item: KeyItem, parted: KeyItem): Promise<boolean> {
  return replace(
    table,
    item,
    formatKeyItem({ ...parted, revision: item.revision + 1 }),
    '#merging = #subject',
  );
}

/**
 * Replaces wrapped keys by the same keys rewrapped. At most 100 at once, because the size of an expression is
 * limited.
 */
export function replaceKeys(
  table: Table,
  { subject, revision }: KeyItem,
  keys: ReadonlyMap<KeyId, StoredKey>,
): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, revision);
  for (const [id, key] of keys) update.set(`key.${id}`, formatKey(key));
  update.add('revision', 1);
  return update.send(table, { subject: { S: subject } }, unchanged);
}

/** Replaces index values by those of a newer key, old to new. Each stands for the same match key. */
export function replaceIndexes(
  table: Table,
  { subject, revision, indexes }: KeyItem,
  renewed: ReadonlyMap<string, string>,
): Promise<boolean> {
  const update = newUpdate();
  const unchanged = sameRevision(update, revision);
  for (const [old, index] of renewed) {
    const { field, scope } = indexes.get(old) ?? { field: '', scope: '' };
    update.set(`index.${index}`, { M: { field: { S: field }, scope: { S: scope } } });
    update.remove(`index.${old}`);
  }
  update.add('revision', 1);
  return update.send(table, { subject: { S: subject } }, unchanged);
}

/** The state of an item, as a scan of the table finds it. */
export interface FoundItem {
  subject: SubjectId;
  state: 'live' | 'alias' | 'erased';
}

/** Some items in the order of the table, and the key after which the next page begins; `null` after the last. */
export async function scanKeyItems(
  table: Table,
  after: string | null,
  limit: number,
  part?: Part,
): Promise<{ items: FoundItem[]; next: string | null }> {
  const start = after === null ? null : { subject: { S: after } };
  const page = await scanPage(table, { after: start, limit, part, project: ['subject', 'alias', 'erased'] });
  const items = page.items.map((item) => ({
    subject: asSubjectId(text(item['subject'])),
    state: item['erased'] ? ('erased' as const) : item['alias'] ? ('alias' as const) : ('live' as const),
  }));
  return { items, next: page.last?.['subject']?.S ?? null };
}

function sameRevision(update: Update, revision: number): string {
  const name = update.name('revision');
  const same =
    revision === 0 ? `attribute_not_exists(${name})` : `${name} = ${update.value({ N: String(revision) })}`;
  return `attribute_exists(${update.name('logId')}) AND ${same}`;
}

function replace(table: Table, { revision }: KeyItem, by: Item, state: string): Promise<boolean> {
  const live = 'attribute_exists(logId) AND attribute_not_exists(alias)';
  if (revision === 0) return swap(table, by, `${live} AND attribute_not_exists(revision) AND ${state}`);
  const same = { ':revision': { N: String(revision) } };
  return swap(table, by, `${live} AND revision = :revision AND ${state}`, same);
}

function listOf(value: Item[string] | undefined): string[] {
  return (value?.L ?? []).map(text);
}
