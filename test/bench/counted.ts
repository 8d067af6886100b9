/** Counts what code asks of DynamoDB and S3, for the prices of docs/operate/cost.md. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TreeStore } from '../../shared/log/files/stores.ts';

/** @param call the name of the operation, before it runs */
export function countedTree(tree: TreeStore, call: (operation: string) => void): TreeStore {
  const counted = (part: object) =>
    Object.fromEntries(
      Object.entries(part).map(([name, act]) => [
        name,
        (...args: unknown[]) => {
          call(name);
          return act(...args);
        },
      ]),
    );
  const parts = Object.entries(tree).map(([name, part]) => [name, counted(part)]);
  return Object.fromEntries(parts) as TreeStore;
}

/** Asks the store for the units of each call. @returns what ends that */
export function countDynamo(
  see: (write: boolean, units: number, tables: readonly string[]) => void,
): () => void {
  const send = DynamoDBClient.prototype.send as (command: { input: object }) => Promise<object>;
  DynamoDBClient.prototype.send = async function (this: unknown, command: { input: object }) {
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const output = await Reflect.apply(send, this, [command]);
    const told = [(output as { ConsumedCapacity?: object }).ConsumedCapacity ?? []].flat() as {
      CapacityUnits: number;
      TableName: string;
    }[];
    const units = told.reduce((all, one) => all + one.CapacityUnits, 0);
    // DynamoDB bills an empty answer as the smallest one.
    const least = 'ConsistentRead' in command.input && command.input.ConsistentRead ? 1 : 0.5;
    see(
      /^(Put|Update|Delete|BatchWrite)/.test(command.constructor.name),
      Math.max(units, least),
      told.map(({ TableName }) => TableName),
    );
    return output;
  } as never;
  return () => {
    DynamoDBClient.prototype.send = send as never;
  };
}
