/**
 * The key item of a subject: its wrapped data keys, its heads (the current sheet of each owner) and the facts
 * that the gateway needs in clear. Moving a head is the commit point of every write.
 */

import { Problem } from '../../errors.ts';
import { asLogId, asSubjectId, type KeyId, type LogId, type SubjectId } from '../../ids.ts';
import { getItem, type Item, scanPage, type Table } from '../../store/table.ts';
import { newUpdate, type Update } from '../../store/update.ts';
import {
  formatHead,
  formatIndex,
  formatKey,
  formatMark,
  type Head,
  type KeyItem,
  markName,
  parseHead,
  parseJoined,
  parseKeyItem,
  type StoredKey,
  text,
} from './key-item-format.ts';
import { droppable, markOf, type Step } from './trail.ts';

export { type Head, instantOf, type KeyItem, type StoredKey } from './key-item-format.ts';

/**
 * One strongly consistent read; one more for each merge of the subject into another.
 * @returns the item, whose `subject` is the survivor's if the subject was merged; `null` for an unknown or
 * erased subject
 * @throws Problem INTEGRITY_FAULT if the item is malformed
 */
export async function readKeyItem(table: Table, subject: SubjectId): Promise<KeyItem | null> {
  const item = await readAttributes(table, subject);
  return item && !item['erased'] ? parseKeyItem(item) : null;
}

/** Maximum length of a chain of merged subjects. */
const HOPS = 16;

/**
 * The item as it is stored, aliases followed.
 * @param project names of the attributes to read, `subject` and `alias` among them; without it, all
 * @returns `null` if there is none
 */
export async function readAttributes(
  table: Table,
  subject: SubjectId,
  project?: readonly string[],
): Promise<Item | null> {
  let [id, from] = [subject, subject];
  for (let hop = 0; hop < HOPS; hop++) {
    const item = await getItem(table, { subject: { S: id } }, project);
    if (!item) return null;
    if (item['subject']?.S !== id) throw new Problem('INTEGRITY_FAULT');
    if (item['alias']) [from, id] = [id, asSubjectId(text(item['alias']))];
    // A merge was undone between the two reads: the name leads to its own record again.
    else if (id === from || project || item['erased'] || parseJoined(item).has(from)) return item;
    else [from, id] = [subject, subject];
  }
  throw new Problem('INTEGRITY_FAULT');
}

/** A write of one owner's sheet, committed by moving the owner's head. */
export interface HeadMove {
  subject: SubjectId;
  collection: string;
  owner: string;
  /** The item as it was read, or `null` if this write creates it. */
  before: KeyItem | null;
  head: Head;
  /** The person whom the write names: the double, while its merge can be undone, or the subject. */
  named?: SubjectId;
  /** Instant of the write (RFC 3339). */
  at: string;
  logId: LogId;
  /** `null` leaves the current value, even if `before` differs: another owner may have changed it since. */
  county: string | null;
  /** The finer part of the county's code, under its mask; `null` removes it. */
  area?: Uint8Array | null | undefined;
  addKeys: ReadonlyMap<KeyId, StoredKey>;
  dropKeys: readonly KeyId[];
  addIndexes: ReadonlyMap<string, { field: string; scope: string }>;
  dropIndexes: readonly string[];
}

/**
 * Compare-and-swap on the whole previous head. It is refused if another write moved the head, or if the
 * subject was erased, is an alias or is being merged. Once this returns `true` the write is final. A repeat
 * after a lost answer succeeds, because it finds its own head, or its own keys under a later head.
 */
