import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';

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
  const items: CaseworkItem[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'subject = :subject',
        ExpressionAttributeValues: { ':subject': { S: subject } },
        ...(next ? { ExclusiveStartKey: next } : {}),
      }),
    );
    for (const item of page.Items ?? []) {
      const [kind, id] = (item.item?.S ?? '').split('#');
      if (item.subject?.S !== subject || !kind || !id) throw new Error('malformed casework item');
      items.push({ kind, id, document: JSON.parse(item.document?.S ?? '') });
    }
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}
