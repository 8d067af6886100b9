import { afterEach, describe, expect, it as plain } from 'vitest';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { fileGateway, testGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { BORN, freshNumber } from '../support/people.ts';
import {
  allItems,
  beginErasure,
  casework,
  erase,
  eraseByTwo,
  keyItem,
  makeChild,
  mentions,
  orderErasure,
  put,
  putItems,
  rawItem,
  refAt,
  release,
  subjectOf,
} from './rig.ts';

liftStopLimits();

const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

const FIELDS = ['name', 'guardian_phone'];
const refused = (answer: { json: { results: object[] } }) => answer.json.results[0];

const it = plain.extend('ref', async () => (await makeChild(gateway)).ref);

describe('an erasure', () => {
  it('needs two people and answers with the time when the data is unreadable everywhere', async () => {
    const { ref, policeRef, match } = await makeChild(gateway);
    const before = await release(gateway, { ref }, FIELDS);
    expect(before.json.results[0].fields.name.value).toBe('欧阳娜娜');
    const first = await beginErasure(gateway, ref);
    expect(first.status).toBe(202);
    expect(first.json).toMatchObject({ state: 'pending', expiresAt: expect.any(String) });
    expect((await release(gateway, { ref }, FIELDS)).json.results[0].fields.name).toBeDefined();

    const second = await orderErasure(gateway, ref);
    expect(second.status).toBe(200);
    const { erasedAt, unreadableAt, receipt } = second.json;
    expect(Date.parse(unreadableAt) - Date.parse(erasedAt)).toBe(86_400_000);
    expect(receipt.entry).toMatch(/-\d+-\d+$/);

    for (const subject of [{ ref }, { match }]) {
      expect(refused(await release(gateway, subject, FIELDS))).toMatchObject({
        refused: { code: 'REFUSED' },
      });
    }
    const again = await put(gateway, 'mps-county', { ref: policeRef, fields: { sex: '1' } });
    expect(again.problem.code).toBe('REFUSED');
  });

  it('takes two lines: two officers of one department are refused, of whichever office', async ({ ref }) => {
    expect((await orderErasure(gateway, ref)).status).toBe(202);
    const same = await orderErasure(gateway, ref, 'lin.yu');
    expect([same.status, same.json.code]).toEqual([403, 'APPROVER_IS_REQUESTER']);
    expect((await beginErasure(gateway, ref)).status).toBe(200);
  });

  it('accepts no name that an office claims, before or after a logged-in person', async ({ ref }) => {
    const claim = () => {
      const details = { ...casework('somebody'), claimed: true as const };
      return gateway.call('mca-county', details, 'POST', `/v1/subjects/${ref}/erase`);
    };
    expect((await claim()).json.code).toBe('PERSON_REQUIRED');
    expect((await beginErasure(gateway, ref)).status).toBe(202);
    expect((await claim()).json.code).toBe('PERSON_REQUIRED');
  });

  it('reads officer and reason from the token or the body, and needs both', async ({ ref }) => {
    const path = `/v1/subjects/${await refAt(gateway, ref, 'steward-office')}/erase`;
    const call = (details: object, body?: object) =>
      gateway.call('steward-office', { actions: ['steward'], ...details }, 'POST', path, body);
    expect((await call({ reason: 'x' })).json.code).toBe('PERSON_REQUIRED');
    expect((await call({ officer: 'li.na' }, {})).json.code).toBe('NO_REASON');
    expect((await call({ officer: 'li.na' }, { officer: 'wang.fang', reason: 'x' })).json).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ path: '/officer' }],
    });
    expect((await call({}, { officer: 'li.na', reason: 'x' })).status).toBe(202);
    expect((await call({ officer: 'li.na', reason: 'x' }, { officer: 'li.na' })).status).toBe(202);
  });

  it('repeats its answer only to the second person', async ({ ref }) => {
    const done = await eraseByTwo(gateway, ref);
    expect((await orderErasure(gateway, ref)).json).toEqual(done.json);
    expect((await beginErasure(gateway, ref)).json.code).toBe('REFUSED');
    expect((await orderErasure(gateway, ref, 'lin.yu')).json.code).toBe('REFUSED');
  });
});

