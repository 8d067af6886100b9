/** What the tables hold about one subject, for tests that change it like an attacker who can write the tables. */

import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import { sheetDigest } from '../../shared/crypto/sheet.ts';
import { suiteNamed } from '../../shared/crypto/suites.ts';
import { asKeyId, asSubjectId } from '../../shared/ids.ts';
import { getItem, queryAll } from '../../shared/store/table.ts';
import type { TestGateway } from '../support/gateway.ts';

export type Item = Record<string, AttributeValue>;
/** Everything stored about one subject. */
export interface Stored {
  keys: Item;
  sheets: Item[];
}

export async function load(gateway: TestGateway, subject: string): Promise<Stored> {
  const { tables } = gateway;
  const keys = await getItem(tables.keys, { subject: { S: subject } });
  const sheets = await queryAll(tables.sheets, 'subject = :subject', { subject });
  return { keys: keys ?? expect.fail(), sheets };
}

export async function store(gateway: TestGateway, { keys, sheets }: Stored): Promise<void> {
  const { dynamo, env } = gateway;
  await dynamo.send(new PutItemCommand({ TableName: env.keysTable, Item: keys }));
  for (const Item of sheets) await dynamo.send(new PutItemCommand({ TableName: env.sheetsTable, Item }));
}

export const sheetOf = ({ sheets }: Stored, owner: string) =>
  sheets.find(({ sheet }) => sheet?.S?.startsWith(`${owner}#`)) ?? expect.fail();
export const members = (sheet: Item, name: 'fields' | 'manifests') => sheet[name]?.M ?? expect.fail();

/** Gives a changed sheet its own right digest and lets the head name it, like an attacker who writes both tables. */
export function rename(stored: Stored, owner: string): void {
  const sheet = sheetOf(stored, owner);
  const head = stored.keys[`head.${owner}`]?.S ?? expect.fail();
  const version = Number(head.split('.')[0]);
  const suite = suiteNamed('id', /\.s2\./.test(head) ? 2 : 1) ?? expect.fail();
  const digest = sheetDigest(suite, {
    collection: 'children',
    subject: asSubjectId(stored.keys['subject']?.S ?? ''),
    owner,
    version,
    fields: new Map(
      Object.entries(members(sheet, 'fields')).map(([name, one]) => [name, one.B ?? Buffer.alloc(0)]),
    ),
    manifests: new Map(
      Object.entries(members(sheet, 'manifests')).map(([name, one]) => [
        name,
        { keyId: asKeyId(one.M?.['keyId']?.S ?? ''), mac: one.M?.['mac']?.B ?? Buffer.alloc(0) },
      ]),
    ),
  });
  sheet['sheet'] = { S: `${owner}#${digest}` };
  stored.keys[`head.${owner}`] = { S: `${version}.${digest}` };
}

export const keyNames = ({ keys }: Stored, owner: string) =>
  Object.keys(keys).filter((name) => name.startsWith('key.') && keys[name]?.M?.['owner']?.S === owner);
export const eachKey = (stored: Stored, change: (key: Item, name: string) => void) => {
  for (const name of keyNames(stored, 'MCA')) change(stored.keys[name]?.M ?? {}, name);
};

export function flip(value: AttributeValue | undefined): void {
  const bytes = value?.B ?? expect.fail();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
}

/** Puts a stored attribute where another stands. */
export function copy(to: Item, name: string, from: Item, source = name): void {
  to[name] = from[source] ?? expect.fail();
}

export function swap(items: Item, a: string, b: string): void {
  const [one, two] = [items[a] ?? expect.fail(), items[b] ?? expect.fail()];
  items[a] = two;
  items[b] = one;
}
