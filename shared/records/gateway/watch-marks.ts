/** What officers and the watch share in the watch's table: which subjects are decoys, and which entries say something sealed. */
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';

/** Part of the table that names decoys by their log ids. */
const DECOYS = 'decoy';
/** Part of the table that names entries of kind `watch` with something in them: `<instant>#<entry>`. */
export const SEALED = 'sealed';

/** Marks a subject as a decoy; repeating it is fine. @param entry that says so */
export async function markDecoy(
  dynamo: DynamoDBClient,
  table: string,
  { logId, entry, since }: Decoy,
): Promise<void> {
  const Item = {
    ...{ part: { S: DECOYS }, item: { S: logId } },
    ...{ entry: { S: entry }, since: { S: since } },
  };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

export interface Decoy {
  logId: string;
  /** The entry that marked it. */
  entry: string;
  /** RFC 3339. */
  since: string;
}

/** All decoys, strongly consistent. There are few. */
export async function listDecoys(dynamo: DynamoDBClient, table: string): Promise<Decoy[]> {
  const items = await readPart(dynamo, table, DECOYS);
  return items.map(({ item, entry, since }) => ({
    logId: item?.S ?? '',
    entry: entry?.S ?? '',
    since: since?.S ?? '',
  }));
}

export async function decoyIds(dynamo: DynamoDBClient, table: string): Promise<ReadonlySet<string>> {
  return new Set((await listDecoys(dynamo, table)).map(({ logId }) => logId));
}

/** Ids of entries of kind `watch` that say something, from an instant (epoch milliseconds) on, oldest first. */
export async function sealedSince(dynamo: DynamoDBClient, table: string, from: number): Promise<string[]> {
  const items = await readPart(dynamo, table, SEALED, new Date(from).toISOString());
  return items.map(({ item }) => (item?.S ?? '').split('#')[1] ?? '');
}

/** Everything of a part, in the order of its keys, strongly consistent. @param from not before this key */
export async function readPart(
  dynamo: DynamoDBClient,
  table: string,
  part: string,
  from = '',
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page: QueryCommandOutput = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: from === '' ? '#part = :part' : '#part = :part AND #item >= :from',
        ExpressionAttributeNames: { '#part': 'part', ...(from !== '' && { '#item': 'item' }) },
        ExpressionAttributeValues: { ':part': { S: part }, ...(from !== '' && { ':from': { S: from } }) },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
