/** Looks at each call where it arrives: what it changes, and whether the log knows of it before KMS does. */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getItem, type Item } from '../../../shared/store/table.ts';
import { TABLES, type TableShape } from '../../../shared/tables.ts';
import type { Around, Arrival } from '../engine/clients.ts';
import { changeFaults } from './changes.ts';
import { openPast } from './stale.ts';

export interface Monitor {
  around: Around;
  faults: string[];
  /** Places in the casework of a person who was erased before the write arrived. */
  late: Set<string>;
}

const shapes = new Map(TABLES.map((shape) => [`fieldgate-${shape.env.replace(/Table$/, '')}`, shape]));
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** @param client reads as no function does */
export function openMonitor(client: DynamoDBClient): Monitor {
  const faults: string[] = [];
  const late = new Set<string>();
  /** Runs of instances that have put an entry. */
  const logged = new Set<number>();
  const past = openPast(client);
  const around: Around = async (arrival, perform) => {
    const { target, input, by } = arrival;
    if (target === 'Decrypt') faults.push(...unwrapFaults(arrival, logged));
    const name = String(input['TableName'] ?? '');
    const shape = shapes.get(name);
    if (!shape) return perform();
    if (!WRITES.has(target)) return past.read(arrival, perform);
    const key = keyIn(shape, (input['Key'] ?? input['Item']) as Item);
    const read = () => getItem({ client, name }, key);
    const before = await read();
    const answer = await perform();
    const after = await read();
    past.remember({ table: name, key, before });
    if (shape.env === 'logTable' && after && Number(after['seq']?.N) > 0 && by?.invocation !== undefined)
      logged.add(by.invocation);
    faults.push(...changeFaults({ table: shape.env, before, after }));
    if (shape.env === 'caseworkTable' && after && (await isErased(key['subject']?.S))) late.add(nameOf(key));
    return answer;
  };
  const isErased = async (subject = '') =>
    (await getItem({ client, name: 'fieldgate-keys' }, { subject: { S: subject } }))?.['erased'] !==
    undefined;
  return { around, faults, late };
}

/** The place of an item in the casework. */
export const nameOf = ({ subject, item }: Item) => `${subject?.S} ${item?.S}`;

function keyIn({ partition, sort }: TableShape, item: Item): Item {
  const names = [partition, ...(sort ? [sort.name] : [])];
  return Object.fromEntries(names.map((name) => [name, item[name] as AttributeValue]));
}

/** Facts are opened after an attempt is logged, and everything else after it too. */
function unwrapFaults({ input, by }: Arrival, logged: ReadonlySet<number>): string[] {
  const context = input['EncryptionContext'] as Record<string, string> | undefined;
  if (context?.['subject'] === undefined || by?.invocation === undefined) return [];
  return logged.has(by.invocation) ? [] : ['a data key was unwrapped before the log knew of it'];
}
