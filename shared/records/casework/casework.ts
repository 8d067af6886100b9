import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { queryAll } from '../query-all.ts';
import { ifHeld } from '../table.ts';

/** One stored act about a subject: its kind is the part of `item` before `#`, its document is JSON. */
export interface CaseworkItem {
  kind: string;
  id: string;
  document: unknown;
}

/** All consents and flags of a subject; strongly consistent, so a freeze or withdrawal counts at once. */
export async function queryCasework(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<CaseworkItem[]> {
  return (await queryAll(dynamo, table, subject)).map((item) => {
    const [kind, id] = (item.item?.S ?? '').split('#');
    if (item.subject?.S !== subject || !kind || !id) throw new Error('malformed casework item');
    return { kind, id, document: JSON.parse(item.document?.S ?? '') };
  });
}

/**
 * Puts an item in the place of one with the same kind and id.
 * @param kind, id: without `#`
 * @param previous the document that must stand there so far, `null` for none; left out: whatever stands there
 * @returns whether that was so
 */
export function putCasework(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  { kind, id, document }: CaseworkItem,
  previous?: unknown,
): Promise<boolean> {
  const condition =
    previous === undefined
      ? {}
      : previous === null
        ? { ConditionExpression: 'attribute_not_exists(subject)' }
        : {
            ConditionExpression: '#document = :previous',
            ExpressionAttributeNames: { '#document': 'document' },
            ExpressionAttributeValues: { ':previous': { S: JSON.stringify(previous) } },
          };
  return ifHeld(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          subject: { S: subject },
          item: { S: `${kind}#${id}` },
          document: { S: JSON.stringify(document) },
        },
        ...condition,
      }),
    ),
  );
}

/** Removes one item. May be repeated. */
export async function dropCasework(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  { kind, id }: Pick<CaseworkItem, 'kind' | 'id'>,
): Promise<void> {
  const Key = { subject: { S: subject }, item: { S: `${kind}#${id}` } };
  await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
}
