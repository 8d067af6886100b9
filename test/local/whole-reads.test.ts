/** Answers from the stored text, against dynalite's own. */
import db from 'dynalite/db/index.js';
import { expect, it } from 'vitest';
import { openItems } from '../../infra/local/aws/dynamo/items.ts';
import { keyTexts } from '../../infra/local/aws/dynamo/key-texts.ts';
import { type Answer, type Dynamo, dynamoOver } from '../../infra/local/aws/dynamo/operations.ts';

const TABLE = {
  TableName: 'a-table',
  TableStatus: 'ACTIVE',
  AttributeDefinitions: [
    { AttributeName: 'key', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'key', KeyType: 'HASH' },
    { AttributeName: 'n', KeyType: 'RANGE' },
  ],
} as const;

const keyOf = (key: string, n: number) => ({ key: { S: key }, n: { N: `${n}` } });
const item = (key: string, n: number, more: object) => ({ ...keyOf(key, n), ...more });

function call(dynamo: Dynamo, name: string, request: object): Promise<{ status: number; body: unknown }> {
  const { promise, resolve: answer, reject: fail } = Promise.withResolvers<Answer>();
  dynamo([{ target: `DynamoDB_20120810.${name}`, body: JSON.stringify(request), answer, fail }]);
  return promise.then(({ statusCode, body }) => ({
    status: statusCode,
    body: sorted(JSON.parse(Buffer.from(body).toString())),
  }));
}

/** In one order. DynamoDB promises none. */
function sorted(body: { Responses?: Record<string, object[]> }): unknown {
  for (const items of Object.values(body.Responses ?? {}))
    items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return body;
}

const get = (Key: object, more: object = {}) => ['GetItem', { TableName: 'a-table', Key, ...more }] as const;
const batch = (Keys: object[], more: object = {}) =>
  ['BatchGetItem', { RequestItems: { 'a-table': { Keys, ...more } } }] as const;
const query = (key: object, more: object = {}) =>
  [
    'Query',
    {
      ...{ TableName: 'a-table', KeyConditionExpression: '#key = :key' },
      ...{ ExpressionAttributeNames: { '#key': 'key' }, ExpressionAttributeValues: { ':key': key } },
      ...more,
    },
  ] as const;
const later = (n: number, more: object = {}) =>
  query(
    { S: 'a' },
    {
      KeyConditionExpression: '#key = :key AND #n > :n',
      ExpressionAttributeNames: { '#key': 'key', '#n': 'n' },
      ExpressionAttributeValues: { ':key': { S: 'a' }, ':n': { N: `${n}` } },
      ...more,
    },
  );
const MISSING = keyOf('none', 1);

it('find an item under the text of its key that dynalite makes', () => {
  const texts = keyTexts(TABLE);
  const numbers = [0, 1, 9, 10, 90, 100, 101, 120, 999_999_999_999_999, 100_000_000_000_000];
  const keys = ['a', '测试', '\ud83d\ude00', ' ', '~/'].flatMap((key) => numbers.map((n) => keyOf(key, n)));
  for (const key of keys) expect(texts.of(key)).toBe(db.createKey(key, TABLE));
  for (const n of ['-1', '1.5', '01', '1e3', '1000000000000000', ''])
    expect(texts.of({ ...keyOf('a', 1), n: { N: n } })).toBeNull();
});

