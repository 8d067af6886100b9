/** The pack that a function decides by: read once for all callers, and never an earlier one if it can't be read. */
import type { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { currentPack, pack as shipped } from '../../functions/session/policy.ts';

describe('a function that asks for the pack', () => {
  /** A store that answers as told, and counts. */
  function store(answer: (key: string) => object) {
    const asked: string[] = [];
    const dynamo = {
      async send(command: GetItemCommand) {
        const key = command.input.Key?.['item']?.S ?? '';
        asked.push(key);
        return answer(key);
      },
    } as unknown as DynamoDBClient;
    let clock = 0;
    const wait = (ms: number) => {
      clock += ms;
    };
    const deps = withTables({ dynamo, env: { policyTable: 'policy' }, now: () => clock });
    return { asked, ask: () => currentPack(deps), wait };
  }

  it('reads once for all callers, and again after 30 seconds', async () => {
    const { asked, ask, wait } = store(() => ({}));
    const packs = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(packs)).toEqual(new Set([shipped]));
    wait(29_999);
    await ask();
    expect(asked).toEqual(['current']);
    wait(1);
    await ask();
    expect(asked).toEqual(['current', 'current']);
  });

  it('gets none when the pointer can not be read, and reads again', async () => {
    let broken = false;
    const { ask, wait } = store(() => {
      if (broken) throw new Error('out of reach');
      return {};
    });
    await ask();
    broken = true;
    wait(30_000);
    await expect(ask()).rejects.toThrow('out of reach');
    await expect(ask()).rejects.toThrow('out of reach');
    broken = false;
    expect(await ask()).toBe(shipped);
  });

  it('gets none if the named pack is missing', async () => {
    const { ask } = store((key) => (key === 'current' ? { Item: { hash: { S: 'f'.repeat(64) } } } : {}));
    await expect(ask()).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
  });
});
