/**
 * Two writers at once, a crash at each step of a write, lost answers. After each: a read gives one complete
 * sheet, every acknowledged write is in it, and the next write works.
 */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { queryAll } from '../../../shared/store/table.ts';
import { type Instance, newInstance } from '../../gateway/writers/instance.ts';
import { type Details, testGateway } from '../../support/gateway.ts';
import { liftReviewLimit } from '../../support/lifted.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await testGateway();
beforeAll(async () => {
  liftReviewLimit();
  // Each crash is a fault that the function reports.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  return gateway.close();
});

const E1: Details = {
  actions: ['release'],
  purpose: 'E1',
  officer: 'zhang.wei',
  reason: 'child missing since noon',
};

/** The values of all fields of the sheet, read by the ordinary path: heads, digests, commitments, manifests and all. */
async function read(match: object): Promise<Record<string, string>> {
  const answer = await gateway.call('mca-county', E1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: [{ match }],
    fields: ['child_phone', 'guardian_phone', 'guardian_relation'],
    context: { imminentDangerAttested: true },
  });
  expect(answer.status).toBe(200);
  const shown = answer.json.results[0].fields ?? {};
  return Object.fromEntries(
    Object.entries(shown).map(([name, field]) => [name, (field as { value: string }).value]),
  );
}

/** A child of civil affairs with a sheet of version 1, and two instances that write it. */
async function scene() {
  const local = { local_id: `WELFARE-${freshNumber()}` };
  const [a, b] = [await newInstance(gateway, 'mca-county'), await newInstance(gateway, 'mca-county')];
  const phone = (n: number) => `1380000000${n}`;
  const write = (on: Instance, fields: object, more: object = {}, headers?: Record<string, string>) =>
    on.put({ match: local, fields, ...more }, headers);
  const first = await write(b, {
    child_phone: phone(0),
    guardian_phone: phone(0),
    guardian_relation: 'parent',
  });
  expect(first).toMatchObject({ sheetVersion: 1, created: true });
  return { local, a, b, phone, write, ref: first?.ref };
}

/** The calls of an update, in their order. */
const STEPS = [
  'PutItem claims',
  'KMS GenerateMac',
  'GetItem index',
  'Query sheets',
  'GetItem keys',
  'KMS GenerateDataKey',
  'PutItem sheets',
  'PutItem log',
  'UpdateItem keys',
  'DeleteItem sheets',
];
const COMMIT = STEPS.indexOf('UpdateItem keys');

it('an update makes these calls', async () => {
  const { a, phone, write } = await scene();
  await write(a, { child_phone: phone(1) });
  expect([...new Set(a.calls)].filter((name) => STEPS.includes(name))).toEqual(STEPS);
});

describe('another writer of the same sheet that finishes while the first is held', () => {
  describe.each(['before', 'after'] as const)('%s', (when) => {
    it.each(STEPS)('%s: neither update is lost', async (name) => {
      const { local, a, b, phone, write, ref } = await scene();
      let other: unknown;
      a.at(name, when, async () => {
        other = await write(b, { child_phone: phone(2) });
      });
      const mine = await write(a, { guardian_phone: phone(1) });
      expect(mine).toMatchObject({ ref, created: false });
      expect(other).toMatchObject({ ref, created: false });
      const versions = [mine, other as typeof mine].map((one) => one?.sheetVersion);
      expect(versions.sort()).toEqual([2, 3]);
      expect(await read(local)).toEqual({
        child_phone: phone(2),
        guardian_phone: phone(1),
        guardian_relation: 'parent',
      });
    });

    it.each(STEPS)('%s: of two with the same ifVersion one wins, exactly', async (name) => {
      const { local, a, b, phone, write } = await scene();
      let other: unknown;
      a.at(name, when, async () => {
        other = await write(b, { child_phone: phone(2) }, { ifVersion: 1 });
      });
      const mine = await write(a, { child_phone: phone(1) }, { ifVersion: 1 });
      const won = mine?.sheetVersion === 2;
      const [winner, loser] = won ? [mine, other] : [other, mine];
      expect(winner).toMatchObject({ sheetVersion: 2 });
      expect(loser).toMatchObject({ problem: { code: 'VERSION_CONFLICT' } });
      expect((await read(local))['child_phone']).toBe(phone(won ? 1 : 2));
    });

    it.each(STEPS)('%s: of two writes to one field the higher version is read', async (name) => {
      const { local, a, b, phone, write } = await scene();
      let other: Awaited<ReturnType<typeof write>> = null;
      const both = (n: number) => ({ child_phone: phone(n), guardian_phone: phone(n) });
      a.at(name, when, async () => {
        other = await write(b, both(2));
      });
      const mine = await write(a, both(1));
      const last = (mine?.sheetVersion ?? 0) > ((other as typeof mine)?.sheetVersion ?? 0) ? 1 : 2;
      expect(await read(local)).toMatchObject(both(last));
    });
  });
});

