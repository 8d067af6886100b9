import { expect, it } from 'vitest';
import { forSurvivor } from '../../functions/casework/consents/stored.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { putCasework, queryCasework } from '../../shared/records/casework/casework.ts';
import { deleteItem } from '../../shared/store/table.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { Died, hooked, intake, type StoreCall } from './direct.ts';
import {
  allItems,
  beginErasure,
  makeChild,
  mentions,
  orderErasure,
  put,
  release,
  runJob,
  subjectOf,
} from './rig.ts';

const clock = { ahead: 0 };
const now = () => Date.now() + clock.ahead;
const gateway = await fileGateway({ now });

const count = async (table: 'sheetsTable' | 'indexTable') =>
  (await allItems(gateway.dynamo, gateway.env[table])).length;

/** An intake whose process dies before the head moves: a sheet, and for a new subject a claim, that nothing names. */
async function abandon(record: object): Promise<void> {
  const hook = ({ name, table }: StoreCall) => {
    if (name === 'UpdateItem' && table === 'keysTable') throw new Died();
  };
  await intake(gateway, hooked(gateway, { before: hook }), 'mps-county', record);
}

it('removes unreferenced sheets and claims once they are an hour old, and nothing else', async () => {
  const child = await makeChild(gateway);
  const [sheets, indexes] = [await count('sheetsTable'), await count('indexTable')];
  const lost = { id_number: freshNumber() };
  await abandon({ match: child.match, fields: { sex: '1' } });
  await abandon({ match: lost, fields: { sex: '1' } });
  expect([await count('sheetsTable'), await count('indexTable')]).toEqual([sheets + 2, indexes + 1]);

  expect(await runJob(gateway, 'sweep')).toMatchObject({ state: 'done', changed: 0, failed: 0 });
  expect([await count('sheetsTable'), await count('indexTable')]).toEqual([sheets + 2, indexes + 1]);

  clock.ahead += 3_700_000;
  const job = await runJob(gateway, 'sweep');
  expect(job).toMatchObject({ state: 'done', changed: 3, failed: 0 });
  expect([await count('sheetsTable'), await count('indexTable')]).toEqual([sheets, indexes]);
  expect((await release(gateway, { match: child.match }, ['name'])).json.results[0].fields.name.value).toBe(
    '欧阳娜娜',
  );
  expect(await put(gateway, 'mps-county', { match: lost, fields: { sex: '1' } })).toMatchObject({
    created: true,
  });
});

it('keeps a claim that a later intake uses, whatever its age', async () => {
  const match = { id_number: freshNumber() };
  await abandon({ match, fields: { sex: '1' } });
  clock.ahead += 3_700_000;
  const first = await put(gateway, 'mps-county', { match, fields: { sex: '1' } });
  expect(first).toMatchObject({ created: true });
  await runJob(gateway, 'sweep');
  expect((await put(gateway, 'mps-county', { match, fields: { sex: '1' } })).ref).toBe(first.ref);
});

it('claims index values again whose rows are lost, so that the next intake makes no second record', async () => {
  const child = await makeChild(gateway);
  const subject = await subjectOf(gateway, child.ref);
  const client = gateway.dynamo;
  const rows = (await allItems(client, gateway.env.indexTable)).filter(
    (row) => row['subject']?.S === subject,
  );
  expect(rows.length).toBeGreaterThan(0);
  const table = { client, name: gateway.env.indexTable };
  for (const { index } of rows) if (index) await deleteItem(table, { index });
  const answer = async (also = {}) =>
    (await release(gateway, { match: child.match }, ['name'], also)).json.results?.[0].fields?.name.value;
  expect(await answer({ unregistered: true })).toBe(undefined);
  expect(await runJob(gateway, 'sweep')).toMatchObject({ state: 'done', changed: 1, failed: 0 });
  expect(await answer()).toBe('欧阳娜娜');
  const again = await put(gateway, 'mps-county', { match: child.match, fields: { sex: '1' } });
  expect(again).not.toHaveProperty('created', true);
  expect((await runJob(gateway, 'sweep')).changed).toBe(0);
  await gateway.sequencer.step();
  for (let left = true; left; ) left = (await gateway.watcher.scan()).behind > 0;
  const officer = { actions: ['audit'], officer: 'wang.fang' };
  const { json } = await gateway.call('audit-office', officer, 'GET', '/v1/alerts');
  const lost = json.alerts.filter(({ code }: { code: string }) => code === 'INDEX_LOST');
  expect(lost.map(({ words }: { words: { finding: string } }) => words.finding)).toEqual([
    `${rows.length} index values led nowhere, as after a loss of rows, and a sweep made them again`,
  ]);
});

it('finishes an erasure that a crash left', async () => {
  const child = await makeChild(gateway);
  const subject = await subjectOf(gateway, child.ref);
  expect((await beginErasure(gateway, child.ref)).status).toBe(202);
  gateway.faults.add({ service: 'store', kind: 'error', times: 500, operation: 'DeleteItem' });
  expect((await orderErasure(gateway, child.ref)).json.code).toBe('STORE_UNAVAILABLE');
  gateway.faults.clear();
  expect(await mentions(gateway, gateway.env.sheetsTable, subject)).not.toEqual([]);
  expect((await release(gateway, { ref: child.ref }, ['name'])).json.results[0].refused.code).toBe('REFUSED');
  expect((await runJob(gateway, 'sweep')).changed).toBe(1);
  for (const table of ['sheetsTable', 'indexTable'] as const) {
    expect(await mentions(gateway, gateway.env[table], subject)).toEqual([]);
  }
  expect((await orderErasure(gateway, child.ref)).json).toMatchObject({
    erasedAt: expect.any(String),
  });
});

it('removes what was filed about an erased person by a write that arrived late', async () => {
  const { casework } = gateway.tables;
  const child = await makeChild(gateway);
  const subject = asSubjectId(await subjectOf(gateway, child.ref));
  await beginErasure(gateway, child.ref);
  await orderErasure(gateway, child.ref);
  const freeze = { kind: 'freeze', id: 'late', document: {} };
  await putCasework(casework, subject, freeze);
  expect((await runJob(gateway, 'sweep')).changed).toBe(1);
  expect(await queryCasework(casework, subject)).toEqual([]);
  // An act that is still under way removes it itself, but for outcomes, whose proofs are to be revoked first.
  const outcome = { kind: 'outcome', id: 'kept', document: {} };
  await putCasework(casework, subject, outcome);
  await forSurvivor(gateway, subject, async (present) => void (await putCasework(casework, present, freeze)));
  expect(await queryCasework(casework, subject)).toEqual([outcome]);
});
