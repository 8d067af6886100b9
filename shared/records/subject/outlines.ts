/** What may be known of a subject without its wrapped keys: for functions that open nothing. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import { text } from './key-item-format.ts';

export interface Outline {
  /** Of the survivor, where the subject was merged into another. */
  subject: string;
  collection: string;
  /** Random id that stands for the subject in the log. */
  logId: string;
  county: string;
  /** Of the departments that were asked about, those that hold a sheet. */
  holders: readonly string[];
}

/** All that is asked for, and `head.` with a department; a role may be kept to these. */
const ATTRIBUTES = ['subject', 'alias', 'erased', 'collection', 'county', 'logId'] as const;

/** Most subjects that were merged one into the next. */
const HOPS = 16;

/**
 * One strongly consistent read; one more for each time that the subject was merged into another.
 * @param departments of which to tell whether they hold a sheet
 * @returns `null` for an unknown or erased subject
 * @throws Problem INTEGRITY_FAULT for what was never written so
 */
export async function readOutline(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  departments: readonly string[] = [],
): Promise<Outline | null> {
  const names = [...ATTRIBUTES, ...departments.map((code) => `head.${code}`)];
  let id = subject;
  for (let hop = 0; hop < HOPS; hop++) {
    const { Item: item } = await dynamo.send(
      new GetItemCommand({
        TableName: table,
        Key: { subject: { S: id } },
        ConsistentRead: true,
        ProjectionExpression: names.map((_, i) => `#a${i}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#a${i}`, name])),
      }),
    );
    if (!item || item['erased']) return null;
    if (item['subject']?.S !== id) throw new Problem('INTEGRITY_FAULT');
    if (!item['alias']) {
      const { collection, logId, county } = item;
      const holders = departments.filter((code) => item[`head.${code}`] !== undefined);
      return { subject: id, collection: text(collection), logId: text(logId), county: text(county), holders };
    }
    id = text(item['alias']);
  }
  throw new Problem('INTEGRITY_FAULT');
}
