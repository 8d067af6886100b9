/** What the log says was filed, against casework that lost rows or went back. */
import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { lostAmong } from '../../functions/maintenance/filed.ts';
import { logStore } from '../../functions/steps/log.ts';
import { checkFiled } from '../../infra/cli/log/filed.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { walkEntries } from '../../shared/log/read/walk.ts';
import type { Item } from '../../shared/store/table.ts';
import { openCase } from '../support/cases.ts';
import { BOSS, OPENER, officeOf } from './office.ts';
import { DAY, fileRig } from './rig.ts';

const rig = await fileRig();
const { gateway } = rig;
const table = { TableName: gateway.env.caseworkTable };
const rows = async () => (await gateway.dynamo.send(new ScanCommand(table))).Items ?? [];
const put = (Item: Item) => gateway.dynamo.send(new PutItemCommand({ ...table, Item }));
const nameOf = ({ subject, item }: Item) => `${subject?.S} ${item?.S}`;

const stores = { store: logStore(gateway), tables: gateway.tables };

/** The comparison over all entries of the log. @param ask of the gateway, or past its routes */
async function lost(ask = (ids: string[]) => lostAmong(stores, ids)): Promise<string[]> {
  const check = checkFiled();
  for await (const { entry, ...stored } of walkEntries(
    stores.store,
    { from: rig.now() - DAY, to: rig.now() + DAY },
    {},
  ))
    if (entry) check.entry({ ...entry, ...stored } as never);
  const { lost, unfinished } = await check.end(ask);
  return [...lost, ...unfinished];
}

const office = (agency: string, method: string, path: string, body?: object, officer = 'liu.yang') =>
  rig.casework(agency, method, path, body, { officer, reason: 'the child is in hiding', case: 'HIDE-1' });
const freeze = async (target: object) =>
  (await office('mps-county', 'POST', '/v1/freezes', { target })).json.freeze ?? expect.fail('no freeze');

/** The entries that are lost with each row that was not there before, or is another one now. */
async function lostWith(before: readonly Item[]): Promise<Record<string, string[]>> {
  const known = new Map(before.map((one) => [nameOf(one), JSON.stringify(one)]));
  const found: Record<string, string[]> = {};
  for (const row of await rows()) {
    const { subject, item } = row;
    if (known.get(nameOf(row)) === JSON.stringify(row) || !subject || !item) continue;
    await gateway.dynamo.send(new DeleteItemCommand({ ...table, Key: { subject, item } }));
    const gone = await lost();
    if (gone.length > 0) found[nameOf(row)] = gone;
    await put(row);
  }
  expect(await lost()).toEqual([]);
  return found;
}

it('a freeze of a child is lost with its row at any place, also if its document says nothing of it', async () => {
  const child = await rig.child();
  const before = await rows();
  const { id, entry } = await freeze({ subject: child });
  const subject = rig.subjectOf(child);
  expect(await lostWith(before)).toEqual({
    [`freeze:${id} act#document`]: [entry],
    [`${subject} freeze#${id}`]: [entry],
    [`#frozen-people freeze#${id}`]: [entry],
  });
});

/** The row with another document, of which `change` says what is written into it. */
const forged = (row: Item, change: object): Item => {
  const document = JSON.stringify({ ...JSON.parse(row['document']?.S ?? ''), ...change });
  return { ...row, document: { S: document } };
};

it('a freeze is lost if its document was changed by hand to say that it was lifted', async () => {
  const child = await rig.child();
  const { id, entry } = await freeze({ subject: child });
  const row = (await rows()).find((one) => nameOf(one) === `freeze:${id} act#document`) ?? expect.fail();
  await put(forged(row, { state: 'lifted' }));
  expect(await lost()).toEqual([entry]);
  await put(row);
  expect(await lost()).toEqual([]);
});

