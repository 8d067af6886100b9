/** A merge is undone: each person gets back what was its own, and keeps what was written since under its name. */
import { afterAll, beforeEach, describe, expect, it as plain } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { markMerging } from '../../shared/records/subject/key-states.ts';
import { card, GUARDIAN } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber } from '../support/people.ts';
import { joinNow } from './direct.ts';
import {
  allItems,
  casework,
  entriesOf,
  eraseByTwo,
  keyItem,
  mentions,
  put,
  putItems,
  rawItem,
  refAt,
  runJob,
} from './rig.ts';
import {
  gateway,
  joined,
  later,
  now,
  OF_CHILD,
  OF_TWIN,
  part,
  photo,
  read,
  twins,
  undo,
  write,
} from './twins.ts';

const DAY = 86_400_000;
beforeEach(() => later(1000));
afterAll(() => gateway.close());

const it = plain.extend('both', () => joined());

describe('an undo', () => {
  it('gives each record back what it held, by two people of two lines, and says so', async () => {
    const both = await twins();
    const before = [await read({ ref: both.child.ref }), await read({ ref: both.twin.ref })];
    await joinNow(gateway, both.double, both.survivor, now);
    expect((await read({ ref: both.twin.ref })).values).toMatchObject({ ...OF_TWIN, name: OF_CHILD.name });

    expect((await part('mca-county', 'li.na', both.child.ref)).json.state).toBe('pending');
    expect((await part('mca-county', 'wang.fang', both.twin.ref)).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await part('finance-county', 'song.jia', both.twin.ref)).json.code).toBe('REFUSED');
    const done = await part('edu-county', 'zhang.wei', both.twin.ref);
    expect(done.status, done.text).toBe(200);
    expect(done.json.ref).toBe(await refAt(gateway, both.twin.ref, 'edu-county'));
    expect((await part('edu-county', 'zhang.wei', both.twin.ref)).json).toEqual(done.json);
    expect((await part('mca-county', 'li.na', both.child.ref)).status).toBe(200);

    expect(await read({ ref: both.child.ref })).toEqual(before[0]);
    expect(await read({ match: both.child.match })).toEqual(before[0]);
    expect(await read({ ref: both.twin.ref })).toEqual(before[1]);
    expect(await read({ match: both.twin.match })).toEqual(before[1]);
    const [child, twin] = [await keyItem(gateway, both.survivor), await keyItem(gateway, both.double)];
    expect([child.county, twin.county]).toEqual(['990001', '990001']);
    expect([...child.joined, child.undo, ...child.trail, ...twin.joined]).toEqual([null]);
    expect(child.heads.has('EDU')).toBe(false);
    const entries = await entriesOf(gateway, 'merge', 20);
    const leaves = entries.filter(
      ({ id, seq }) => id === done.json.receipt.entry || seq === done.json.receipt.seq,
    );
    expect(leaves[0]).toMatchObject({ approvals: [expect.any(String)] });
    expect(entries.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(['parted', 'remained', 'restored']),
    );
    const { json } = await gateway.call('edu-county', casework('an.reader'), 'GET', '/v1/tasks');
    expect(json.tasks.filter(({ kind }: { kind: string }) => kind === 'parted')).toHaveLength(1);
  });

  it('leaves what was written since with the person whom it named', async ({ both }) => {
    const { child, twin } = both;
    // To either of the two, the same field too, and a deletion.
    await write({ ref: twin.ref }, { household_profile: { members: 5, monthlyIncome: 100 } });
    await write({ ref: child.ref }, { guardian_phone: '13900000011', photo: photo(12) });
    await write({ match: twin.match }, { guardian_phone: '13900000017' });
    await write({ ref: twin.ref }, { photo: null });
    await write({ match: child.match }, { guardian_relation: 'grandparent' });
    expect((await read({ ref: child.ref })).values).toMatchObject({ guardian_phone: '13900000017' });
    await undo(both);
    const [mine, other] = [await read({ ref: child.ref }), await read({ ref: twin.ref })];
    expect(mine.values).toEqual({
      name: OF_CHILD.name,
      guardian_phone: '13900000011',
      photo: photo(12),
      household_profile: { members: 1, monthlyIncome: 900 },
      guardian_relation: 'grandparent',
      hardship_category: ['orphan'],
    });
    expect(other.values).toEqual({
      guardian_phone: '13900000017',
      household_profile: { members: 5, monthlyIncome: 100 },
    });
    // Both are written and read as ever, and every key opens.
    await write({ ref: twin.ref }, { photo: photo(18) });
    await write({ match: child.match }, { photo: photo(19) });
    expect(await runJob(gateway, 'rekey')).toMatchObject({ failed: 0 });
    expect((await read({ ref: twin.ref })).values).toMatchObject({ photo: photo(18) });
    expect((await read({ ref: child.ref })).values).toMatchObject({ photo: photo(19) });
  });

  it('leaves consents, freezes and numbers with the person whom they name', async ({ both }) => {
    const { child, twin } = both;
    await write({ ref: child.ref }, { guardian_identity: GUARDIAN });
    const file = async (ref: string, evidence: string) => {
      const body = {
        subject: { ref },
        ...{
          purpose: 'D1',
          recipient: 'cdpf-county',
          fields: ['name'],
          giver: 'guardian',
          relation: 'mother',
          document: card(GUARDIAN.id_number),
        },
        ...{
          method: 'signed-form',
          noticeVersion: noticeFor('D1'),
          evidence: evidence.repeat(64),
          act: 'given',
        },
      };
      const filed = await gateway.call('mca-county', casework('li.na'), 'POST', '/v1/consents', body);
      expect(filed.status, filed.text).toBe(200);
      return filed.json.consent.id as string;
    };
    const ids = [await file(child.ref, 'a'), await file(twin.ref, 'b')];
    const target = { subject: { ref: twin.ref } };
    const frozen = await gateway.call('mca-county', casework('li.na'), 'POST', '/v1/freezes', { target });
    expect(frozen.status, frozen.text).toBe(200);
    const number = { id_number: freshNumber() };
    const named = await put(gateway, 'mps-county', {
      ref: await refAt(gateway, twin.ref, 'mps-county'),
      fields: { ...number, sex: '1' },
    });
    expect(named.problem, JSON.stringify(named)).toBeUndefined();
    await undo(both);
    const listed = async (ref: string) => {
      const { json } = await gateway.call('mca-county', casework('li.na'), 'GET', `/v1/consents?ref=${ref}`);
      return json.consents.map(({ id }: { id: string }) => id);
    };
    expect([await listed(child.ref), await listed(twin.ref)]).toEqual([[ids[0]], [ids[1]]]);
    expect((await read({ ref: child.ref })).values).toMatchObject(OF_CHILD);
    expect((await read({ ref: twin.ref })).values).toEqual({});
    const lift = (agency: string, officer: string) =>
      gateway.call(agency, { ...casework(officer) }, 'DELETE', `/v1/freezes/${frozen.json.freeze.id}`, {});
    expect((await lift('mca-county', 'li.na')).status).toBe(202);
    expect((await lift('mca-county', 'wang.fang')).status).toBe(200);
    expect((await read({ match: number })).ref).toBe(twin.ref);
    expect((await read({ match: child.match })).ref).toBe(child.ref);
  });
});

