/**
 * An attacker who can write the tables, against the complete path of a release. Each case changes stored items in one way;
 * its twin, the same release before the change, opens. Every failure is the same answer.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, type Details, type TestGateway, testGateway } from '../support/gateway.ts';
import { liftReviewLimit } from '../support/lifted.ts';
import { freshNumber } from '../support/people.ts';
import {
  copy,
  eachKey,
  flip,
  keyNames,
  load,
  members,
  rename,
  type Stored,
  sheetOf,
  store,
  swap,
} from './stored.ts';

let gateway: TestGateway;
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const WORDS = { officer: 'zhang.wei', reason: 'child missing since noon' };
const E1: Details = { actions: ['release'], purpose: 'E1', ...WORDS };
const FIELDS = ['child_phone', 'guardian_phone', 'name', 'sex'];

/** A child with a police sheet and a civil affairs sheet of two versions. */
async function child(digit: number) {
  const id = freshNumber();
  const match = { id_number: id };
  gateway.trail.length = 0;
  await gateway.put('mps-county', { match, fields: { id_number: id, name: '张三', sex: String(digit) } });
  const made = gateway.trail.find(({ eventName }) => eventName === 'GenerateDataKey') ?? expect.fail();
  const { encryptionContext } = made.requestParameters ?? {};
  const { subject } = encryptionContext as { subject: string };
  const phones = (n: number) => ({
    child_phone: `1380000${digit}00${n}`,
    guardian_phone: `1390000${digit}00${n}`,
  });
  await gateway.put('mca-county', { match, fields: phones(1) });
  const older = await load(gateway, subject);
  await gateway.put('mca-county', { match, fields: { child_phone: phones(2).child_phone } });
  return { subject, match, older };
}

const release = (match: object): Promise<Answer> =>
  gateway.call('mca-county', E1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: [{ match }],
    fields: [...FIELDS, 'guardian_relation'],
    context: { imminentDangerAttested: true },
  });

type Change = (mine: Stored, older: Stored, other: Stored) => void;

const fieldsOf = (stored: Stored, owner = 'MCA') => members(sheetOf(stored, owner), 'fields');
const inKeys =
  (name: string, value: AttributeValue): Change =>
  (mine) =>
    eachKey(mine, (key) => void Object.assign(key, { [name]: value }));

const SHEET_ALONE: [string, Change][] = [
  ['a flipped bit', (mine) => flip(fieldsOf(mine)['child_phone'])],
  ['a dropped field', (mine) => void delete fieldsOf(mine)['child_phone']],
  ['an added field', (mine) => copy(fieldsOf(mine), 'guardian_relation', fieldsOf(mine), 'guardian_phone')],
  ['two fields swapped', (mine) => swap(fieldsOf(mine), 'child_phone', 'guardian_phone')],
  ['an older field', (mine, older) => copy(fieldsOf(mine), 'child_phone', fieldsOf(older))],
  ['a field of another subject', (mine, _, other) => copy(fieldsOf(mine), 'child_phone', fieldsOf(other))],
  ['a field of another owner', (mine) => copy(fieldsOf(mine), 'child_phone', fieldsOf(mine, 'MPS'), 'sex')],
  [
    'a truncated tag',
    (mine) => {
      const fields = fieldsOf(mine);
      fields['child_phone'] = { B: fields['child_phone']?.B?.subarray(0, -4) ?? expect.fail() };
    },
  ],
  [
    'another suite id',
    (mine) => {
      const bytes = fieldsOf(mine)['child_phone']?.B ?? expect.fail();
      bytes[1] = bytes[1] === 1 ? 2 : 1;
    },
  ],
  [
    'another manifest',
    (mine) => flip(members(sheetOf(mine, 'MCA'), 'manifests')['contact-phone']?.M?.['mac']),
  ],
  ['no manifest', (mine) => void delete members(sheetOf(mine, 'MCA'), 'manifests')['contact-phone']],
];

