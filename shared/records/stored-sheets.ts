/** The sheets table by its keys alone, for those who remove and never read. */
import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { deleteSheet } from './subject/sheets.ts';

/** Where a stored sheet lies and since when; its content stays where it is. */
export interface SheetName {
  subject: string;
  owner: string;
  digest: string;
  /** Epoch milliseconds of the put. */
  at: number;
}

export interface SheetPage {
  sheets: SheetName[];
  /** Where the next page begins, as text; `null` after the last. */
  next: string | null;
}

/** Some sheets in the order of the table. */
export async function scanSheets(
  dynamo: DynamoDBClient,
  table: string,
  after: string | null,
  limit: number,
): Promise<SheetPage> {
  const [subject = '', sheet = ''] = (after ?? '').split(' ');
  const page = await dynamo.send(
    new ScanCommand({
      TableName: table,
      ...NAME,
      Limit: limit,
      ...(after !== null && { ExclusiveStartKey: { subject: { S: subject }, sheet: { S: sheet } } }),
    }),
  );
  const last = page.LastEvaluatedKey;
  return {
    sheets: (page.Items ?? []).map(nameOf),
    next: last ? `${last.subject?.S} ${last.sheet?.S}` : null,
  };
}

/** Removes every sheet of the subject. May be repeated. */
export async function deleteSheets(dynamo: DynamoDBClient, table: string, subject: string): Promise<void> {
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        ...NAME,
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    const names = (page.Items ?? []).map(nameOf);
    await Promise.all(names.map(({ owner, digest }) => deleteSheet(dynamo, table, subject, owner, digest)));
    next = page.LastEvaluatedKey;
  } while (next);
}

const NAME = {
  ProjectionExpression: 'subject, sheet, #at',
  ExpressionAttributeNames: { '#at': 'at' },
} as const;

function nameOf(item: Record<string, AttributeValue>): SheetName {
  const [owner = '', digest = ''] = (item.sheet?.S ?? '').split('#');
  return { subject: item.subject?.S ?? '', owner, digest, at: Number(item.at?.N ?? 0) };
}
