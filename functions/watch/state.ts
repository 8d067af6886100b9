/** What the watch remembers, in its own table: how far it is, what it was told of, whom it counts. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { readPart } from '../../shared/records/gateway/watch-marks.ts';

export interface State {
  dynamo: DynamoDBClient;
  table: string;
}

export type Attributes = Record<string, AttributeValue>;

export interface Place {
  part: string;
  item: string;
}

const keyOf = ({ part, item }: Place): Attributes => ({ part: { S: part }, item: { S: item } });

/** One strongly consistent read. */
export async function recall({ dynamo, table }: State, place: Place): Promise<Attributes | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: keyOf(place), ConsistentRead: true }),
  );
  return Item ?? null;
}

/** Everything of a part. Parts that are read whole stay small. */
export function recallAll({ dynamo, table }: State, part: string, from = ''): Promise<Attributes[]> {
  return readPart(dynamo, table, part, from);
}

/** Puts an item as a whole. @param expires epoch seconds */
export async function remember(
  { dynamo, table }: State,
  place: Place,
  attributes: Attributes = {},
  expires?: number,
): Promise<void> {
  const kept = expires === undefined ? {} : { expires: { N: String(Math.ceil(expires)) } };
  await dynamo.send(
    new PutItemCommand({ TableName: table, Item: { ...keyOf(place), ...attributes, ...kept } }),
  );
}

/**
 * Compare-and-swap on one attribute.
 * @param before `null`: the item must not be there
 * @returns whether this call replaced it, or a repeat of it did before
 */
export async function swap(
  state: State,
  place: Place,
  name: string,
  before: string | null,
  after: string,
): Promise<boolean> {
  const condition =
    before === null
      ? { ConditionExpression: 'attribute_not_exists(#part)', ExpressionAttributeNames: { '#part': 'part' } }
      : {
          ConditionExpression: '#value = :before',
          ExpressionAttributeNames: { '#value': name },
          ExpressionAttributeValues: { ':before': { S: before } },
        };
  try {
    await state.dynamo.send(
      new PutItemCommand({
        TableName: state.table,
        Item: { ...keyOf(place), [name]: { S: after } },
        ...condition,
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return (await recall(state, place))?.[name]?.S === after;
  }
}

/** Adds members to a set; those that are in it stay. */
export async function addMembers(
  { dynamo, table }: State,
  place: Place,
  members: Iterable<string>,
  expires: number,
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyOf(place),
      UpdateExpression: 'ADD #members :members SET #expires = :expires',
      ExpressionAttributeNames: { '#members': 'members', '#expires': 'expires' },
      ExpressionAttributeValues: {
        ':members': { SS: [...members] },
        ':expires': { N: String(Math.ceil(expires)) },
      },
    }),
  );
}

export async function forget({ dynamo, table }: State, place: Place): Promise<void> {
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf(place) }));
}