describe('a refusal', () => {
  it('is the same for unknown, foreign, not held and erased subjects', async () => {
    const id = freshNumber(BORN, '990002');
    const foreign = await put(gateway, 'mca-neighbour', {
      match: { id_number: id },
      fields: { division_code: '990002001' },
    });
    const { ref: gone } = await makeChild(gateway);
    await eraseByTwo(gateway, gone);
    const seenBy = async (agency: string, subject: string) =>
      (await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency))).toRef(
        asSubjectId(subject),
      );
    const abroad = await seenBy('mca-county', await subjectOf(gateway, foreign.ref, 'mca-neighbour'));
    const { ref: held } = await makeChild(gateway);
    const notHeld = await seenBy('press-office', await subjectOf(gateway, held));
    const answers = await Promise.all([
      erase(gateway, Buffer.alloc(17, 1).toString('base64url'), 'zhao.min'),
      erase(gateway, 'nonsense', 'zhao.min'),
      erase(gateway, abroad, 'zhao.min'),
      erase(gateway, gone, 'zhao.min'),
      erase(gateway, notHeld, 'zhao.min', 'press-office'),
    ]);
    const shapes = answers.map(({ status, json: { requestId: _, ...json } }) =>
      JSON.stringify([status, json]),
    );
    expect(new Set(shapes).size).toBe(1);
    expect(answers[0]?.json.code).toBe('REFUSED');
    expect((await beginErasure(gateway, held)).status).toBe(202);
  });

  it('comes without the action', async ({ ref }) => {
    const why = { officer: 'li.na', reason: 'x' };
    const path = `/v1/subjects/${ref}/erase`;
    const answer = await gateway.call('mca-county', { actions: ['intake'], ...why }, 'POST', path);
    expect([answer.status, answer.json.code]).toEqual([403, 'ACTION_NOT_GRANTED']);
    expect((await beginErasure(gateway, ref)).status).toBe(202);
  });

  it('comes before anything is erased when the log cannot be written', async ({ ref }) => {
    await beginErasure(gateway, ref);
    gateway.faults.add({ service: 'log', kind: 'error', times: 20 });
    expect((await orderErasure(gateway, ref)).json.code).toBe('LOG_UNAVAILABLE');
    gateway.faults.clear();
    expect((await release(gateway, { ref }, FIELDS)).json.results[0].fields.name).toBeDefined();
    expect((await orderErasure(gateway, ref)).status).toBe(200);
  });
});

