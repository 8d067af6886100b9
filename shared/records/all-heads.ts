/** The heads of all records, for whoever compares them with the log. Wrapped keys are not read. */

import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Head, parseHead, text } from './subject/key-item-format.ts';

/** The sheet that one department holds about one subject, by its id in the log. */
export interface HeadInLog extends Head {
  logId: string;
  owner: string;
}

/** A role may be kept to these, and `head.` with a department. */
const ATTRIBUTES = ['subject', 'logId'] as const;

/**
 * One page, strongly consistent; a page may be empty though others follow.
 * @param after the subject that ended the page before
 * @returns `next`: the subject that ends this page, or `null` after the last
 * @throws Problem INTEGRITY_FAULT for what was never written so
 */
export async function scanHeads(
  { dynamo, keysTable }: { dynamo: DynamoDBClient; keysTable: string },
  departments: readonly string[],
  { after, limit }: { after: string | null; limit: number },
): Promise<{ heads: HeadInLog[]; next: string | null }> {
  const names = [...ATTRIBUTES, ...departments.map((code) => `head.${code}`)];
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new ScanCommand({
      TableName: keysTable,
      ConsistentRead: true,
      Limit: limit,
      ProjectionExpression: names.map((_, i) => `#a${i}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#a${i}`, name])),
      ...(after !== null && { ExclusiveStartKey: { subject: { S: after } } }),
    }),
  );
  const heads = Items.flatMap((item) =>
    departments.flatMap((owner) => headOf(item, owner)).map((head) => ({ logId: text(item.logId), ...head })),
  );
  return { heads, next: LastEvaluatedKey?.subject?.S ?? null };
}

function headOf(item: Record<string, AttributeValue>, owner: string): (Head & { owner: string })[] {
  const value = item[`head.${owner}`];
  return value ? [{ owner, ...parseHead(value) }] : [];
}
