/**
 * Documents of acts under an id of their own: freezes, objections, incidents. Each lies alone in a partition of the
 * casework table, and is changed by comparing the whole of what stood there.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ifHeld } from '../table.ts';

export type ActKind = 'freeze' | 'objection' | 'incident';

/** No subject id has a colon. */
const keyOf = (kind: ActKind, id: string) => ({
  subject: { S: `${kind}:${id}` },
  item: { S: 'act#document' },
});

/** Form of an act's id. */
const ID = /^[\w-]{22}$/;

/** Strongly consistent. @returns `null` when there is none, also for what is no id */
export async function readActDocument<Document>(
  dynamo: DynamoDBClient,
  table: string,
  kind: ActKind,
  id: string,
): Promise<Document | null> {
  if (!ID.test(id)) return null;
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: keyOf(kind, id), ConsistentRead: true }),
  );
  return Item?.['document']?.S === undefined ? null : (JSON.parse(Item['document'].S) as Document);
}

/**
 * @param previous what must stand there so far; `null` for nothing
 * @param keepUntil epoch milliseconds after which the table may forget it
 * @returns whether it stands there now: also where this is the repeat of a put whose answer was lost
 */
export async function putActDocument<Document extends object>(
  dynamo: DynamoDBClient,
  table: string,
  { kind, id, document, keepUntil }: { kind: ActKind; id: string; document: Document; keepUntil?: number },
  previous: Document | null,
): Promise<boolean> {
  const text = JSON.stringify(document);
  const expected = previous === null ? 'attribute_not_exists(subject)' : '#document = :previous';
  return ifHeld(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          ...keyOf(kind, id),
          document: { S: text },
          ...(keepUntil !== undefined && { expires: { N: String(Math.ceil(keepUntil / 1000)) } }),
        },
        ConditionExpression: `${expected} OR #document = :next`,
        ExpressionAttributeNames: { '#document': 'document' },
        ExpressionAttributeValues: {
          ':next': { S: text },
          ...(previous !== null && { ':previous': { S: JSON.stringify(previous) } }),
        },
      }),
    ),
  );
}