describe('a crash', () => {
  describe.each(['crash before', 'crash after'] as const)('%s', (step) => {
    it.each(STEPS)('%s leaves the complete old sheet or the complete new one', async (name) => {
      const { local, a, b, phone, write } = await scene();
      a.at(name, step);
      expect(await write(a, { child_phone: phone(1), guardian_phone: phone(1) })).toBeNull();
      const at = STEPS.indexOf(name);
      const committed = at > COMMIT || (at === COMMIT && step === 'crash after');
      const now = committed ? phone(1) : phone(0);
      expect(await read(local)).toEqual({
        child_phone: now,
        guardian_phone: now,
        guardian_relation: 'parent',
      });
      const next = await write(b, { child_phone: phone(3) });
      expect(next).toMatchObject({ sheetVersion: committed ? 3 : 2 });
      expect(await read(local)).toMatchObject({ child_phone: phone(3), guardian_phone: now });
    });
  });
});

describe('a lost answer', () => {
  it.each(STEPS)('of %s, and the call made again, is one write', async (name) => {
    const { local, a, phone, write } = await scene();
    a.at(name, 'answer lost');
    const mine = await write(a, { child_phone: phone(1) });
    expect(mine).toMatchObject({ sheetVersion: 2 });
    expect((await read(local))['child_phone']).toBe(phone(1));
  });

  it.each(STEPS.slice(1))('of %s, and no further try: the repeat is acknowledged and read', async (name) => {
    const { local, a, phone, write } = await scene();
    const key = { 'idempotency-key': `key-${freshNumber()}` };
    a.at(name, 'answer lost, no retry');
    const mine = await write(a, { child_phone: phone(1) }, {}, key);
    // Clean-up is no part of the write.
    const through = name === 'DeleteItem sheets';
    if (!through) expect(mine?.problem?.code).toMatch(/_UNAVAILABLE$/);
    const again = await write(a, { child_phone: phone(1) }, {}, key);
    const twice = name === 'UpdateItem keys';
    expect(again).toMatchObject({ sheetVersion: twice ? 3 : 2 });
    expect(await read(local)).toMatchObject({ child_phone: phone(1), guardian_phone: phone(0) });
  });

  it('of the commit, with another writer finished before the next try, is still answered as written', async () => {
    const { local, a, b, phone, write } = await scene();
    a.at('UpdateItem keys', 'answer lost', () => write(b, { guardian_phone: phone(2) }));
    const mine = await write(a, { child_phone: phone(1) }, { ifVersion: 1 });
    expect(mine).toMatchObject({ sheetVersion: 2 });
    expect(await read(local)).toMatchObject({ child_phone: phone(1), guardian_phone: phone(2) });
  });
});

