import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { openStore } from '../../infra/local/aws/store.ts';
import { sweepExpired } from '../../infra/local/state/sweep.ts';
import { TABLES } from '../../shared/tables.ts';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const second = NOW / 1000;

it('deletes what is over in every table that has an end, and nothing else', async () => {
  const store = await openStore(null);
  const client = store.client();
  for (const { env, partition, sort } of TABLES) {
    for (const [name, expires] of [
      ['over', second - 1],
      ['now', second],
      ['later', second + 1],
      ['kept', null],
    ] as const) {
      const Item = {
        [partition]: { S: name },
        ...(sort && { [sort.name]: sort.type === 'S' ? { S: name } : { N: '1' } }),
        ...(expires !== null && { expires: { N: String(expires) } }),
      };
      await client.send(new PutItemCommand({ TableName: store.tables.get(env), Item }));
    }
  }
  const ending = TABLES.filter(({ expires }) => expires !== undefined);
  expect(ending.length).toBeGreaterThan(3);
  expect(await sweepExpired(client, store.tables, NOW)).toBe(ending.length);
  for (const { env, partition, expires } of TABLES) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: store.tables.get(env) }));
    const left = Items.map((item) => item[partition]?.S).sort();
    expect(left, env).toEqual(['kept', 'later', 'now', ...(expires === undefined ? ['over'] : [])]);
  }
  expect(await sweepExpired(client, store.tables, NOW)).toBe(0);
  await store.close();
});
