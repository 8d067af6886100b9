/**
 * Where items stand in the tree. The sequencer writes one record for each writer and step, which lists the
 * writer's items of that step: records of one writer follow one another without gap.
 */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';

/** Leaves of one item, and the index of the first of them in the tree. */
export interface Placed {
  writer: string;
  seq: number;
  first: number;
  leaves: number;
}

/** Sort key of a record: the first `seq` in it, in digits that sort as numbers do. */
export function placeKey(seq: number): string {
  return String(seq).padStart(16, '0');
}

/** A record as text: `seq first leaves`, one item a line. */
export function formatPlaces(placed: readonly Placed[]): string {
  return placed.map(({ seq, first, leaves }) => `${seq} ${first} ${leaves}\n`).join('');
}

/** @returns `null` while the item is not in the tree. */
export async function findPlace(
  dynamo: DynamoDBClient,
  treeTable: string,
  writer: string,
  seq: number,
): Promise<Placed | null> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: treeTable,
      KeyConditionExpression: '#part = :writer AND #item <= :key',
      ExpressionAttributeNames: { '#part': 'part', '#item': 'item' },
      ExpressionAttributeValues: { ':writer': { S: writer }, ':key': { S: placeKey(seq) } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  const lines = (Items[0]?.places?.S ?? '').split('\n');
  const line = lines.find((one) => one.startsWith(`${seq} `));
  const [, first, leaves] = line?.split(' ').map(Number) ?? [];
  return first === undefined || leaves === undefined ? null : { writer, seq, first, leaves };
}
