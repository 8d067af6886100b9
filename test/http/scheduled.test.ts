/** What a failure of scheduled work leaves in the log: enough to find it, and no value. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it, vi } from 'vitest';
import { scheduled, Work } from '../../functions/http/scheduled.ts';
import { Problem } from '../../shared/errors.ts';

// Without a table for the mode it is never closed.
const FN = { dynamo: new DynamoDBClient({ region: 'eu-west-1' }), fn: 'casework' } as const;
const NAME = '王小明';
const error = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => error.mockClear());

const broken = async () => JSON.parse(`${NAME} 990001201305061234`);

it('throws and writes the name and places of a failure, and nothing of its text', async () => {
  const thrown = await scheduled(FN, 'tasks', broken).catch((one: Error) => one);
  expect(thrown).toMatchObject({ name: 'SyntaxError', message: 'tasks failed: see the lines before' });
  expect((thrown as Error).stack).not.toContain(NAME);
  expect(error.mock.calls).toEqual([
    [{ work: 'tasks', code: 'INTERNAL', error: 'SyntaxError', at: expect.any(Array) }],
  ]);
  expect(JSON.stringify(error.mock.calls)).toContain('scheduled.test.ts');
  expect(JSON.stringify(error.mock.calls)).not.toContain(NAME);
});

it('goes on after a step and an item that fail, tells both, and ends with an error once', async () => {
  const work = new Work('tasks');
  const done = [await work.step(broken), await work.item(broken), await work.step(async () => 'done')];
  expect(done).toEqual([null, null, 'done']);
  await expect(scheduled(FN, 'outer', async () => work.end())).rejects.toThrow('outer failed');
  // The outer one tells no failure again that was told.
  expect(error.mock.calls.map(([line]) => line.work)).toEqual(['tasks', 'tasks']);
});

it('does not try the other items if a service fails', async () => {
  const down = async () => Promise.reject(new Problem('STORE_UNAVAILABLE'));
  await expect(new Work('tasks').item(down)).rejects.toThrow(Problem);
});