export async function moveHead(table: Table, move: HeadMove): Promise<boolean> {
  const update = newUpdate();
  const head = `head.${move.owner}`;
  const mine = update.set(head, formatHead(move.head));
  if (move.county !== null) update.set('county', { S: move.county });
  if (move.area) update.set('area', { B: move.area });
  else if (move.area === null) update.remove('area');
  update.set('collection', { S: move.collection });
  const logId = update.set('logId', { S: move.logId });
  for (const [id, key] of move.addKeys) update.set(`key.${id}`, formatKey(key));
  for (const [id, index] of move.addIndexes) update.set(`index.${id}`, formatIndex(index));
  const step = stepOf(move);
  const marked = markOf(step);
  for (const id of droppable(move.before?.keys, move.dropKeys, step)) update.remove(`key.${id}`);
  if (marked) {
    update.set(markName(marked.mark), formatMark(marked.mark));
    if (marked.replaced) update.remove(markName(marked.replaced));
  }
  for (const id of move.dropIndexes) update.remove(`index.${id}`);
  update.add('revision', 1);

  const previous = move.before?.heads.get(move.owner);
  const unmoved = previous
    ? `${update.name(head)} = ${update.value(formatHead(previous))}`
    : `attribute_not_exists(${update.name(move.before ? head : 'subject')})`;
  // A write that was prepared before an undo of the merge may name the other person.
  const undone = marked ? ` AND attribute_exists(${update.name('undo')})` : '';
  // A write that was prepared before the record got another county is not of one who may still write it.
  const sameSubject = move.before
    ? `${update.name('logId')} = ${logId} AND ${update.name('county')} = ${update.value({ S: move.before.county })} AND `
    : '';
  const condition = `${changeable(update)}${undone} AND (${update.name(head)} = ${mine} OR (${sameSubject}${unmoved}))`;
  if (await update.send(table, { subject: { S: move.subject } }, condition)) return true;
  return wasMoved(table, move);
}

/** The move as a step of the trail. */
export function stepOf({
  subject,
  owner,
  before,
  head,
  named = subject,
  at,
  county,
  area = null,
}: HeadMove): Step {
  return { owner, before, head, named, at, place: county === null ? null : { county, area } };
}

/** Whether the refused move was already made: no other write can have put there the keys that it made, but that of a file. */
async function wasMoved(table: Table, { subject, addKeys }: HeadMove): Promise<boolean> {
  const item = await readKeyItem(table, subject);
  return [...addKeys].some(([id, { file }]) => !file && item?.keys.has(id));
}

/** Condition: not erased, not an alias, not being merged. An erased subject stays erased forever. */
export function changeable(update: Pick<Update, 'name'>): string {
  return ['erased', 'alias', 'merging']
    .map((state) => `attribute_not_exists(${update.name(state)})`)
    .join(' AND ');
}

/* The heads of all records, for a comparison with the log. Wrapped keys are not read. */

/** The sheet that one department holds about one subject, by its id in the log. */
export interface HeadInLog extends Head {
  logId: LogId;
  owner: string;
}

/** A role may be limited to these, and `head.` with a department. */
const ATTRIBUTES = ['subject', 'logId'] as const;

/**
 * One page, strongly consistent; a page may be empty although others follow.
 * @param after the subject that ended the page before
 * @returns `next`: the subject that ends this page, or `null` after the last
 * @throws Problem INTEGRITY_FAULT if an item is malformed
 */
export async function scanHeads(
  table: Table,
  departments: readonly string[],
  { after, limit }: { after: string | null; limit: number },
): Promise<{ heads: HeadInLog[]; next: SubjectId | null }> {
  const { items, last } = await scanPage(table, {
    after: after === null ? null : { subject: { S: after } },
    limit,
    project: [...ATTRIBUTES, ...departments.map((code) => `head.${code}`)],
    consistent: true,
  });
  const heads = items.flatMap((item) =>
    departments
      .flatMap((owner) => headOf(item, owner))
      .map((head) => ({ logId: asLogId(text(item['logId'])), ...head })),
  );
  return { heads, next: last?.['subject']?.S === undefined ? null : asSubjectId(last['subject'].S) };
}

function headOf(item: Item, owner: string): (Head & { owner: string })[] {
  const value = item[`head.${owner}`];
  return value ? [{ owner, ...parseHead(value) }] : [];
}
