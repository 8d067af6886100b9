import type { BatchGetItemCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getItems, type Item } from '../../shared/store/table.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KEYS: Item[] = ['a', 'b', 'c'].map((key) => ({ key: { S: key } }));

/** A table that answers so many of the asked keys each round. @returns it and the times of its calls */
function table(given: readonly number[]) {
  const times: number[] = [];
  const send = async ({ input }: { input: BatchGetItemCommandInput }) => {
    const asked = input.RequestItems?.['t']?.Keys ?? [];
    const count = given[times.length] ?? 0;
    times.push(Date.now());
    const rest = asked.slice(count);
    return {
      Responses: { t: asked.slice(0, count) },
      UnprocessedKeys: rest.length > 0 ? { t: { Keys: rest } } : {},
    };
  };
  return { times, table: { client: { send } as unknown as DynamoDBClient, name: 't' } };
}

it('keys that a table left out are asked for again after a pause, until all are there', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1);
  const { times, table: t } = table([1, 0, 0, 1, 1]);
  const read = getItems(t, KEYS);
  await vi.runAllTimersAsync();
  expect(await read).toEqual(KEYS);
  expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 25, 75, 175, 200]);
  vi.restoreAllMocks();
});

it('a table that gives nothing fails as one that is not available', async () => {
  const { times, table: t } = table([1]);
  const read = expect(getItems(t, KEYS)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await vi.runAllTimersAsync();
  await read;
  expect(times).toHaveLength(8);
});
