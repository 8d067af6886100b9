/**
 * A rehearsal of docs/operate/runbook.md#restore: tables go back to an instant before an erasure, and the erasure
 * is replayed from the log before any request. The local store has no recovery; copies of its items stand for it.
 */

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import type { EnvName } from '../../shared/env.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { TABLES } from '../../shared/tables.ts';
import { joinNow } from '../maintenance/direct.ts';
import { runJob } from '../maintenance/rig.ts';
import { type Child, fileWorld } from '../verify/world.ts';

type Item = Record<string, AttributeValue>;
const RESTORED = ['keysTable', 'sheetsTable', 'indexTable'] as const;

let erased: Child;
/** Joined to the erased one, and so erased with it. */
let double: Child;
let kept: Child;
let copies: Map<EnvName, Item[]>;

const world = await fileWorld();
beforeAll(async () => {
  [erased, double, kept] = [await world.child(), await world.child(), await world.child()];
  copies = new Map(await Promise.all(RESTORED.map(async (name) => [name, await itemsOf(name)] as const)));
  await joinNow(world.gateway, double.subject, erased.subject);
  await world.erase(erased);
});

it('a restore to an earlier instant brings an erased subject back, whose sheets open again', async () => {
  expect(await asked(erased)).toEqual({});
  expect(await asked(double)).toEqual({});
  for (const name of RESTORED) await restore(name);
  expect(await asked(erased)).toHaveProperty('name');
  expect(await asked(double)).toHaveProperty('name');
  expect(await asked(kept)).toHaveProperty('name');
});

it('the log, which was not restored, names it; once replayed it is unreadable again, and no other record is', async () => {
  const job = await runJob(world.gateway, 'replay');
  expect(job).toMatchObject({ state: 'done', changed: 2, failed: 0 });
  for (const { subject } of [erased, double]) expect(await stateOf(subject)).toBe('erased');
  expect([await asked(erased), await asked(double)]).toEqual([{}, {}]);
  expect(await asked(kept)).toHaveProperty('name');
  // Index values and sheets went with it, and each entry names the one that it follows.
  const items = [...(await itemsOf('sheetsTable')), ...(await itemsOf('indexTable'))];
  for (const { subject } of [erased, double]) expect(JSON.stringify(items)).not.toContain(subject);
  const entries = (await world.entries('&kind=erasure')).map(({ entry, ...rest }) => entry ?? rest);
  const [first] = entries.filter(({ outcome }) => outcome === 'erased');
  const again = entries.filter(({ outcome }) => outcome === 'replayed');
  expect(again.map(({ approvals }) => approvals)).toEqual([[first?.id], [first?.id]]);
});

it('a second replay finds nothing to do', async () => {
  expect(await runJob(world.gateway, 'replay')).toMatchObject({ changed: 0, failed: 0 });
});

it('key items of one instant with sheets of another fail closed', async () => {
  const { dynamo, env } = world.gateway;
  // The record was written after the copies: its head moved on, and the sheet that is restored is an older one.
  await world.put('mps-county', { match: kept.match, fields: { name: '欧阳娜' } });
  const sheets = TABLES.find((table) => table.env === 'sheetsTable') ?? expect.fail();
  for (const item of await itemsOf('sheetsTable')) await remove(dynamo, env.sheetsTable, sheets, item);
  await restore('sheetsTable');
  expect(await answer(kept)).toMatchObject({ status: 500, json: { code: 'INTEGRITY_FAULT' } });
  await restore('keysTable');
  expect(await asked(kept)).toHaveProperty('name');
});

async function stateOf(subject: string): Promise<string> {
  const { tables } = world.gateway;
  return (await readState(tables.keys, asSubjectId(subject))).state;
}

async function answer(child: Child) {
  const details = {
    actions: ['release'],
    purpose: 'E1',
    officer: 'li.na',
    reason: 'child missing since noon',
  };
  const request = { collection: 'children', subjects: [{ match: child.match }], fields: ['name'] };
  return world.call('mps-county', details, 'POST', '/v1/releases', {
    ...request,
    context: { imminentDangerAttested: true },
  });
}

async function asked(child: Child): Promise<object> {
  return (await answer(child)).json.results?.[0]?.fields ?? {};
}

async function itemsOf(name: EnvName): Promise<Item[]> {
  const { dynamo, env } = world.gateway;
  return (await dynamo.send(new ScanCommand({ TableName: env[name], ConsistentRead: true }))).Items ?? [];
}

async function restore(name: EnvName): Promise<void> {
  const { dynamo, env } = world.gateway;
  for (const Item of copies.get(name) ?? [])
    await dynamo.send(new PutItemCommand({ TableName: env[name], Item }));
}

async function remove(
  dynamo: DynamoDBClient,
  TableName: string,
  { partition, sort }: { partition: string; sort?: { name: string } },
  item: Item,
): Promise<void> {
  const Key = Object.fromEntries(
    [partition, ...(sort ? [sort.name] : [])].map((name) => [name, item[name]]),
  ) as Item;
  await dynamo.send(new DeleteItemCommand({ TableName, Key }));
}
