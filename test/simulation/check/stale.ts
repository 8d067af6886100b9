/** Reads without strong consistency: some of them answer as the table was up to a second ago. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { deleteItem, getItem, type Item, putItem } from '../../../shared/store/table.ts';
import type { Arrival } from '../engine/clients.ts';
import { clock } from '../engine/clock.ts';
import { hashOf } from '../engine/random.ts';

export interface Written {
  table: string;
  key: Item;
  /** The item that it replaced. */
  before: Item | null;
}

/** Milliseconds that such a read is behind at most. */
const BEHIND = 1_000;
const READS = new Set(['GetItem', 'Query', 'Scan']);

export interface Past {
  remember(written: Written): void;
  /** Performs a read, perhaps on the table as it was. */
  read(arrival: Arrival, perform: () => Promise<unknown>): Promise<unknown>;
}

export function openPast(client: DynamoDBClient): Past {
  let recent: (Written & { at: number })[] = [];
  return {
    remember(written) {
      recent = [...recent.filter(({ at }) => at > clock.now - BEHIND), { ...written, at: clock.now }];
    },
    async read({ target, input, by }, perform) {
      if (!READS.has(target) || input['ConsistentRead'] === true || !by || by.act < 0) return perform();
      const chance = hashOf(by.act, clock.now, JSON.stringify(input));
      const since = clock.now - ((chance >>> 8) % BEHIND);
      const undone = recent.filter(({ table, at }) => table === input['TableName'] && at >= since);
      if (chance % 2 === 0 || undone.length === 0) return perform();
      const redo: (() => Promise<void>)[] = [];
      for (const { table, key, before } of undone.toReversed()) {
        const present = await getItem({ client, name: table }, key);
        redo.push(() => set(client, table, key, present));
        await set(client, table, key, before);
      }
      try {
        return await perform();
      } finally {
        for (const one of redo.toReversed()) await one();
      }
    },
  };
}

function set(client: DynamoDBClient, name: string, key: Item, item: Item | null): Promise<void> {
  return item ? putItem({ client, name }, item) : deleteItem({ client, name }, key);
}
