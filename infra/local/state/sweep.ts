/** Deletes items whose time is over. In AWS, DynamoDB's time to live does it. */

import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { EnvName } from '../../../shared/env.ts';
import { TABLES } from '../../../shared/tables.ts';

/**
 * @param names setting to table name
 * @returns the number of deleted items
 */
export async function sweepExpired(
  client: DynamoDBClient,
  names: ReadonlyMap<EnvName, string>,
  now: number,
): Promise<number> {
  let swept = 0;
  for (const { env, partition, sort, expires } of TABLES) {
    const TableName = names.get(env);
    if (expires === undefined || TableName === undefined) continue;
    const over = {
      ExpressionAttributeNames: { '#expires': expires },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
    };
    const pages = paginateScan({ client }, { TableName, FilterExpression: '#expires < :now', ...over });
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const names = [partition, ...(sort ? [sort.name] : [])];
        const Key = Object.fromEntries(names.map((name) => [name, item[name] ?? { S: '' }]));
        // Unless it was put again in the meantime.
        const ConditionExpression = '#expires < :now';
        const gone = new DeleteItemCommand({ TableName, Key, ConditionExpression, ...over });
        swept += await client.send(gone).then(
          () => 1,
          () => 0,
        );
      }
    }
  }
  return swept;
}