it('reads and undoes a merge that was stored in the form of before', async ({ both }) => {
  const table = gateway.env.keysTable;
  const { joined, ...item } = (await rawItem(gateway, table, { subject: { S: both.survivor } })) ?? {};
  expect(joined?.M).toHaveProperty(both.double);
  const before = Object.entries(joined?.M ?? {}).map(([id, value]) => [`joined.${id}`, value]);
  await putItems(gateway.dynamo, table, [{ ...item, ...Object.fromEntries(before) }]);
  expect([...(await keyItem(gateway, both.double)).joined.keys()]).toEqual([both.double]);
  expect((await read({ ref: both.twin.ref })).values).toMatchObject(OF_TWIN);
  await undo(both);
  expect((await read({ ref: both.child.ref })).values).toMatchObject(OF_CHILD);
});

describe('the time for an undo', () => {
  it('is thirty days; then a sweep removes what it needed', async ({ both }) => {
    await write({ ref: both.twin.ref }, { photo: photo(31) });
    await runJob(gateway, 'sweep');
    later(29 * DAY);
    await runJob(gateway, 'sweep');
    expect((await part('mca-county', 'li.na', both.twin.ref)).status).toBe(202);
    later(2 * DAY);
    expect((await part('edu-county', 'zhang.wei', both.twin.ref)).json.code).toBe('CONFLICT');
    await runJob(gateway, 'sweep');
    await runJob(gateway, 'sweep');
    for (const table of [gateway.env.sheetsTable, gateway.env.indexTable, gateway.env.caseworkTable])
      expect(await mentions(gateway, table, both.double)).toEqual([]);
    const item = await keyItem(gateway, both.survivor);
    expect([item.undo, ...item.trail]).toEqual([null]);
    expect((await read({ match: both.twin.match })).values).toMatchObject({ photo: photo(31) });
    const sheets = await mentions(gateway, gateway.env.sheetsTable, both.survivor);
    expect(sheets).toHaveLength(item.heads.size);
  });

  it('goes on if a merge into another record is refused', async ({ both }) => {
    const other = await twins();
    const { keys } = gateway.tables;
    await markMerging(keys, await keyItem(gateway, other.survivor), asSubjectId(other.survivor));
    await expect(joinNow(gateway, both.survivor, other.survivor, now)).rejects.toThrow('CONFLICT');
    expect((await keyItem(gateway, both.survivor)).undo).not.toBeNull();
    await markMerging(keys, await keyItem(gateway, other.survivor), null);
  });

  it('ends with a rekey, and an erasure leaves nothing of either', async ({ both }) => {
    await runJob(gateway, 'compact');
    expect((await keyItem(gateway, both.survivor)).undo).not.toBeNull();
    await runJob(gateway, 'rekey');
    expect((await keyItem(gateway, both.survivor)).undo).toBeNull();
    const other = await joined();
    await write({ ref: other.twin.ref }, { photo: photo(41) });
    expect((await eraseByTwo(gateway, other.child.ref)).status).toBe(200);
    expect((await part('mca-county', 'li.na', other.twin.ref)).json.code).toBe('REFUSED');
    const left = await allItems(gateway.dynamo, gateway.env.keysTable);
    const ids: (string | undefined)[] = [other.double, other.survivor];
    const items = left.filter(({ subject }) => ids.includes(subject?.S));
    expect(items).toHaveLength(2);
    expect(items.every((item) => !JSON.stringify(item).includes('wrapped'))).toBe(true);
    for (const table of [gateway.env.sheetsTable, gateway.env.indexTable, gateway.env.caseworkTable])
      for (const id of ids) expect(await mentions(gateway, table, id ?? '')).toEqual([]);
  });
});
