import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Item, ifHeld, type Table } from './table.ts';

/** Collects one update expression whose attribute names hold dots and whose values are many. */
export interface Update {
  /** @returns the placeholder of an attribute's name */
  name(attribute: string): string;
  /** @returns the placeholder of a value */
  value(value: AttributeValue): string;
  /** Sets the attribute. @returns the placeholder of the value */
  set(attribute: string, value: AttributeValue): string;
  /** Sets the attribute if the item does not have it. */
  setOnce(attribute: string, value: AttributeValue): void;
  remove(attribute: string): void;
  /** Adds to a number, or members to a set. */
  add(attribute: string, by: number | AttributeValue): void;
  /** Takes members out of a set. */
  take(attribute: string, members: AttributeValue): void;
  /**
   * Sends it. If an answer was lost the SDK repeats the update: then the condition must still hold, or the caller must
   * read the item again.
   * @returns whether the condition held
   */
  send(table: Table, key: Item, condition?: string): Promise<boolean>;
  /** As `send`. @returns the item as it was or is, empty if it did not exist; `null` if the condition did not hold */
  read(table: Table, key: Item, which: 'ALL_OLD' | 'ALL_NEW', condition?: string): Promise<Item | null>;
}

export function newUpdate(): Update {
  const names = new Map<string, string>();
  const values: Item = {};
  const clauses = {
    SET: [] as string[],
    REMOVE: [] as string[],
    ADD: [] as string[],
    DELETE: [] as string[],
  };
  const command = ({ name }: Table, key: Item, condition?: string) => ({
    TableName: name,
    Key: key,
    UpdateExpression: Object.entries(clauses)
      .filter(([, parts]) => parts.length > 0)
      .map(([clause, parts]) => `${clause} ${parts.join(', ')}`)
      .join(' '),
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries([...names].map(([name, token]) => [token, name])),
    ExpressionAttributeValues: Object.keys(values).length > 0 ? values : undefined,
  });
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
      clauses.SET.push(`${update.name(attribute)} = ${token}`);
      return token;
    },
    setOnce(attribute, value) {
      const name = update.name(attribute);
      clauses.SET.push(`${name} = if_not_exists(${name}, ${update.value(value)})`);
    },
    remove: (attribute) => void clauses.REMOVE.push(update.name(attribute)),
    add(attribute, by) {
      const value = typeof by === 'number' ? { N: String(by) } : by;
      clauses.ADD.push(`${update.name(attribute)} ${update.value(value)}`);
    },
    take: (attribute, members) =>
      void clauses.DELETE.push(`${update.name(attribute)} ${update.value(members)}`),
    send: (table, key, condition) =>
      ifHeld(table.client.send(new UpdateItemCommand(command(table, key, condition)))),
    async read(table, key, which, condition) {
      const input = { ...command(table, key, condition), ReturnValues: which };
      let item: Item | undefined;
      const write = table.client.send(new UpdateItemCommand(input)).then(({ Attributes }) => {
        item = Attributes;
      });
      return (await ifHeld(write)) ? (item ?? {}) : null;
    },
  };
  return update;
}
