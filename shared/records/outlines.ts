/** What may be known of a subject without its wrapped keys: for functions that open nothing. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Problem } from '../errors.ts';
import { text } from './key-item-format.ts';

export interface Outline {
  /** Of the survivor, where the subject was merged into another. */
  subject: string;
  collection: string;
  /** Random id that stands for the subject in the log. */
  logId: string;
  county: string;
}

/** All that is asked for; a role may be kept to these. */
const ATTRIBUTES = ['subject', 'alias', 'erased', 'collection', 'county', 'logId'] as const;

/** Most subjects that were merged one into the next. */
const HOPS = 16;

/**
 * One strongly consistent read; one more for each time that the subject was merged into another.
 * @returns `null` for an unknown or erased subject
 * @throws Problem INTEGRITY_FAULT for what was never written so
 */
export async function readOutline(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
): Promise<Outline | null> {
  let id = subject;
  for (let hop = 0; hop < HOPS; hop++) {
    const { Item: item } = await dynamo.send(
      new GetItemCommand({
        TableName: table,
        Key: { subject: { S: id } },
        ConsistentRead: true,
        ProjectionExpression: ATTRIBUTES.map((_, i) => `#a${i}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name, i) => [`#a${i}`, name])),
      }),
    );
    if (!item || item.erased) return null;
    if (item.subject?.S !== id) throw new Problem('INTEGRITY_FAULT');
    if (!item.alias) {
      const { collection, logId, county } = item;
      return { subject: id, collection: text(collection), logId: text(logId), county: text(county) };
    }
    id = text(item.alias);
  }
  throw new Problem('INTEGRITY_FAULT');
}
