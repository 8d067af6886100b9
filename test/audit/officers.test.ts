import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';
import { readClassKeys } from '../../shared/env.ts';
import { partOf } from '../../shared/log/read/part-of.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { fileGateway, type TestGateway } from '../support/gateway.ts';

const ID_NUMBER = '99000120130506001X';
const SUPPORT = {
  actions: ['release'],
  purpose: 'S1',
  case: 'EDU-1',
  officer: 'zhang.wei',
  reason: 'subsidy',
};

const audit = (method: string, path: string, body?: unknown) =>
  gateway.call('audit-office', { actions: ['audit'], officer: 'wang.fang' }, method, path, body);
const release = (details: object = SUPPORT) =>
  gateway.call('edu-county', details as never, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: [{ match: { id_number: ID_NUMBER } }],
    fields: ['name'],
  });

const gateway = await fileGateway();
await gateway.put('mca-county', {
  match: { id_number: ID_NUMBER },
  fields: { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' },
});
for (let i = 0; i < 3; i++) await release();

const newest = async (query: string) => (await audit('GET', `/v1/log/entries?${query}`)).json.entries;

describe('a review', () => {
  test('is an entry about the entry, with its note as a word', async () => {
    const [{ id }] = await newest('kind=decision');
    const answer = await audit('POST', `/v1/log/entries/${id}/reviews`, {
      verdict: 'justified',
      note: 'as filed',
    });
    expect(answer).toMatchObject({ status: 200, json: { about: id, outcome: 'justified' } });
    const [entry] = await newest('kind=review');
    expect(entry).toMatchObject({ id: answer.json.receipt.entry, about: id, words: { reason: 'as filed' } });
    expect(entry).not.toHaveProperty('note');
  });

  test.each([
    [{ verdict: 'fine' }, 400],
    [{}, 400],
    [{ verdict: 'justified', note: '' }, 400],
  ])('%j is refused', async (body, status) => {
    const [{ id }] = await newest('kind=decision');
    expect((await audit('POST', `/v1/log/entries/${id}/reviews`, body)).status).toBe(status);
  });

  test('of nothing, of a writer, and of a review is refused', async () => {
    const verdict = { verdict: 'justified' };
    const of = async (id: string) => (await audit('POST', `/v1/log/entries/${id}/reviews`, verdict)).status;
    expect(await of(`${'0'.repeat(32)}-0-0`)).toBe(404);
    expect(await of((await newest('kind=writer'))[0].id)).toBe(409);
    expect(await of((await newest('kind=review'))[0].id)).toBe(409);
  });
});

test('two auditors revoke a writer, by an entry that names it in clear; one alone or unknown to the gateway can not', async () => {
  const [{ id }] = await newest('kind=writer');
  const writer = id.split('-')[0];
  const path = (one: string) => `/v1/log/writers/${one}/revocation`;
  const revoke = (officer: string, one = writer, more: object = {}) => {
    const details = { actions: ['audit'], officer, reason: 'its key was found in a backup', ...more };
    return gateway.call('audit-office', details, 'POST', path(one), {});
  };
  expect((await revoke('gao.feng', '0'.repeat(32))).json.code).toBe('NOT_FOUND');
  expect((await revoke('gao.feng', writer, { claimed: true })).json.code).toBe('PERSON_REQUIRED');
  const first = await revoke('gao.feng');
  expect([first.status, first.json.state]).toEqual([202, 'pending']);
  expect((await revoke('gao.feng')).json).toEqual(first.json);
  expect((await newest('kind=revocation')).length).toBe(0);
  const listed = async (officer: string) => {
    const details = { actions: ['audit'], officer, reason: 'what waits' };
    const { json } = await gateway.call('audit-office', details, 'GET', '/v1/log/revocations');
    return json.revocations;
  };
  expect(await listed('gao.feng')).toMatchObject([{ writer, by: 'audit-office', own: true }]);
  expect(await listed('sun.li')).toMatchObject([{ writer, own: false, entry: first.json.receipt.entry }]);
  const done = await revoke('sun.li');
  expect([done.status, done.json.writer]).toEqual([200, writer]);
  expect(await listed('gao.feng')).toEqual([]);
  const entry = (await audit('GET', `/v1/log/entries/${done.json.receipt.entry}`)).json;
  expect(JSON.parse(Buffer.from(entry.canonical, 'base64').toString())).toMatchObject({
    kind: 'revocation',
    revokes: writer,
  });
  expect(entry.approvals).toEqual([first.json.receipt.entry]);
});

test('alerts of the same attempt are one with a count, and can be acknowledged', async () => {
  await release({ ...SUPPORT, purpose: 'PX3' });
  await release({ ...SUPPORT, purpose: 'PX3' });
  const { alerts } = (await audit('GET', '/v1/alerts')).json;
  const [alert] = alerts.filter(({ code }: { code: string }) => code === 'PROHIBITED_PURPOSE');
  expect(alert.count).toBeGreaterThan(0);
  const seen = await audit('POST', `/v1/alerts/${alert.id}/acknowledge`, { note: 'called the office' });
  expect(seen.status).toBe(200);
  const after = (await audit('GET', '/v1/alerts')).json.alerts.find(
    ({ id }: { id: string }) => id === alert.id,
  );
  expect(after.acknowledged).toMatchObject({ by: 'audit-office', entry: seen.json.receipt.entry });
  const [{ id }] = await newest('kind=decision');
  expect((await audit('POST', `/v1/alerts/${id}/acknowledge`, {})).status).toBe(404);
});

test('statistics count by the requested dimension', async () => {
  const { json } = await audit('GET', '/v1/log/stats?by=purpose&bucket=hour');
  const counts = json.buckets.map(({ counts }: { counts: object }) => counts);
  expect(counts.reduce((sum: number, one: { S1?: number }) => sum + (one.S1 ?? 0), 0)).toBe(3);
  expect((await audit('GET', '/v1/log/stats?by=constructor')).status).toBe(400);
  const fields = (await audit('GET', '/v1/log/stats?by=field')).json.buckets[0].counts;
  expect(fields.name).toBeGreaterThanOrEqual(3);
});

test('a day of statistics is one of the policy, not of UTC', async () => {
  const { buckets } = (await audit('GET', '/v1/log/stats?by=purpose')).json;
  expect(buckets.map(({ from }: { from: string }) => from.slice(10))).toEqual(['T16:00:00.000Z']);
});

test('an export as OCSF has caller, operation and outcome', async () => {
  const accept = { accept: 'application/x-ndjson; profile=ocsf' };
  const call = [
    'audit-office',
    { actions: ['audit'] },
    'GET',
    '/v1/log/entries?kind=decision',
    undefined,
    accept,
  ] as const;
  const { text } = await gateway.call(...(call as unknown as Parameters<TestGateway['call']>));
  const [event] = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(event).toMatchObject({
    class_uid: 6003,
    actor: { app_uid: 'edu-county', user: { name: 'zhang.wei' } },
  });
  expect(event.type_uid).toBe(600_300 + event.activity_id);
});

describe('reconciliation', () => {
  const span = () => ({
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 60_000).toISOString(),
  });
  const run = (records: unknown[], more: object = {}) =>
    audit('POST', '/v1/log/reconciliations', { ...span(), records, ...more });

  test('matches every unwrap of the gateway with an entry', async () => {
    const { status, json } = await run(gateway.trail);
    expect([status, json.findings]).toEqual([200, []]);
    expect(json.matched).toBe(gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length);
  });

  test('compares the records of some keys alone, and refuses a part that holds none', async () => {
    const unwraps = gateway.trail.filter(({ eventName }) => eventName === 'Decrypt');
    const keyOf = (one: object) => readUnwrap(one)?.key ?? '';
    let matched = 0;
    for (const part of [0, 1]) {
      const records = unwraps.filter((one) => partOf(keyOf(one), 2) === part);
      const { json } = await run(records, { part, parts: 2 });
      expect(json.findings).toEqual([]);
      matched += json.matched;
    }
    expect(matched).toBe(unwraps.length);
    expect((await run([], { part: 2, parts: 2 })).status).toBe(400);
  });

  test('admits fewer roles if some are named, and raises no alert over a mistyped one', async () => {
    const alerts = async () => (await audit('GET', '/v1/alerts')).json.alerts.length;
    const before = await alerts();
    for (const [typed, nearest] of [
      ['fieldgate-release-sesion', '; the nearest that may is fieldgate-release-session'],
      // It may open a session, and unwrap nothing itself.
      ['nobody', ''],
    ] as const) {
      const { status, json } = await run(gateway.trail, { roles: ['fieldgate-verify', typed] });
      expect([status, json.code]).toEqual([400, 'INVALID_REQUEST']);
      const message = `no role of this name may unwrap data keys${nearest}`;
      expect(json.errors).toEqual([{ path: '/roles/1', message }]);
    }
    expect(await alerts()).toBe(before);
    const { json } = await run(gateway.trail, { roles: ['fieldgate-verify'] });
    expect(new Set(json.findings.map(({ code }: { code: string }) => code))).toEqual(
      new Set(['FOREIGN_PRINCIPAL']),
    );
  });

  test('finds a KMS client that bypasses the gateway, once, with the evidence', async () => {
    const before = gateway.trail.length;
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.keysTable }));
    const found = Items.map((item) => item['subject']?.S ?? '').flatMap((subject) =>
      Object.entries(Items.find((item) => item['subject']?.S === subject) ?? {})
        .filter(([name]) => name.startsWith('key.'))
        .map(([name, key]) => ({ subject, keyId: name.slice(4), key: key.M })),
    );
    const { subject, keyId, key } = found[0] ?? expect.fail('no key');
    const context = {
      collection: 'children',
      class: key?.['class']?.S ?? '',
      owner: key?.['owner']?.S ?? '',
      subject,
      keyId,
    };
    await gateway.kms.send(
      new DecryptCommand({
        KeyId: readClassKeys(gateway.env.classKeys).get(context.class),
        CiphertextBlob: key?.['wrapped']?.B,
        EncryptionContext: context,
      }),
    );
    expect(gateway.trail.length).toBe(before + 1);
    const bypass = gateway.trail.at(-1)?.eventID;
    const { json } = await run(gateway.trail);
    expect(json.findings).toEqual([
      expect.objectContaining({
        code: 'FOREIGN_PRINCIPAL',
        key: keyId,
        principal: expect.stringContaining('operator'),
      }),
    ]);
    expect(json.alerts).toHaveLength(1);
    const alert = (await audit('GET', `/v1/log/entries/${json.alerts[0]}`)).json;
    expect(alert).toMatchObject({ kind: 'alert', code: 'FOREIGN_PRINCIPAL' });
    expect(alert.words.finding).toContain(bypass);
    // The same records again raise nothing new.
    expect((await run(gateway.trail)).json.alerts).toEqual([]);
  });

  test('catches an entry without an unwrap', async () => {
    const decrypts = gateway.trail.filter(({ eventName }) => eventName === 'Decrypt');
    const { json } = await run(decrypts.slice(0, 1));
    expect(json.findings.map(({ code }: { code: string }) => code)).toContain('ENTRY_WITHOUT_UNWRAP');
  });
});
