/** All casework of a subject at once, whatever it says: for erasure and merge. Both may be repeated. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ifHeld, queryAll } from '../table.ts';
import { OUTCOME } from './statuses.ts';

export async function deleteCasework(dynamo: DynamoDBClient, table: string, subject: string): Promise<void> {
  for (const { item } of await queryAll(dynamo, table, subject)) {
    const Key = { subject: { S: subject }, item: item as AttributeValue };
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key }));
  }
}

/**
 * Copies, so that a consent or a freeze of the one counts for the other. What has a version is never put in the place
 * of a later one: a withdrawal may have reached the other subject first. Outcomes of verifications stay behind: each is
 * what its own proof is revoked by.
 */
export async function copyCasework(
  dynamo: DynamoDBClient,
  table: string,
  from: string,
  to: string,
): Promise<void> {
  const known = await queryAll(dynamo, table, to);
  for (const item of await queryAll(dynamo, table, from)) {
    if (item['item']?.S?.startsWith(`${OUTCOME}#`)) continue;
    const there = known.find((one) => one['item']?.S === item['item']?.S);
    await copyItem(dynamo, table, { ...item, subject: { S: to } }, there ?? null);
  }
}

type Item = Record<string, AttributeValue>;

async function copyItem(
  dynamo: DynamoDBClient,
  table: string,
  item: Item,
  there: Item | null,
): Promise<void> {
  const version = versionOf(item);
  if (version === null) {
    await dynamo.send(new PutItemCommand({ TableName: table, Item: item }));
    return;
  }
  if (there && (versionOf(there) ?? 0) >= version) return;
  const unchanged = there
    ? {
        ConditionExpression: '#document = :there',
        ExpressionAttributeNames: { '#document': 'document' },
        ExpressionAttributeValues: { ':there': there['document'] as AttributeValue },
      }
    : { ConditionExpression: 'attribute_not_exists(subject)' };
  if (await ifHeld(dynamo.send(new PutItemCommand({ TableName: table, Item: item, ...unchanged })))) return;
  const { subject, item: name } = item as { subject: { S: string }; item: { S: string } };
  const now = await queryAll(dynamo, table, subject.S);
  await copyItem(dynamo, table, item, now.find((one) => one['item']?.S === name.S) ?? null);
}

function versionOf({ document }: Item): number | null {
  const { version } = JSON.parse(document?.S ?? '{}') as { version?: unknown };
  return typeof version === 'number' ? version : null;
}
