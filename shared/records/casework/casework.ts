import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ifHeld, queryAll } from '../table.ts';

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
    const [kind, id] = (item['item']?.S ?? '').split('#');
    if (item['subject']?.S !== subject || !kind || !id) throw new Error('malformed casework item');
    return { kind, id, document: JSON.parse(item['document']?.S ?? '') };
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

/*
 * Freezes of an agency, an officer, a purpose or a class that are in force. They lie in one partition, which every
 * release and verification reads; a freeze of a subject lies with the subject's casework.
 */

export type FreezeTarget =
  | { kind: 'agency'; agency: string }
  /** Digest of an agency's officer, so that no name has to be kept. */
  | { kind: 'officer'; agency: string; person: string }
  | { kind: 'purpose'; purpose: string }
  | { kind: 'class'; class: string };

export interface Freeze {
  id: string;
  target: FreezeTarget;
  /** RFC 3339. */
  at: string;
  /** The agency that froze, and the log entry that says so. */
  by: string;
  entry: string;
}

/** Partition of the casework table that holds what is in force. No subject has such an id. */
export const IN_FORCE = '#freezes';

/** All that are in force, strongly consistent. @throws Error for what was never written so, or the store's error */
export async function readFreezes(dynamo: DynamoDBClient, table: string): Promise<Freeze[]> {
  return (await queryCasework(dynamo, table, IN_FORCE)).map(({ id, document }) => {
    const freeze = document as Freeze;
    if (freeze.id !== id) throw new Error('malformed freeze');
    return freeze;
  });
}

/** In force once this returns. */
export async function putFreeze(dynamo: DynamoDBClient, table: string, freeze: Freeze): Promise<void> {
  await putCasework(dynamo, table, IN_FORCE, { kind: FREEZE, id: freeze.id, document: freeze });
}

/** May be repeated. */
export function dropFreeze(dynamo: DynamoDBClient, table: string, id: string): Promise<void> {
  return dropCasework(dynamo, table, IN_FORCE, { kind: FREEZE, id });
}

/** Kind of the items, of a subject's freezes too. */
export const FREEZE = 'freeze';