describe('a new subject', () => {
  /** Its keys are not read: an id made a moment ago leads nowhere. */
  const NEW = [
    'PutItem claims',
    'KMS GenerateMac',
    'GetItem index',
    'PutItem index',
    'KMS GenerateDataKey',
    'PutItem sheets',
    'PutItem log',
    'UpdateItem keys',
  ];
  const child = () => ({ local_id: `WELFARE-${freshNumber()}` });

  it('makes these calls and reads no keys', async () => {
    const id = freshNumber();
    for (const [agency, record] of [
      ['mca-county', { match: child(), fields: { guardian_phone: '13800000001' } }],
      ['mps-county', { match: { id_number: id }, fields: { name: '张三', id_number: id } }],
    ] as const) {
      const a = await newInstance(gateway, agency);
      expect(await a.put(record)).toMatchObject({ sheetVersion: 1, created: true });
      expect(NEW.filter((name) => !a.calls.includes(name))).toEqual([]);
      expect(a.calls).not.toContain('GetItem keys');
    }
  });

  describe.each(['before', 'after'] as const)('made by two at once, the second %s', (when) => {
    it.each(NEW)('%s, is one subject with both writes', async (name) => {
      const local = child();
      const [a, b] = [await newInstance(gateway, 'mca-county'), await newInstance(gateway, 'mca-county')];
      let other: unknown;
      a.at(name, when, async () => {
        other = await b.put({ match: local, fields: { child_phone: '13800000002' } });
      });
      const mine = await a.put({ match: local, fields: { guardian_phone: '13800000001' } });
      expect((other as typeof mine)?.ref).toBe(mine?.ref);
      const results = [mine, other as typeof mine].map((one) => one?.sheetVersion);
      expect(results.sort()).toEqual([1, 2]);
      expect(await read(local)).toEqual({ child_phone: '13800000002', guardian_phone: '13800000001' });
    });

    it.each(NEW)('%s, by two departments, is one subject with two sheets', async (name) => {
      const id = freshNumber();
      const match = { id_number: id };
      const [a, b] = [await newInstance(gateway, 'mps-county'), await newInstance(gateway, 'mca-county')];
      let other: unknown;
      a.at(name, when, async () => {
        other = await b.put({ match, fields: { child_phone: '13800000002', division_code: '990001002' } });
      });
      const mine = await a.put({ match, fields: { name: '张三', id_number: id } });
      expect(mine).toMatchObject({ sheetVersion: 1, created: true });
      expect(other).toMatchObject({ sheetVersion: 1, created: true });
      expect(await read(match)).toEqual({ child_phone: '13800000002' });
    });
  });

  describe.each(['crash before', 'crash after'] as const)('%s', (step) => {
    it.each(NEW)('%s: the next writer makes or finds it', async (name) => {
      const local = child();
      const [a, b] = [await newInstance(gateway, 'mca-county'), await newInstance(gateway, 'mca-county')];
      a.at(name, step);
      expect(await a.put({ match: local, fields: { guardian_phone: '13800000001' } })).toBeNull();
      const committed = name === 'UpdateItem keys' && step === 'crash after';
      expect(await read(local)).toEqual(committed ? { guardian_phone: '13800000001' } : {});
      const next = await b.put({ match: local, fields: { child_phone: '13800000002' } });
      expect(next).toMatchObject({ sheetVersion: committed ? 2 : 1 });
      expect(await read(local)).toMatchObject({ child_phone: '13800000002' });
    });
  });
});

it('many writers of one sheet at once are all acknowledged or get a conflict, and nothing is lost', async () => {
  const { local, phone, ref } = await scene();
  const writers = await Promise.all(Array.from({ length: 6 }, () => newInstance(gateway, 'mca-county')));
  const fields = ['child_phone', 'guardian_phone'];
  const results = await Promise.all(
    writers.map((one, i) => one.put({ ref, fields: { [fields[i % 2] as string]: phone(i + 1) } })),
  );
  const acknowledged = results.flatMap((one, i) =>
    one?.sheetVersion ? [{ i, version: one.sheetVersion }] : [],
  );
  for (const one of results) if (!one?.sheetVersion) expect(one?.problem?.code).toBe('CONFLICT');
  const versions = acknowledged.map(({ version }) => version).sort((x, y) => x - y);
  expect(versions).toEqual(versions.map((_, i) => i + 2));
  const seen = await read(local);
  for (const [parity, field] of fields.entries()) {
    const last = acknowledged.filter(({ i }) => i % 2 === parity).sort((x, y) => y.version - x.version)[0];
    if (last) expect(seen[field]).toBe(phone(last.i + 1));
  }
});

it('leftovers of crashes are bounded: each failed write at most one sheet that no head names', async () => {
  const { a, b, phone, write, local } = await scene();
  a.at('UpdateItem keys', 'crash before');
  await write(a, { child_phone: phone(1) });
  await write(b, { child_phone: phone(2) });
  const subject = await subjectOf(local);
  expect(await queryAll(gateway.tables.sheets, 'subject = :subject', { subject })).toHaveLength(2);
});

/** The internal id, which the newest KMS context in the trail names. */
async function subjectOf(local: object): Promise<string> {
  gateway.trail.length = 0;
  await read(local);
  const record = gateway.trail.find(({ eventName }) => eventName === 'Decrypt') ?? expect.fail();
  const { encryptionContext } = record.requestParameters ?? {};
  return (encryptionContext as { subject: string }).subject;
}
