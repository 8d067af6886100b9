/** Each table lost, set back by an hour, and without one row: what callers are told then, and what the log says of it. */
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { lostAmong } from '../../functions/maintenance/filed.ts';
import { pack } from '../../functions/session/policy.ts';
import { logStore } from '../../functions/steps/log.ts';
import { checkFiled } from '../../infra/cli/log/filed.ts';
import { checkHeads, type Head } from '../../infra/cli/log/heads.ts';
import type { EnvName } from '../../shared/env.ts';
import { walkEntries } from '../../shared/log/read/walk.ts';
import { allOwners } from '../../shared/policy/pack/pack.ts';
import { scanHeads } from '../../shared/records/subject/key-items.ts';
import type { Item } from '../../shared/store/table.ts';
import { TABLES, type TableShape } from '../../shared/tables.ts';
import { DAY, makeRig, type Rig } from '../casework/rig.ts';
import { allItems } from '../maintenance/rig.ts';

const LOSSES = ['lost', 'an hour back', 'the child’s rows or one gone'] as const;

type Child = Awaited<ReturnType<Rig['child']>>;
const WHY = { officer: 'liu.yang', reason: 'the child is in hiding', case: 'HIDE-1' };

async function freeze(rig: Rig, child: Child): Promise<void> {
  const answer = await rig.casework('mps-county', 'POST', '/v1/freezes', { target: { subject: child } }, WHY);
  expect(answer.json.freeze, answer.text).toBeTruthy();
}

/** What happens to children who were known before an hour ago, since then, and are frozen since then. */
async function world() {
  const rig = await makeRig();
  const { gateway } = rig;
  const old = await rig.child();
  await gateway.sequencer.step();
  const before = new Map<string, Item[]>();
  for (const { env } of TABLES) before.set(env, await allItems(gateway.dynamo, gateway.env[env]));
  rig.later(3_600_000);
  const [fresh, hidden] = [await rig.child(), await rig.child()];
  await rig.put('mca-county', old.match, { hardship_category: ['orphan'] });
  await freeze(rig, hidden);
  await rig.decide(old);
  await gateway.sequencer.step();
  return { rig, before, old, fresh, hidden };
}
type World = Awaited<ReturnType<typeof world>>;

async function lose({ rig, before, hidden }: World, shape: TableShape, loss: (typeof LOSSES)[number]) {
  const { dynamo, env } = rig.gateway;
  const TableName = env[shape.env];
  const keyOf = (item: Item): Item =>
    Object.fromEntries(
      [shape.partition, shape.sort?.name].flatMap((name) => (name ? [[name, item[name]]] : [])),
    ) as Item;
  const now = await allItems(dynamo, TableName);
  const named = now.filter((item) => JSON.stringify(item).includes(rig.subjectOf(hidden)));
  const sorted = now.toSorted((one, other) =>
    JSON.stringify(keyOf(one)) < JSON.stringify(keyOf(other)) ? -1 : 1,
  );
  const gone = loss !== LOSSES[2] ? now : named.length > 0 ? named : sorted.slice(-1);
  for (const item of gone) await dynamo.send(new DeleteItemCommand({ TableName, Key: keyOf(item) }));
  if (loss !== 'an hour back') return;
  for (const Item of before.get(shape.env) ?? []) await dynamo.send(new PutItemCommand({ TableName, Item }));
}

async function liveHeads(gateway: Rig['gateway']): Promise<Map<string, Head>> {
  const { heads } = await scanHeads(gateway.tables.keys, allOwners(pack), { after: null, limit: 1_000 });
  return new Map(heads.map((head) => [`${head.logId} ${head.owner}`, head]));
}

/** An answer in a word: that of the problem, of the token's refusal, or of the error. */
async function said(what: () => Promise<string>): Promise<string> {
  return what().catch(({ message }: Error) => {
    const [, problem] = /problems\/([a-z-]+)/.exec(message) ?? [];
    const [, refusal] = /"error":"(\w+)"/.exec(message) ?? [];
    return refusal ?? problem?.toUpperCase().replaceAll('-', '_') ?? message;
  });
}

const decided = (rig: Rig, child: Child) =>
  said(async () => {
    const { status, json } = await rig.decide(child);
    const [one] = json.results ?? [];
    return one?.fields ? 'given' : (one?.refused?.code ?? json.code ?? String(status));
  });

