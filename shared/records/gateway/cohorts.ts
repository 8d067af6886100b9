/** Published counts of people, and which programmes wait to be counted. No item is about anybody. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';

/** One dimension of one county, as the job of this instant published it. */
export interface StoredCohort<Cell> {
  county: string;
  /** RFC 3339. */
  at: string;
  cells: readonly Cell[];
}

/** How many people a programme fits, as far as that was counted. */
export interface StoredProgramme {
  digest: string;
  fits: boolean;
  at: string;
}

const PROGRAMMES = 'programme';
/** Partition of programmes that a steward wants counted. */
export const ASKED = 'asked';

/** Partition of a dimension, which no other partition is named like. */
function partitionOf(dimension: string): string {
  return `by:${dimension}`;
}

/** @param area prefix of the counties' codes; `''` for all */
export async function readCohorts<Cell>(
  dynamo: DynamoDBClient,
  table: string,
  dimension: string,
  area: string,
): Promise<StoredCohort<Cell>[]> {
  const items = await partition(dynamo, table, partitionOf(dimension), area);
  return items.map(({ document }) => JSON.parse(document?.S ?? '') as StoredCohort<Cell>);
}

export async function putCohort<Cell>(
  dynamo: DynamoDBClient,
  table: string,
  dimension: string,
  cohort: StoredCohort<Cell>,
): Promise<void> {
  await put(dynamo, table, partitionOf(dimension), cohort.county, cohort);
}

/** @returns `null` for a programme that was not counted */
export async function readProgramme(
  dynamo: DynamoDBClient,
  table: string,
  digest: string,
): Promise<StoredProgramme | null> {
  const Key = { cohort: { S: PROGRAMMES }, item: { S: digest } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item?.['document']?.S === undefined ? null : JSON.parse(Item['document'].S);
}

export async function putProgramme(
  dynamo: DynamoDBClient,
  table: string,
  programme: StoredProgramme,
): Promise<void> {
  await put(dynamo, table, PROGRAMMES, programme.digest, programme);
}

/** Asks for the programmes of a pack to be counted by the next job. @param hash the pack, kept as published ones are */
export async function askForCounts(dynamo: DynamoDBClient, table: string, hash: string): Promise<void> {
  await put(dynamo, table, ASKED, hash, { hash });
}

/** Forgets that a pack's programmes were to be counted. */
export async function stopAsking(dynamo: DynamoDBClient, table: string, hash: string): Promise<void> {
  const Key = { cohort: { S: ASKED }, item: { S: hash } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
}

/** @returns hashes of the packs whose programmes are to be counted */
export async function askedForCounts(dynamo: DynamoDBClient, table: string): Promise<string[]> {
  const items = await partition(dynamo, table, ASKED);
  return items.map(({ item }) => item?.S ?? '');
}

async function put(
  dynamo: DynamoDBClient,
  table: string,
  cohort: string,
  item: string,
  document: object,
): Promise<void> {
  const Item = { cohort: { S: cohort }, item: { S: item }, document: { S: JSON.stringify(document) } };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
}

async function partition(
  dynamo: DynamoDBClient,
  table: string,
  name: string,
  start = '',
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: `cohort = :cohort${start && ' AND begins_with(#item, :start)'}`,
        ...(start && { ExpressionAttributeNames: { '#item': 'item' } }),
        ExpressionAttributeValues: { ':cohort': { S: name }, ...(start && { ':start': { S: start } }) },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}