const KEYS_ALONE: [string, Change][] = [
  ['an older head', (mine, older) => copy(mine.keys, 'head.MCA', older.keys)],
  [
    'a head of another version',
    (mine) => {
      mine.keys['head.MCA'] = { S: (mine.keys['head.MCA']?.S ?? '').replace(/^\d+/, '9') };
    },
  ],
  ['the log id of another subject', (mine, _, other) => copy(mine.keys, 'logId', other.keys)],
  ['another collection', (mine) => void Object.assign(mine.keys, { collection: { S: 'adults' } })],
  ['later instants', inKeys('at', { S: '2099-01-01T00:00:00.000Z' })],
  ['carried instants', inKeys('asOf', { M: { child_phone: { S: '2099-01-01T00:00:00.000Z' } } })],
  ['other versions of the keys', inKeys('version', { N: '7' })],
  ['another owner of the keys', inKeys('owner', { S: 'MPS' })],
  ['another class of the keys', inKeys('class', { S: 'guardian-carer' })],
  ['an unknown class of the keys', inKeys('class', { S: '__proto__' })],
  ['a flipped bit of the wrapped keys', (mine) => eachKey(mine, (key) => flip(key['wrapped']))],
  ['a flipped bit of the commitments', (mine) => eachKey(mine, (key) => flip(key['commitment']))],
  [
    'a commitment cut short',
    (mine) =>
      eachKey(mine, (key) => {
        key['commitment'] = { B: key['commitment']?.B?.subarray(0, 31) ?? expect.fail() };
      }),
  ],
  [
    'commitments in the form of the other suite',
    (mine) =>
      eachKey(mine, (key) => {
        const bytes = Buffer.from(key['commitment']?.B ?? expect.fail());
        key['commitment'] = {
          B: bytes.length > 32 ? bytes.subarray(3) : Buffer.from(`s2.${bytes.toString('latin1')}`, 'latin1'),
        };
      }),
  ],
  [
    'a head in the form of the other suite',
    (mine) => {
      const [owner, digest] = ['MCA', sheetOf(mine, 'MCA')['sheet']?.S?.split('#')[1] ?? ''];
      const other = digest.startsWith('s2.') ? digest.slice(3) : `s2.${digest}`;
      mine.keys[`head.${owner}`] = { S: `${mine.keys[`head.${owner}`]?.S?.split('.')[0]}.${other}` };
      mine.sheets.push({ ...sheetOf(mine, 'MCA'), sheet: { S: `${owner}#${other}` } });
    },
  ],
  [
    'the wrapped keys of two classes swapped',
    (mine) => {
      const [a = '', b = ''] = keyNames(mine, 'MCA');
      swap(mine.keys, a, b);
    },
  ],
  [
    'the wrapped keys of another subject',
    (mine, _, other) => {
      const theirs = keyNames(other, 'MCA').map((name) => other.keys[name] ?? expect.fail());
      for (const [i, name] of keyNames(mine, 'MCA').entries()) mine.keys[name] = theirs[i] ?? expect.fail();
    },
  ],
  [
    'no keys',
    (mine) => {
      for (const name of keyNames(mine, 'MCA')) delete mine.keys[name];
    },
  ],
];

/** The one answer, with nothing of the record in it. */
async function broken(match: object): Promise<void> {
  const answer = await release(match);
  expect(answer.status).toBe(500);
  const { requestId, ...problem } = answer.json;
  expect(requestId).toBeTypeOf('string');
  expect(problem).toEqual({
    type: expect.stringMatching(/\/docs\/problems\/integrity-fault$/),
    title: 'Stored data failed its integrity check; nothing was released',
    status: 500,
    code: 'INTEGRITY_FAULT',
  });
}

async function opens(match: object): Promise<void> {
  const answer = await release(match);
  expect(Object.keys(answer.json.results[0].fields).sort()).toEqual(FIELDS);
}

async function tried(change: Change, also?: (mine: Stored) => void): Promise<void> {
  const [one, two] = [await child(1), await child(2)];
  await opens(one.match);
  const mine = await load(gateway, one.subject);
  change(mine, one.older, await load(gateway, two.subject));
  also?.(mine);
  await store(gateway, mine);
  await broken(one.match);
  await opens(two.match);
}

describe.each(['standard', 'national'])('under the cryptography %s', (cryptography) => {
  beforeAll(async () => {
    gateway = await testGateway({ cryptography });
    liftReviewLimit();
  });
  afterAll(() => gateway.close());

  describe('the sheets table alone', () => {
    it.each(SHEET_ALONE)('with %s', async (_, change) => tried(change));
  });

  describe('both tables, the head naming the changed sheet', () => {
    it.each(SHEET_ALONE)('with %s', async (_, change) => tried(change, (mine) => rename(mine, 'MCA')));
  });

  describe('the keys table alone', () => {
    it.each(KEYS_ALONE)('with %s', async (_, change) => tried(change));
  });

  describe('a rollback', () => {
    it('of the sheet alone is caught', async () => {
      const { subject, match, older } = await child(1);
      const mine = await load(gateway, subject);
      const now = sheetOf(mine, 'MCA');
      await store(gateway, {
        ...mine,
        sheets: [{ ...sheetOf(older, 'MCA'), sheet: now['sheet'] ?? expect.fail() }],
      });
      await broken(match);
    });

    it('of the key item alone is caught', async () => {
      const { match, older } = await child(1);
      await store(gateway, { ...older, sheets: [] });
      await broken(match);
    });

    it('of sheet and key item together opens, and the log has a later write of the sheet', async () => {
      const { subject, match, older } = await child(1);
      await store(gateway, older);
      const { json } = await release(match);
      expect(json.results[0].fields.child_phone.value).toBe('13800001001');
      const { keys } = await load(gateway, subject);
      const page = await gateway.audit('/v1/log/entries?kind=intake&limit=20');
      const [latest] = page.entries.filter(
        (entry: { subject: string; sheet: { owner: string } }) =>
          entry.subject === keys['logId']?.S && entry.sheet.owner === 'MCA',
      );
      expect(latest.sheet.version).toBe(2);
      expect(keys['head.MCA']?.S).not.toBe(`${latest.sheet.version}.${latest.sheet.digest}`);
      expect(keys['head.MCA']?.S).toMatch(/^1\./);
    });
  });
});
