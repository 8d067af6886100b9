import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** Collects one update expression whose attribute names hold dots and whose values are many. */
export interface Update {
  /** @returns the placeholder of an attribute's name */
  name(attribute: string): string;
  /** @returns the placeholder of a value */
  value(value: AttributeValue): string;
  /** Sets the attribute. @returns the placeholder of the value */
  set(attribute: string, value: AttributeValue): string;
  remove(attribute: string): void;
  add(attribute: string, by: number): void;
  /**
   * Sends it. A repeat after a lost answer must satisfy the condition, or the caller must look.
   * @returns whether the condition held
   */
  send(
    dynamo: DynamoDBClient,
    table: string,
    key: Record<string, AttributeValue>,
    condition: string,
  ): Promise<boolean>;
}

export function newUpdate(): Update {
  const names = new Map<string, string>();
  const values: Record<string, AttributeValue> = {};
  const [sets, removes, adds]: string[][] = [[], [], []];
  const update: Update = {
    name(attribute) {
      const known = names.get(attribute) ?? `#n${names.size}`;
      names.set(attribute, known);
      return known;
    },
    value(value) {
      const token = `:v${Object.keys(values).length}`;
      values[token] = value;
      return token;
    },
    set(attribute, value) {
      const token = update.value(value);
      sets?.push(`${update.name(attribute)} = ${token}`);
      return token;
    },
    remove: (attribute) => void removes?.push(update.name(attribute)),
    add: (attribute, by) => void adds?.push(`${update.name(attribute)} ${update.value({ N: String(by) })}`),
    async send(dynamo, table, key, condition) {
      const clauses = { SET: sets, REMOVE: removes, ADD: adds };
      const expression = Object.entries(clauses)
        .filter(([, parts]) => parts?.length)
        .map(([clause, parts]) => `${clause} ${parts?.join(', ')}`);
      return ifHeld(
        dynamo.send(
          new UpdateItemCommand({
            TableName: table,
            Key: key,
            UpdateExpression: expression.join(' '),
            ConditionExpression: condition,
            ExpressionAttributeNames: Object.fromEntries([...names].map(([name, token]) => [token, name])),
            ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
          }),
        ),
      );
    },
  };
  return update;
}

/** @returns whether the condition of the write held */
export async function ifHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * Every item of a subject's partition, page by page, strongly consistent.
 * @param startOf restricts them to those whose sort key `name` begins with `text`
 */
export async function queryAll(
  dynamo: DynamoDBClient,
  table: string,
  subject: string,
  startOf?: { name: string; text: string },
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: startOf
          ? `subject = :subject AND begins_with(${startOf.name}, :start)`
          : 'subject = :subject',
        ExpressionAttributeValues: {
          ':subject': { S: subject },
          ...(startOf && { ':start': { S: startOf.text } }),
        },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}
