/** What an instance could not take back when a request failed, because the store refused that too. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Undo = () => Promise<unknown>;
const owed = new WeakMap<DynamoDBClient, readonly Undo[]>();
const MOST_OWED = 1_000;

/** Takes back, each of which may be repeated. What fails is owed, and tried again with the next ones. */
export async function settle(client: DynamoDBClient, undos: readonly Undo[]): Promise<void> {
  const all = [...(owed.get(client) ?? []), ...undos];
  owed.delete(client);
  const ends = await Promise.allSettled(all.map((undo) => undo()));
  const left = all.filter((_, i) => ends[i]?.status === 'rejected');
  if (left.length > 0) owed.set(client, [...(owed.get(client) ?? []), ...left].slice(0, MOST_OWED));
}

/** Takes back what is owed, before counts are read again. */
export async function settleOwed(client: DynamoDBClient): Promise<void> {
  if (owed.has(client)) await settle(client, []);
}
