/**
 * The secrets of entries in their table, one item for each epoch of a chain. This is the only part of the log
 * that can forget.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { contend, LOST } from '../../store/contend.ts';
import { getItem, getItems, putIf, type Table } from '../../store/table.ts';
import { type EpochKeys, epochOf, formatPersonKeys, parsePersonKeys, puncture } from '../entry/secrets.ts';

export interface SecretTable {
  dynamo: DynamoDBClient;
  wordsTable: string;
}

const tableOf = ({ dynamo, wordsTable }: SecretTable): Table => ({ client: dynamo, name: wordsTable });

/** A leaf and the number of leaves in its item. */
interface LeafOf {
  writer: string;
  seq: number;
  leaf: number;
  leaves: number;
}

/** Name of an epoch's item: `<writer>-<epoch>`. */
export function epochName(writer: string, seq: number): string {
  return `${writer}-${epochOf(seq)}`;
}

/** Resolves once the keys of the epoch are durable. May be repeated. @throws if other keys exist */
export async function putEpochKeys(table: SecretTable, name: string, keys: EpochKeys): Promise<void> {
  const text = { S: formatPersonKeys(keys.person) };
  const item = { epoch: { S: name }, actor: { B: keys.actor }, keys: text, revision: { N: '0' } };
  const free = 'attribute_not_exists(#epoch) OR #keys = :keys';
  if (!(await putIf(tableOf(table), item, free, { ':keys': text })))
    throw new Error('the epoch has other keys');
}

/** @returns keys by the epoch's name; absent if there are none. */
export async function readEpochKeys(
  table: SecretTable,
  names: Iterable<string>,
): Promise<Map<string, EpochKeys>> {
  const items = await getItems(
    tableOf(table),
    [...new Set(names)].map((name) => ({ epoch: { S: name } })),
  );
  return new Map(
    items.map(({ epoch, actor, keys }) => {
      const person = parsePersonKeys(keys?.S ?? '');
      return [epoch?.S ?? '', { actor: actor?.B ?? new Uint8Array(), person }];
    }),
  );
}

/** How often forgetting is repeated after a concurrent change of the same epoch. */
const ATTEMPTS = 16;

/** Resolves once the persons' halves of these leaves can't be opened any more. May be repeated. */
export async function forgetPersons(table: SecretTable, leaves: readonly LeafOf[]): Promise<void> {
  const epochs = Map.groupBy(leaves, ({ writer, seq }) => epochName(writer, seq));
  for (const [name, ofEpoch] of epochs) {
    await contend(ATTEMPTS, async () => (await forgetOnce(table, name, ofEpoch)) || LOST, crowded);
  }
}

function crowded(): never {
  throw new Error('others keep forgetting secrets of the same epoch');
}

/** @returns `false` if the keys were changed concurrently. */
async function forgetOnce(of: SecretTable, name: string, leaves: readonly LeafOf[]): Promise<boolean> {
  const table = tableOf(of);
  const item = await getItem(table, { epoch: { S: name } });
  if (!item) return true;
  let keys = parsePersonKeys(item['keys']?.S ?? '');
  for (const { seq, leaf, leaves: count } of leaves) keys = puncture(keys, seq, leaf, count);
  const text = formatPersonKeys(keys);
  if (text === item['keys']?.S) return true;
  const revision = { N: String(Number(item['revision']?.N)) };
  const next = { ...item, keys: { S: text }, revision: { N: String(Number(revision.N) + 1) } };
  return putIf(table, next, '#revision = :revision', { ':revision': revision });
}