it('equal those of dynalite, refusals included', async () => {
  const items = openItems(null);
  const whole = dynamoOver(items, [TABLE as never]);
  // A request with a member more is left to dynalite.
  const own = (name: string, request: object) =>
    call(whole, name, { ...request, ReturnConsumedCapacity: 'NONE' });
  const big = Array.from({ length: 4 }, (_, n) => keyOf('big', n));
  for (const Item of [
    item('a', 1, {
      name: { S: '测试"\\儿童\u2028' },
      raw: { B: 'AAEC' },
      on: { BOOL: true },
      no: { NULL: true },
    }),
    item('a', 2, { list: { L: [{ S: '1' }, { M: { m: { N: '-1.5' } } }] }, set: { SS: ['x', 'y'] } }),
    ...big.map((key) => ({ ...key, text: { S: 'x'.repeat(390_000) } })),
  ])
    expect((await call(whole, 'PutItem', { TableName: 'a-table', Item })).status).toBe(200);
  const cases = [
    get(keyOf('a', 1)),
    get(keyOf('a', 1), { ConsistentRead: true }),
    get(MISSING),
    get({ key: { S: 'a' } }),
    get({ key: { N: '1' }, n: { N: '1' } }),
    get({ ...keyOf('a', 1), key: { S: '' } }),
    get(keyOf('a', 1), { TableName: 'no-table' }),
    get(keyOf('a', 1), { ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } }),
    batch([keyOf('a', 1), keyOf('a', 2), MISSING], { ConsistentRead: true }),
    batch([MISSING]),
    batch([keyOf('a', 1), { key: { S: 'a' } }]),
    batch([keyOf('a', 1), keyOf('a', 1)]),
    batch([keyOf('a', 1)], { ProjectionExpression: '#n', ExpressionAttributeNames: { '#n': 'name' } }),
    ['BatchGetItem', { RequestItems: { 'no-table': { Keys: [MISSING] } } }] as const,
    ['BatchGetItem', { RequestItems: {} }] as const,
    batch([]),
    batch(Array.from({ length: 101 }, (_, n) => keyOf('many', n))),
    batch([keyOf('a', 1)], { ConsistentRead: 'yes' }),
    get({ ...keyOf('a', 1), more: { S: 'b' } }),
    get({ key: { S: 'a', N: '1' }, n: { N: '1' } }),
    get({ key: { S: 'x'.repeat(3000) }, n: { N: '1' } }),
    get({ key: { S: 'a' }, n: { N: 'one' } }),
    query({ S: 'a' }),
    query({ S: 'a' }, { ConsistentRead: true, ScanIndexForward: true }),
    query({ S: 'a' }, { ScanIndexForward: false }),
    query({ S: 'a' }, { Limit: 1 }),
    query({ S: 'a' }, { Limit: 2 }),
    query({ S: 'a' }, { Limit: 3 }),
    query({ S: 'a' }, { Limit: 0 }),
    ...[0, 1, 2, -1].map((n) => later(n)),
    later(0, { Limit: 1 }),
    later(1, { Limit: 2 }),
    later(0, { KeyConditionExpression: '#key = :key AND #key > :n' }),
    later(0, { KeyConditionExpression: '#n = :n AND #key > :key' }),
    query({ S: 'none' }),
    query({ S: 'a' }, { TableName: 'no-table' }),
    query({ N: '1' }),
    query({ S: 'a' }, { ExpressionAttributeNames: { '#key': 'n' } }),
    query({ S: 'a' }, { ExpressionAttributeNames: { '#key': 'key', '#more': 'n' } }),
    query({ S: 'a' }, { ExpressionAttributeValues: { ':key': { S: 'a' }, ':more': { S: 'b' } } }),
    query({ S: 'a' }, { KeyConditionExpression: '#key > :key' }),
    query({ S: 'a' }, { KeyConditionExpression: '#key = :key AND n = :key' }),
  ];
  for (const [name, request] of cases)
    expect(await call(whole, name, request), JSON.stringify(request)).toEqual(await own(name, request));
  // Over a megabyte the answer is cut, and says what is left.
  const [name, request] = batch(big);
  const { body } = await call(whole, name, request);
  const { Responses, UnprocessedKeys } = body as Record<string, Record<string, { length: number; Keys: [] }>>;
  expect([Responses?.['a-table']?.length, UnprocessedKeys?.['a-table']?.Keys.length]).toEqual([3, 1]);
  const page = await call(whole, ...query({ S: 'big' }));
  expect(page.body).toMatchObject({ Count: 3, LastEvaluatedKey: keyOf('big', 2) });
  items.close();
});
