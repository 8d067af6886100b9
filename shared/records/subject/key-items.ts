/**
 * The key item of a subject: its wrapped data keys, its heads (per owner the current sheet) and what the
 * gateway must know in clear. Moving a head is the commit point of every write.
 */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import { newUpdate, type Update } from '../table.ts';
import {
  type Attributes,
  formatHead,
  formatIndex,
  formatKey,
  type Head,
  type KeyItem,
  parseHead,
  parseKeyItem,
  type StoredKey,
  text,
} from './key-item-format.ts';

export { type Head, instantOf, type KeyItem, type StoredKey } from './key-item-format.ts';

/** Most subjects that were merged one into the next. */
const HOPS = 16;

/**
 * One strongly consistent read; one more for each time that the subject was merged into another.
 * @returns the item, whose `subject` is the survivor's where the subject was merged; `null` for an unknown
 * or erased subject
 * @throws Problem INTEGRITY_FAULT for what was never written so
 */
export async function readKeyItem(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<KeyItem | null> {
  const item = await readAttributes(dynamo, table, subject);
  return item && !item['erased'] ? parseKeyItem(item) : null;
}

/** The item as it is stored, aliases followed. @returns `null` when there is none */
export async function readAttributes(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<Attributes | null> {
  let id = subject;
  for (let hop = 0; hop < HOPS; hop++) {
    const { Item: item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: { subject: { S: id } }, ConsistentRead: true }),
    );
    if (!item) return null;
    if (item['subject']?.S !== id) throw new Problem('INTEGRITY_FAULT');
    if (!item['alias']) return item;
    id = text(item['alias']);
  }
  throw new Problem('INTEGRITY_FAULT');
}

/** A write of one owner's sheet, committed by moving the owner's head. */
export interface HeadMove {
  subject: string;
  collection: string;
  owner: string;
  /** The item as it was read, or `null` when this write creates it. */
  before: KeyItem | null;
  head: Head;
  logId: string;
  /** `null` leaves it as it is now, whatever `before` says: another owner may have changed it since. */
  county: string | null;
  /** What goes with a county that is finer, under its mask; without one, what was there is removed with it. */
  area?: Uint8Array | null;
  addKeys: ReadonlyMap<string, StoredKey>;
  dropKeys: readonly string[];
  addIndexes: ReadonlyMap<string, { field: string; scope: string }>;
  dropIndexes: readonly string[];
}

/**
 * Compare-and-swap on the whole previous head, refused when the sheet moved on, or when the subject was
 * erased, is another's alias or is being merged. Once this returns `true` the write stands whatever happens
 * next; a repeat after a lost answer finds its own head and succeeds, or its own keys under a later head.
 */
export async function moveHead(dynamo: DynamoDBClient, table: string, move: HeadMove): Promise<boolean> {
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
  for (const id of move.dropKeys) update.remove(`key.${id}`);
  for (const id of move.dropIndexes) update.remove(`index.${id}`);
  update.add('revision', 1);

  const previous = move.before?.heads.get(move.owner);
  const unmoved = previous
    ? `${update.name(head)} = ${update.value(formatHead(previous))}`
    : `attribute_not_exists(${update.name(move.before ? head : 'subject')})`;
  const sameSubject = move.before ? `${update.name('logId')} = ${logId} AND ` : '';
  const condition = `${changeable(update)} AND (${update.name(head)} = ${mine} OR (${sameSubject}${unmoved}))`;
  if (await update.send(dynamo, table, { subject: { S: move.subject } }, condition)) return true;
  return wasMoved(dynamo, table, move);
}

/** Whether the refused move is the repeat of one that was made: nobody else can have put its keys there. */
async function wasMoved(
  dynamo: DynamoDBClient,
  table: string,
  { subject, addKeys }: HeadMove,
): Promise<boolean> {
  const item = await readKeyItem(dynamo, table, subject);
  return [...addKeys.keys()].some((id) => item?.keys.has(id));
}

/** Condition: neither erased, nor an alias, nor being merged. A subject that was erased stays so for ever. */
export function changeable(update: Pick<Update, 'name'>): string {
  return ['erased', 'alias', 'merging']
    .map((state) => `attribute_not_exists(${update.name(state)})`)
    .join(' AND ');
}

/* The heads of all records, for whoever compares them with the log. Wrapped keys are not read. */

/** The sheet that one department holds about one subject, by its id in the log. */
export interface HeadInLog extends Head {
  logId: string;
  owner: string;
}

/** A role may be kept to these, and `head.` with a department. */
const ATTRIBUTES = ['subject', 'logId'] as const;

/**
 * One page, strongly consistent; a page may be empty though others follow.
 * @param after the subject that ended the page before
 * @returns `next`: the subject that ends this page, or `null` after the last
 * @throws Problem INTEGRITY_FAULT for what was never written so
 */
export async function scanHeads(
  { dynamo, keysTable }: { dynamo: DynamoDBClient; keysTable: string },
  departments: readonly string[],
  { after, limit }: { after: string | null; limit: number },
): Promise<{ heads: HeadInLog[]; next: string | null }> {
  const names = [...ATTRIBUTES, ...departments.map((code) => `head.${code}`)];
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new ScanCommand({
      TableName: keysTable,
      ConsistentRead: true,
      Limit: limit,
      ProjectionExpression: names.map((_, i) => `#a${i}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#a${i}`, name])),
      ...(after !== null && { ExclusiveStartKey: { subject: { S: after } } }),
    }),
  );
  const heads = Items.flatMap((item) =>
    departments
      .flatMap((owner) => headOf(item, owner))
      .map((head) => ({ logId: text(item['logId']), ...head })),
  );
  return { heads, next: LastEvaluatedKey?.['subject']?.S ?? null };
}

function headOf(item: Record<string, AttributeValue>, owner: string): (Head & { owner: string })[] {
  const value = item[`head.${owner}`];
  return value ? [{ owner, ...parseHead(value) }] : [];
}
