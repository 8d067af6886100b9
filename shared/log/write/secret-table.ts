/**
 * The secrets of entries in their table, one item for each epoch of a chain. This is the only part of the log
 * that can forget.
 */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type KeysAndAttributes,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type EpochKeys, epochOf, formatPersonKeys, parsePersonKeys, puncture } from '../entry/secrets.ts';

export interface SecretTable {
  dynamo: DynamoDBClient;
  wordsTable: string;
}

/** A leaf and the number of leaves in its item. */
export interface LeafOf {
  writer: string;
  seq: number;
  leaf: number;
  leaves: number;
}

/** Name of an epoch's item: `<writer>-<epoch>`. */
export function epochName(writer: string, seq: number): string {
  return `${writer}-${epochOf(seq)}`;
}

/** Resolves once the keys of the epoch are durable. May be repeated. @throws if other keys exist */
export async function putEpochKeys(
  { dynamo, wordsTable }: SecretTable,
  name: string,
  keys: EpochKeys,
): Promise<void> {
  const text = formatPersonKeys(keys.person);
  await dynamo.send(
    new PutItemCommand({
      TableName: wordsTable,
      Item: { epoch: { S: name }, actor: { B: keys.actor }, keys: { S: text }, revision: { N: '0' } },
      ConditionExpression: 'attribute_not_exists(#epoch) OR #keys = :keys',
      ExpressionAttributeNames: { '#epoch': 'epoch', '#keys': 'keys' },
      ExpressionAttributeValues: { ':keys': { S: text } },
    }),
  );
}

/** DynamoDB's limit for one BatchGetItem. */
const BATCH = 100;

/** @returns keys by the epoch's name; absent if there are none. */
export async function readEpochKeys(
  { dynamo, wordsTable }: SecretTable,
  names: Iterable<string>,
): Promise<Map<string, EpochKeys>> {
  const all = [...new Set(names)];
  const found = new Map<string, EpochKeys>();
  for (let from = 0; from < all.length; from += BATCH) {
    const Keys = all.slice(from, from + BATCH).map((name) => ({ epoch: { S: name } }));
    let wanted: Record<string, KeysAndAttributes> | undefined = {
      [wordsTable]: { Keys, ConsistentRead: true },
    };
    // Large answers arrive in parts. Each round brings at least one item; otherwise the service failed.
    while (wanted && Object.keys(wanted).length > 0) {
      const answer: BatchGetItemCommandOutput = await dynamo.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
      );
      for (const { epoch, actor, keys } of answer.Responses?.[wordsTable] ?? []) {
        const person = parsePersonKeys(keys?.S ?? '');
        found.set(epoch?.S ?? '', { actor: actor?.B ?? new Uint8Array(), person });
      }
      wanted = answer.UnprocessedKeys;
    }
  }
  return found;
}

/** How often forgetting is repeated after a concurrent change of the same epoch. */
const ATTEMPTS = 16;

/** Resolves once the persons' halves of these leaves can't be opened any more. May be repeated. */
export async function forgetPersons(table: SecretTable, leaves: readonly LeafOf[]): Promise<void> {
  const epochs = Map.groupBy(leaves, ({ writer, seq }) => epochName(writer, seq));
  for (const [name, ofEpoch] of epochs) {
    let attempt = 0;
    while (!(await forgetOnce(table, name, ofEpoch))) {
      if (++attempt === ATTEMPTS) throw new Error('others keep forgetting secrets of the same epoch');
    }
  }
}

/** @returns `false` if the keys were changed concurrently. */
async function forgetOnce(
  { dynamo, wordsTable }: SecretTable,
  name: string,
  leaves: readonly LeafOf[],
): Promise<boolean> {
  const Key = { epoch: { S: name } };
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: wordsTable, Key, ConsistentRead: true }),
  );
  if (!Item) return true;
  let keys = parsePersonKeys(Item['keys']?.S ?? '');
  for (const { seq, leaf, leaves: count } of leaves) keys = puncture(keys, seq, leaf, count);
  const text = formatPersonKeys(keys);
  if (text === Item['keys']?.S) return true;
  const revision = Number(Item['revision']?.N);
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: wordsTable,
        Item: { ...Item, keys: { S: text }, revision: { N: String(revision + 1) } },
        ConditionExpression: '#revision = :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: { ':revision': { N: String(revision) } },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
