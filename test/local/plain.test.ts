/** Requests that dynalite need not check are those that it would take as they are. */
import { createRequire } from 'node:module';
import { checkTypes } from 'dynalite/validations/index.js';
import { expect, it } from 'vitest';
import { isPlain } from '../../infra/local/aws/dynamo/plain.ts';

const require = createRequire(import.meta.url);
const typesOf = (operation: string): object => require(`dynalite/validations/${operation}.js`).types;

const item = (value: unknown) => ({ TableName: 't', Item: { key: value } });

it.each([
  ['putItem', item({ S: 'a' })],
  ['putItem', item({ N: '1' })],
  ['putItem', item({ B: 'AAEC' })],
  ['putItem', item({ B: '' })],
  ['putItem', item({ BS: ['AA==', 'AAE='] })],
  ['putItem', item({ M: { a: { L: [{ BOOL: false }, { NULL: true }] } } })],
  [
    'query',
    { TableName: 't', Limit: 5, ConsistentRead: true, ExpressionAttributeValues: { ':a': { S: '' } } },
  ],
  ['batchGetItem', { RequestItems: { t: { Keys: [{ key: { S: 'a' } }], ConsistentRead: true } } }],
  ['batchWriteItem', { RequestItems: { t: [{ PutRequest: { Item: { key: { SS: ['a'] } } } }] } }],
  ['updateItem', { TableName: 't', Key: { key: { S: 'a' } }, UpdateExpression: 'SET a = :a' }],
])('%s is taken as it is: %j', (operation, request) => {
  const copy = structuredClone(request);
  expect(isPlain(request, typesOf(operation))).toBe(true);
  expect(checkTypes(copy, typesOf(operation))).toEqual(request);
});

it.each([
  ['putItem', { ...item({ S: 'a' }), Unknown: 1 }],
  ['putItem', item({ S: 1 })],
  ['putItem', item({ N: 1 })],
  ['putItem', item({ S: null })],
  ['putItem', item({ B: 'AA' })],
  ['putItem', item({ B: 'AB==' })],
  ['putItem', item({ B: 'A-_=' })],
  ['putItem', item({ X: 'a' })],
  ['putItem', item(['S'])],
  ['putItem', item({ SS: 'a' })],
  ['putItem', item({ M: [] })],
  ['putItem', { TableName: 1, Item: {} }],
  ['putItem', JSON.parse('{"TableName":"t","Item":{"__proto__":{"S":"a"}}}')],
  ['query', { TableName: 't', Limit: '5' }],
  ['query', { TableName: 't', Limit: 1.5 }],
  ['query', { TableName: 't', ConsistentRead: 'true' }],
  ['putItem', []],
  ['putItem', null],
])('%s is left to dynalite: %j', (operation, request) => {
  expect(isPlain(request, typesOf(operation))).toBe(false);
});