/** What the log says of heads and casework, and how many of its entries can't be read. */
async function compared({ gateway, now }: Rig) {
  const [filed, store] = [checkFiled(), logStore(gateway)];
  const heads = checkHeads(await liveHeads(gateway));
  let unreadable = 0;
  const span = { from: now() - DAY, to: now() + DAY };
  for await (const { entry, id, words, erased } of walkEntries(store, span, {})) {
    if (!entry) unreadable += 1;
    const [writer = '', seq = ''] = id.split('-');
    const one = { ...entry, id, words, erased, writer, seq: Number(seq) } as never;
    if (entry) for (const check of [filed, heads]) check.entry(one);
  }
  const { lost } = await filed.end((ids) => lostAmong({ store, tables: gateway.tables as never }, ids));
  return { heads: heads.end().bad.length, casework: lost.length, unreadable };
}

async function seen({ rig, old, fresh, hidden }: World) {
  const { gateway } = rig;
  const answers = {
    old: await decided(rig, old),
    fresh: await decided(rig, fresh),
    frozen: await decided(rig, hidden),
  };
  const grow = () => gateway.sequencer.step().then(() => 'grows');
  const log = await said(grow);
  if (log !== 'grows') {
    await gateway.sequencer.remake();
    await grow();
  }
  const found = await compared(rig);
  const written = await said(async () => {
    const [one] = await gateway.put('mps-county', { match: hidden.match, fields: { sex: '1' } });
    return one.created ? 'second record' : 'same record';
  });
  return { ...answers, log, ...found, written, again: await decided(rig, hidden) };
}

/** No office gets a token. */
const closed = (...what: string[]) => Object.fromEntries(what.map((one) => [one, 'invalid_client']));

/** Where nothing is noticed, nothing is given that may not be. */
const UNTOUCHED = {
  ...{
    old: 'given',
    fresh: 'given',
    frozen: 'REFUSED',
    written: 'same record',
    again: 'REFUSED',
    log: 'grows',
  },
  ...{ heads: 0, casework: 0, unreadable: 0 },
};
const NO_RECORD = { old: 'REFUSED', fresh: 'REFUSED', written: 'second record' };
const BROKEN = { old: 'INTEGRITY_FAULT', fresh: 'INTEGRITY_FAULT', frozen: 'INTEGRITY_FAULT' };
const UNWRITTEN = { written: 'INTEGRITY_FAULT', again: 'INTEGRITY_FAULT' };
/** What differs from that: lost, an hour back, and without the rows about the frozen child, or if there are none without the last one. */
const DIFFERS: Partial<Record<EnvName, readonly [lost: object, back: object, row: object]>> = {
  keysTable: [
    { ...NO_RECORD, heads: 4 },
    { ...NO_RECORD, old: 'INTEGRITY_FAULT', heads: 2 },
    { written: 'second record', heads: 2 },
  ],
  sheetsTable: [
    { ...BROKEN, ...UNWRITTEN },
    { ...BROKEN, ...UNWRITTEN },
    { frozen: 'INTEGRITY_FAULT', ...UNWRITTEN },
  ],
  indexTable: [NO_RECORD, { ...NO_RECORD, old: 'given' }, { written: 'second record' }],
  logTable: [{ heads: 12 }, { heads: 5 }, { heads: expect.any(Number) }],
  wordsTable: [
    { heads: 12, unreadable: 16 },
    { heads: 5, unreadable: 8 },
    { heads: expect.any(Number), unreadable: expect.any(Number) },
  ],
  agenciesTable: [closed('old', 'fresh', 'frozen', 'written', 'again'), {}, {}],
  caseworkTable: [
    { old: 'CASE_NOT_OPEN', frozen: 'given', again: 'given', casework: 1 },
    { old: 'CASE_NOT_OPEN', frozen: 'given', again: 'given', casework: 1 },
    { frozen: 'given', again: 'given', casework: 1 },
  ],
  treeTable: [{ log: 'the lock of the log is lost' }, { log: 'the batch of the log is missing' }, {}],
};

it.each(
  TABLES.flatMap((table) => LOSSES.map((loss, i) => ({ table, loss, differs: DIFFERS[table.env]?.[i] }))),
)('$table.env, $loss', async ({ table, loss, differs = {} }) => {
  const made = await world();
  await lose(made, table, loss);
  made.rig.later(360_000);
  expect(await seen(made)).toEqual({ ...UNTOUCHED, ...differs });
  await made.rig.gateway.close();
});
