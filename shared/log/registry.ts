/** The register of writers: a chain that is not in it is never looked for. */
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

/** Partition of the register in the tree table; the sort key is the writer's id. */
export const REGISTER = 'writer';
/** Partition of what stops a chain: the sort key is the id of the bad entry, `fault` says what is wrong. */
export const FAULTS = 'fault';

/** Resolves once the sequencer will find the chain. Repeating it is fine. @param since epoch milliseconds */
export async function registerWriter(
  dynamo: DynamoDBClient,
  treeTable: string,
  writer: string,
  since: number,
): Promise<void> {
  await dynamo.send(
    new PutItemCommand({
      TableName: treeTable,
      Item: { part: { S: REGISTER }, item: { S: writer }, since: { N: String(since) } },
    }),
  );
}
