/**
 * Whoever can write the tables, against the whole path of a release. Each case changes stored items in one way;
 * its twin, the same release before the change, opens. Every failure is the same answer.
 */
import { type AttributeValue, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sheetDigest } from '../../shared/crypto/sheet.ts';
import { type Answer, type Details, type TestGateway, testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway();
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  return gateway.close();
});

type Item = Record<string, AttributeValue>;
/** Everything stored about one subject. */
interface Stored {
  keys: Item;
  sheets: Item[];
}

const E1: Details = {
  actions: ['release'],
  purpose: 'E1',
  officer: 'zhang.wei',
  reason: 'child missing since noon',
};
const FIELDS = ['child_phone', 'guardian_phone', 'name', 'sex'];

async function put(agency: string, record: object) {
  const body = { collection: 'children', records: [record] };
  const { json } = await gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', body);
  expect(json.results[0].problem).toBeUndefined();
}

/** A child with a police sheet and a civil affairs sheet of two versions. */
async function child(digit: number) {
  const id = freshNumber();
  const match = { id_number: id };
  gateway.trail.length = 0;
  await put('mps-county', { match, fields: { id_number: id, name: '张三', sex: String(digit) } });
  const made = gateway.trail.find(({ eventName }) => eventName === 'GenerateDataKey') ?? expect.fail();
  const { encryptionContext } = made.requestParameters ?? {};
  const { subject } = encryptionContext as { subject: string };
  const phones = (n: number) => ({
    child_phone: `1380000${digit}00${n}`,
    guardian_phone: `1390000${digit}00${n}`,
  });
  await put('mca-county', { match, fields: phones(1) });
  const older = await load(subject);
  await put('mca-county', { match, fields: { child_phone: phones(2).child_phone } });
  return { subject, match, older, put: (fields: object) => put('mca-county', { match, fields }) };
}

async function load(subject: string): Promise<Stored> {
  const { dynamo, env } = gateway;
  const Key = { subject: { S: subject } };
  const { Item: keys } = await dynamo.send(new GetItemCommand({ TableName: env.keysTable, Key }));
  const { Items: sheets = [] } = await dynamo.send(
    new QueryCommand({
      TableName: env.sheetsTable,
      KeyConditionExpression: 'subject = :subject',
      ExpressionAttributeValues: { ':subject': { S: subject } },
    }),
  );
  return { keys: keys ?? expect.fail(), sheets };
}

async function store({ keys, sheets }: Stored): Promise<void> {
  const { dynamo, env } = gateway;
  await dynamo.send(new PutItemCommand({ TableName: env.keysTable, Item: keys }));
  for (const Item of sheets) await dynamo.send(new PutItemCommand({ TableName: env.sheetsTable, Item }));
}

const release = (match: object): Promise<Answer> =>
  gateway.call('mca-county', E1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: [{ match }],
    fields: [...FIELDS, 'guardian_relation'],
    context: { imminentDangerAttested: true },
  });

const sheetOf = ({ sheets }: Stored, owner: string) =>
  sheets.find(({ sheet }) => sheet?.S?.startsWith(`${owner}#`)) ?? expect.fail();
const members = (sheet: Item, name: 'fields' | 'manifests') => sheet[name]?.M ?? expect.fail();

/** Gives a changed sheet its own right digest and lets the head name it, as who writes both tables would. */
function rename(stored: Stored, owner: string): void {
  const sheet = sheetOf(stored, owner);
  const head = stored.keys[`head.${owner}`]?.S ?? expect.fail();
  const version = Number(head.split('.')[0]);
  const digest = sheetDigest({
    collection: 'children',
    subject: stored.keys.subject?.S ?? '',
    owner,
    version,
    fields: new Map(
      Object.entries(members(sheet, 'fields')).map(([name, one]) => [name, one.B ?? Buffer.alloc(0)]),
    ),
    manifests: new Map(
      Object.entries(members(sheet, 'manifests')).map(([name, one]) => [
        name,
        { keyId: one.M?.keyId?.S ?? '', mac: one.M?.mac?.B ?? Buffer.alloc(0) },
      ]),
    ),
  }).toString('base64url');
  sheet.sheet = { S: `${owner}#${digest}` };
  stored.keys[`head.${owner}`] = { S: `${version}.${digest}` };
}

const keyNames = ({ keys }: Stored, owner: string) =>
  Object.keys(keys).filter((name) => name.startsWith('key.') && keys[name]?.M?.owner?.S === owner);
const eachKey = (stored: Stored, change: (key: Item, name: string) => void) => {
  for (const name of keyNames(stored, 'MCA')) change(stored.keys[name]?.M ?? {}, name);
};

type Change = (mine: Stored, older: Stored, other: Stored) => void;