describe('the rest of an erased subject', () => {
  it('leaves no trace of the subject: no sheet, index value, casework item or log id', async ({ ref }) => {
    const subject = await subjectOf(gateway, ref);
    const { logId, keys } = await keyItem(gateway, subject);
    const { env } = gateway;
    await putItems(gateway.dynamo, env.caseworkTable, [
      { subject: { S: subject }, item: { S: 'freeze#1' }, document: { S: '{}' } },
    ]);
    await eraseByTwo(gateway, ref);
    for (const table of [env.sheetsTable, env.indexTable, env.caseworkTable]) {
      expect(await mentions(gateway, table, subject)).toEqual([]);
    }
    expect(await rawItem(gateway, env.keysTable, { subject: { S: subject } })).toEqual({
      subject: { S: subject },
      erased: { S: expect.any(String) },
      write: { S: expect.any(String) },
    });
    for (const table of [env.keysTable, env.sheetsTable, env.indexTable, env.jobsTable]) {
      for (const secret of [logId, ...keys.keys()])
        expect(await mentions(gateway, table, secret)).toEqual([]);
    }
    expect(await mentions(gateway, env.jobsTable, subject)).toEqual([]);
  });

  it('is in the log: request and erasure, with the owners and no word', async ({ ref }) => {
    const { logId } = await keyItem(gateway, await subjectOf(gateway, ref));
    const done = await eraseByTwo(gateway, ref);
    const json = await gateway.audit(`/v1/log/entries/${done.json.receipt.entry}`);
    expect(json).toMatchObject({
      kind: 'erasure',
      operation: 'delete',
      owners: ['MCA', 'MPS'],
      handler: { agency: 'court-county' },
      subject: logId,
      approvals: [expect.stringMatching(/-\d+-\d+$/)],
      leafHash: done.json.receipt.leafHash,
    });
    expect(Buffer.from(json.canonical, 'base64').toString()).not.toContain('guardian');
    const asked = await gateway.audit(`/v1/log/entries/${json.approvals[0]}`);
    expect(asked).toMatchObject({ kind: 'request', subject: logId, outcome: 'pending' });
  });

  it('of a person who returns leads to a new subject without old data', async () => {
    const { ref, match } = await makeChild(gateway);
    const subject = await subjectOf(gateway, ref);
    await eraseByTwo(gateway, ref);
    const again = await put(gateway, 'mca-county', { match, fields: { hardship_category: ['orphan'] } });
    expect(again).toMatchObject({ created: true, sheetVersion: 1 });
    expect(await subjectOf(gateway, again.ref)).not.toBe(subject);
    const { json } = await release(gateway, { ref: again.ref }, FIELDS);
    expect(json.results[0].fields ?? {}).toEqual({});
  });
});

describe('a copy of everything but the keys table, taken before', () => {
  it('gives nothing after the erasure; together with the key item, everything', async () => {
    const { ref, match } = await makeChild(gateway);
    const subject = await subjectOf(gateway, ref);
    const { env, dynamo } = gateway;
    const tables = [
      env.sheetsTable,
      env.indexTable,
      env.caseworkTable,
      env.wordsTable,
      env.claimsTable,
      env.logTable,
    ];
    const copy = new Map<string, Awaited<ReturnType<typeof allItems>>>();
    for (const table of tables) copy.set(table, await allItems(dynamo, table));
    const key = await rawItem(gateway, env.keysTable, { subject: { S: subject } });
    await eraseByTwo(gateway, ref);

    for (const [table, items] of copy) if (table !== env.logTable) await putItems(dynamo, table, items);
    for (const one of [{ ref }, { match }]) {
      const { json } = await release(gateway, one, FIELDS);
      expect(json.results[0].refused.code).toBe('REFUSED');
    }
    // No wrapped key of the subject is anywhere in the copy: nothing that KMS could unwrap.
    const wrapped = Object.entries(key ?? {}).flatMap(([name, value]) =>
      name.startsWith('key.') ? [Buffer.from(value.M?.['wrapped']?.B ?? []).toString('base64')] : [],
    );
    expect(wrapped.length).toBeGreaterThan(3);
    const bytes = JSON.stringify([...copy.values()], (_, value) =>
      value instanceof Uint8Array || value?.type === 'Buffer' ? Buffer.from(value).toString('base64') : value,
    );
    for (const blob of wrapped) expect(bytes).not.toContain(blob);

    await putItems(dynamo, env.keysTable, [key ?? {}]);
    const { json } = await release(gateway, { match }, FIELDS);
    expect(json.results[0].fields).toMatchObject({ name: { value: '欧阳娜娜' } });
  });
});

it('a request is pending for a week', async () => {
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const own = await testGateway({ now });
  const { ref } = await makeChild(own);
  const first = await beginErasure(own, ref);
  expect(first.status).toBe(202);
  clock.ahead += 7 * 86_400_000 - 100_000;
  expect((await beginErasure(own, ref)).json).toEqual(first.json);
  clock.ahead += 200_000;
  expect((await orderErasure(own, ref)).status).toBe(202);
  expect((await beginErasure(own, ref)).status).toBe(200);
  await own.close();
});