it('a freeze of an agency is lost with its row at either place', async () => {
  const before = await rows();
  const why = { actions: ['audit'], officer: 'gao', reason: 'data of this office is being sold' };
  const target = { agency: 'cdpf-county' };
  const { freeze: set } = (await gateway.call('audit-office', why, 'POST', '/v1/freezes', { target })).json;
  expect(await lostWith(before)).toEqual({
    [`freeze:${set.id} act#document`]: [set.entry],
    [`#freezes freeze#${set.id}`]: [set.entry],
  });
  for (const { subject, item } of await rows())
    if (subject && item && JSON.stringify([subject, item]).includes(set.id))
      await gateway.dynamo.send(new DeleteItemCommand({ ...table, Key: { subject, item } }));
  expect(await lost()).toEqual([set.entry]);
  // Set again for something else, it is lost all the same.
  await gateway.call('audit-office', why, 'POST', '/v1/freezes', { target: { agency: 'edu-county' } });
  expect(await lost()).toEqual([set.entry]);
  await gateway.call('audit-office', why, 'POST', '/v1/freezes', { target });
  expect(await lost()).toEqual([]);
});

it('a withdrawal is lost with a consent that was set back to given', async () => {
  const child = await rig.child();
  const start = await rows();
  const { consent } = (await rig.consent(child)).json;
  const given = (await rows()).find((row) => row['item']?.S === `consent#${consent.id}`) ?? expect.fail();
  expect(await lostWith(start)).toMatchObject({ [nameOf(given)]: [consent.entry] });
  const path = `/v1/consents/${consent.id}/withdraw`;
  const { receipt } = (await rig.casework('mca-county', 'POST', path, { method: 'in-person' })).json;
  expect(await lost()).toEqual([]);
  const withdrawn = (await rows()).find((row) => nameOf(row) === nameOf(given)) ?? expect.fail();
  await put(given);
  expect(await lost()).toEqual([receipt.entry]);
  await put(forged(withdrawn, { act: 'given' }));
  expect(await lost()).toEqual([receipt.entry]);
  await put(withdrawn);
});

it('a case is lost with its row, by the entry that says most of it', async () => {
  const child = await rig.child();
  const before = await rows();
  await openCase(gateway, 'mca-county', { purpose: 'W1', case: 'LOST-1' }, [child]);
  const [confirmed] = (await rig.entries('&kind=approval')).filter(({ code }) => code === 'CASE_CONFIRMED');
  const found = await lostWith(before);
  expect(Object.values(found)).toEqual([[confirmed.id]]);
  expect(Object.keys(found)[0]).toMatch(/^cases:mca-county /);
});

it('a case that another office confirmed is found with its own, and a closed one is lost if it was set back to open', async () => {
  const [aid, office] = [officeOf(rig, 'J2'), 'procuratorate-county'];
  const { agencies } = gateway.tables;
  const agency = (await getAgency(agencies, asClientId(office), rig.now())) ?? expect.fail();
  const rights = { departments: ['JUSTICE'], roles: ['legal-aid'], purposes: ['J2'] };
  await putAgency(agencies, { ...agency, ...rights });
  rig.later(10_000);
  const opening = { instrument: 'AID-7', officers: ['lawyer.wu'] };
  const child = await rig.child();
  const opened = async () => (await aid.open([child], opening, OPENER, office)).json.case.id;
  const first = await opened();
  await aid.on(first, 'confirm', BOSS, office);
  await aid.on(first, 'close', OPENER, office);
  const again = await opened();
  expect((await aid.on(again, 'confirm', BOSS)).json.case.confirmed.by).toBe('mca-county');
  expect(await lost()).toEqual([]);
  const open = (await rows()).find((row) => row['item']?.S === `case#${again}`) ?? expect.fail();
  const { receipt } = (await aid.on(again, 'close', OPENER, office)).json;
  expect(await lost()).toEqual([]);
  const closed = (await rows()).find((row) => nameOf(row) === nameOf(open)) ?? expect.fail();
  for (const row of [open, forged(closed, { state: 'open' })]) {
    await put(row);
    expect(await lost()).toEqual([receipt.entry]);
  }
  await put(closed);
});

it('an auditor is told what is lost, by the ids of entries alone, and no other office is', async () => {
  const child = await rig.child();
  const { id, entry } = await freeze({ subject: child });
  const Key = { subject: { S: rig.subjectOf(child) }, item: { S: `freeze#${id}` } };
  await gateway.dynamo.send(new DeleteItemCommand({ ...table, Key }));
  const path = (ids: string[]) => `/v1/log/filed?ids=${ids.join(',')}`;
  const told = await lost(async (ids) => (await gateway.audit(path(ids))).lost);
  expect(told).toEqual([entry]);
  expect((await rig.casework('mps-county', 'GET', path(told))).status).toBe(403);
});
