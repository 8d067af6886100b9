/**
 * The key item of a subject: its wrapped data keys, its heads (per owner the current sheet) and what the
 * gateway must know in clear. Moving a head is the commit point of every write.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../errors.ts';

export interface StoredKey {
  class: string;
  owner: string;
  /** Sheet version of the write that made the key, and its instant (RFC 3339). */
  version: number;
  at: string;
  wrapped: Uint8Array;
  commitment: Uint8Array;
}

/** Names one stored sheet: its version and the base64url SHA-256 over all of it. */
export interface Head {
  version: number;
  digest: string;
}

export interface KeyItem {
  subject: string;
  collection: string;
  /** Random id that stands for the subject in the log; erased with this item. */
  logId: string;
  /** County part of the division code; the only thing about the subject in clear. */
  county: string;
  heads: ReadonlyMap<string, Head>;
  keys: ReadonlyMap<string, StoredKey>;
  /** Blind index values that lead to the subject, so that they can be removed with it. */
  indexes: ReadonlyMap<string, { field: string; scope: string }>;
}

/**
 * One strongly consistent read.
 * @returns `null` for an unknown or erased subject
 * @throws Problem INTEGRITY_FAULT for what `moveHead` never wrote
 */
export async function readKeyItem(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<KeyItem | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { subject: { S: subject } }, ConsistentRead: true }),
  );
  if (!item || item.erased) return null;
  if (item.subject?.S !== subject) throw new Problem('INTEGRITY_FAULT');
  const heads = new Map<string, Head>();
  const keys = new Map<string, StoredKey>();
  const indexes = new Map<string, { field: string; scope: string }>();
  for (const [name, value] of Object.entries(item)) {
    const dot = name.indexOf('.');
    const rest = name.slice(dot + 1);
    if (name.startsWith('head.')) heads.set(rest, parseHead(value));
    else if (name.startsWith('key.')) keys.set(rest, parseKey(value));
    else if (name.startsWith('index.'))
      indexes.set(rest, { field: text(value.M?.field), scope: text(value.M?.scope) });
  }
  return {
    subject,
    collection: text(item.collection),
    logId: text(item.logId),
    county: text(item.county),
    heads,
    keys,
    indexes,
  };
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
  addKeys: ReadonlyMap<string, StoredKey>;
  dropKeys: readonly string[];
  addIndexes: ReadonlyMap<string, { field: string; scope: string }>;
  dropIndexes: readonly string[];
}

/**
 * Compare-and-swap on the whole previous head, refused when the subject was erased or the sheet moved on.
 * Once this returns `true` the new sheet is the current one whatever happens next; a repeat after a lost
 * answer finds its own head and succeeds.
 */
export async function moveHead(dynamo: DynamoDBClient, table: string, move: HeadMove): Promise<boolean> {
  const names = new Map<string, string>();
  const values: Record<string, AttributeValue> = {};
  const set: string[] = [];
  const remove: string[] = [];
  const name = (attribute: string) => {
    if (!names.has(attribute)) names.set(attribute, `#n${names.size}`);
    return names.get(attribute) as string;
  };
  const assign = (attribute: string, value: AttributeValue) => {
    const token = `:v${Object.keys(values).length}`;
    values[token] = value;
    set.push(`${name(attribute)} = ${token}`);
    return token;
  };
  const head = `head.${move.owner}`;
  const mine = assign(head, { S: formatHead(move.head) });
  if (move.county !== null) assign('county', { S: move.county });
  assign('collection', { S: move.collection });
  const logId = assign('logId', { S: move.logId });
  for (const [id, key] of move.addKeys) assign(`key.${id}`, formatKey(key));
  for (const [id, index] of move.addIndexes) {
    assign(`index.${id}`, { M: { field: { S: index.field }, scope: { S: index.scope } } });
  }
  for (const id of move.dropKeys) remove.push(name(`key.${id}`));
  for (const id of move.dropIndexes) remove.push(name(`index.${id}`));

  const previous = move.before?.heads.get(move.owner);
  if (previous) values[':before'] = { S: formatHead(previous) };
  const unmoved = previous
    ? `${name(head)} = :before`
    : `attribute_not_exists(${name(move.before ? head : 'subject')})`;
  const sameSubject = move.before ? `${name('logId')} = ${logId} AND ` : '';
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { subject: { S: move.subject } },
        UpdateExpression: `SET ${set.join(', ')}${remove.length ? ` REMOVE ${remove.join(', ')}` : ''}`,
        ConditionExpression: `attribute_not_exists(${name('erased')}) AND (${name(head)} = ${mine} OR (${sameSubject}${unmoved}))`,
        ExpressionAttributeNames: Object.fromEntries(
          [...names].map(([attribute, token]) => [token, attribute]),
        ),
        ExpressionAttributeValues: values,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function formatHead(head: Head): string {
  return `${head.version}.${head.digest}`;
}

function parseHead(value: AttributeValue): Head {
  const match = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(text(value));
  if (!match) throw new Problem('INTEGRITY_FAULT');
  return { version: Number(match[1]), digest: match[2] as string };
}

function formatKey(key: StoredKey): AttributeValue {
  return {
    M: {
      class: { S: key.class },
      owner: { S: key.owner },
      version: { N: String(key.version) },
      at: { S: key.at },
      wrapped: { B: key.wrapped },
      commitment: { B: key.commitment },
    },
  };
}

function parseKey(value: AttributeValue): StoredKey {
  const map = value.M;
  const version = Number(map?.version?.N);
  if (!map?.wrapped?.B || !map.commitment?.B || !Number.isSafeInteger(version) || version < 1)
    throw new Problem('INTEGRITY_FAULT');
  return {
    class: text(map.class),
    owner: text(map.owner),
    version,
    at: text(map.at),
    wrapped: map.wrapped.B,
    commitment: map.commitment.B,
  };
}

function text(value: AttributeValue | undefined): string {
  if (typeof value?.S !== 'string') throw new Problem('INTEGRITY_FAULT');
  return value.S;
}
