/** Lets the process "die" at the n-th write to the store, before or after it is stored. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';

const WRITES = /^(Put|Update|Delete)ItemCommand$/;

export interface Crash {
  /** Whether it came to that write. */
  hit(): boolean;
  end(): void;
}

/** @param tables writes to others don't count */
export function crashAt(write: number, when: 'before' | 'after', tables: readonly string[]): Crash {
  const send = DynamoDBClient.prototype.send;
  let seen = 0;
  const spy = vi.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(async function (
    this: unknown,
    command: unknown,
  ) {
    const sent = command as { input: { TableName?: string }; constructor: { name: string } };
    const counts = WRITES.test(sent.constructor.name) && tables.includes(sent.input.TableName ?? '');
    if (counts) seen += 1;
    if (!counts || seen !== write) return Reflect.apply(send, this, [command]);
    if (when === 'after') await Reflect.apply(send, this, [command]);
    throw Object.assign(new Error('the process ends here'), {
      name: 'InternalServerError',
      $fault: 'server',
    });
  } as never);
  return { hit: () => seen >= write, end: () => spy.mockRestore() };
}