const SHEET_ALONE: [string, Change][] = [
  ['a flipped bit', (mine) => flip(members(sheetOf(mine, 'MCA'), 'fields').child_phone)],
  ['a dropped field', (mine) => void delete members(sheetOf(mine, 'MCA'), 'fields').child_phone],
  [
    'an added field',
    (mine) => {
      const fields = members(sheetOf(mine, 'MCA'), 'fields');
      fields.guardian_relation = fields.guardian_phone ?? expect.fail();
    },
  ],
  [
    'two fields swapped',
    (mine) => swap(members(sheetOf(mine, 'MCA'), 'fields'), 'child_phone', 'guardian_phone'),
  ],
  [
    'an older field',
    (mine, older) => {
      members(sheetOf(mine, 'MCA'), 'fields').child_phone =
        members(sheetOf(older, 'MCA'), 'fields').child_phone ?? expect.fail();
    },
  ],
  [
    'a field of another subject',
    (mine, _, other) => {
      members(sheetOf(mine, 'MCA'), 'fields').child_phone =
        members(sheetOf(other, 'MCA'), 'fields').child_phone ?? expect.fail();
    },
  ],
  [
    'a field of another owner',
    (mine) => {
      members(sheetOf(mine, 'MCA'), 'fields').child_phone =
        members(sheetOf(mine, 'MPS'), 'fields').sex ?? expect.fail();
    },
  ],
  [
    'a truncated tag',
    (mine) => {
      const fields = members(sheetOf(mine, 'MCA'), 'fields');
      fields.child_phone = { B: fields.child_phone?.B?.subarray(0, -4) ?? expect.fail() };
    },
  ],
  [
    'another suite id',
    (mine) => {
      const bytes = members(sheetOf(mine, 'MCA'), 'fields').child_phone?.B ?? expect.fail();
      bytes[1] = 2;
    },
  ],
  ['another manifest', (mine) => flip(members(sheetOf(mine, 'MCA'), 'manifests')['contact-phone']?.M?.mac)],
  ['no manifest', (mine) => void delete members(sheetOf(mine, 'MCA'), 'manifests')['contact-phone']],
];

const KEYS_ALONE: [string, Change][] = [
  [
    'an older head',
    (mine, older) => {
      mine.keys['head.MCA'] = older.keys['head.MCA'] ?? expect.fail();
    },
  ],
  [
    'a head of another version',
    (mine) => {
      mine.keys['head.MCA'] = { S: (mine.keys['head.MCA']?.S ?? '').replace(/^\d+/, '9') };
    },
  ],
  [
    'the log id of another subject',
    (mine, _, other) => {
      mine.keys.logId = other.keys.logId ?? expect.fail();
    },
  ],
  [
    'another collection',
    (mine) => {
      mine.keys.collection = { S: 'adults' };
    },
  ],
  [
    'later instants',
    (mine) =>
      eachKey(mine, (key) => {
        key.at = { S: '2099-01-01T00:00:00.000Z' };
      }),
  ],
  [
    'carried instants',
    (mine) =>
      eachKey(mine, (key) => {
        key.asOf = { M: { child_phone: { S: '2099-01-01T00:00:00.000Z' } } };
      }),
  ],
  [
    'other versions of the keys',
    (mine) =>
      eachKey(mine, (key) => {
        key.version = { N: '7' };
      }),
  ],
  [
    'another owner of the keys',
    (mine) =>
      eachKey(mine, (key) => {
        key.owner = { S: 'MPS' };
      }),
  ],
  [
    'another class of the keys',
    (mine) =>
      eachKey(mine, (key) => {
        key.class = { S: 'guardian-carer' };
      }),
  ],
  [
    'an unknown class of the keys',
    (mine) =>
      eachKey(mine, (key) => {
        key.class = { S: '__proto__' };
      }),
  ],
  ['a flipped bit of the wrapped keys', (mine) => eachKey(mine, (key) => flip(key.wrapped))],
  ['a flipped bit of the commitments', (mine) => eachKey(mine, (key) => flip(key.commitment))],
  [
    'a commitment cut short',
    (mine) =>
      eachKey(mine, (key) => {
        key.commitment = { B: key.commitment?.B?.subarray(0, 31) ?? expect.fail() };
      }),
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

function flip(value: AttributeValue | undefined): void {
  const bytes = value?.B ?? expect.fail();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
}

function swap(items: Item, a: string, b: string): void {
  const [one, two] = [items[a] ?? expect.fail(), items[b] ?? expect.fail()];
  items[a] = two;
  items[b] = one;
}

/** The one answer, with nothing of the record in it. */
async function broken(match: object): Promise<void> {
  const answer = await release(match);
  expect(answer.status).toBe(500);
  const { requestId, ...problem } = answer.json;
  expect(requestId).toBeTypeOf('string');
  expect(problem).toEqual({
    type: 'urn:fieldgate:problem:integrity-fault',
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
  const mine = await load(one.subject);
  change(mine, one.older, await load(two.subject));
  also?.(mine);
  await store(mine);
  await broken(one.match);
  await opens(two.match);
}

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
    const mine = await load(subject);
    const now = sheetOf(mine, 'MCA');
    await store({ ...mine, sheets: [{ ...sheetOf(older, 'MCA'), sheet: now.sheet ?? expect.fail() }] });
    await broken(match);
  });

  it('of the key item alone is caught', async () => {
    const { match, older } = await child(1);
    await store({ ...older, sheets: [] });
    await broken(match);
  });

  it('of sheet and key item together opens, and the log has a later write of the sheet', async () => {
    const { subject, match, older } = await child(1);
    await store(older);
    const { json } = await release(match);
    expect(json.results[0].fields.child_phone.value).toBe('13800001001');
    const { keys } = await load(subject);
    const audit = { actions: ['audit'] };
    const { json: page } = await gateway.call(
      'audit-office',
      audit,
      'GET',
      '/v1/log/entries?kind=intake&limit=20',
    );
    const [latest] = page.entries.filter(
      (entry: { subject: string; sheet: { owner: string } }) =>
        entry.subject === keys.logId?.S && entry.sheet.owner === 'MCA',
    );
    expect(latest.sheet.version).toBe(2);
    expect(keys['head.MCA']?.S).not.toBe(`${latest.sheet.version}.${latest.sheet.digest}`);
    expect(keys['head.MCA']?.S).toMatch(/^1\./);
  });
});
