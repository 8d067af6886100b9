import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Fault, injectFaults } from '../../infra/local/aws/faults.ts';
import { startGateway } from '../../infra/local/gateway.ts';

const gateway = await startGateway({ folder: null, port: 0, faults: true });
const closed = await startGateway({ folder: null, port: 0, faults: false });
const { kms, dynamo, env } = gateway;
injectFaults(kms, gateway.faults);
injectFaults(dynamo, gateway.faults, env.logTable);
afterAll(async () => {
  await gateway.close();
  await closed.close();
});
beforeEach(() => gateway.faults.clear());

const describeKey = () => kms.send(new DescribeKeyCommand({ KeyId: env.tokenKey }));
const putLog = (seq: number) =>
  dynamo.send(
    new PutItemCommand({ TableName: env.logTable, Item: { writer: { S: 'w' }, seq: { N: `${seq}` } } }),
  );
const readLog = async (seq: number) => {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: env.logTable, Key: { writer: { S: 'w' }, seq: { N: `${seq}` } } }),
  );
  return Item !== undefined;
};
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => 'answered',
    (error: Error) => error.name,
  );
const ask = (method: string, body?: unknown, url = gateway.url) =>
  fetch(`${url}/_local/faults`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test.each<[Fault['kind'], string]>([
  ['throttle', 'ThrottlingException'],
  ['error', 'KMSInternalException'],
  ['timeout', 'TimeoutError'],
  ['lost-answer', 'TimeoutError'],
])('kms, %s: %s, and then it answers again', async (kind, name) => {
  await ask('POST', { service: 'kms', kind, times: 3 });
  expect(await outcome(describeKey())).toBe(name);
  expect(await outcome(describeKey())).toBe('answered');
});

test.each<[Fault['kind'], string, boolean]>([
  ['throttle', 'ProvisionedThroughputExceededException', false],
  ['error', 'InternalServerError', false],
  ['timeout', 'TimeoutError', false],
  ['lost-answer', 'TimeoutError', true],
])('log, %s: %s, and the item is there: %s', async (kind, name, stored) => {
  const seq = [...kind].length * 100 + name.length;
  await ask('POST', { service: 'log', kind, times: 100 });
  expect(await outcome(putLog(seq))).toBe(name);
  await ask('DELETE');
  expect(await readLog(seq)).toBe(stored);
});

test('one fault strikes one attempt, which the SDK outlives by trying again', async () => {
  await ask('POST', { service: 'kms', kind: 'error', times: 1 });
  expect(await outcome(describeKey())).toBe('answered');
  expect(gateway.faults.list()).toEqual([]);
});

test('a fault strikes only its service and operation', async () => {
  await ask('POST', { service: 'store', kind: 'error', times: 100 });
  await ask('POST', { service: 'kms', kind: 'error', times: 100, operation: 'Decrypt' });
  await ask('POST', { service: 'log', kind: 'error', times: 100, operation: 'PutItem' });
  expect(await outcome(describeKey())).toBe('answered');
  expect(await outcome(readLog(1))).toBe('answered');
  expect(await outcome(putLog(1))).toBe('InternalServerError');
});

test.each([
  { service: 'sqs', kind: 'error', times: 1 },
  { service: 'kms', kind: 'maybe', times: 1 },
  { service: 'kms', kind: 'error', times: 0 },
  { service: 'kms', kind: 'error', times: 1, more: true },
])('what is no fault is refused: %j', async (body) => {
  expect((await ask('POST', body)).status).toBe(400);
  expect(gateway.faults.list()).toEqual([]);
});

test('without --faults there is no such route', async () => {
  const fault = { service: 'kms', kind: 'error', times: 1 };
  expect((await ask('POST', fault, closed.url)).status).toBe(404);
  expect((await ask('DELETE', undefined, closed.url)).status).toBe(404);
  expect((await ask('POST', fault)).status).toBe(201);
});

test('what takes the place of `take` sees each call, with no fault set', async () => {
  const { take } = gateway.faults;
  const seen: string[] = [];
  gateway.faults.take = (service, operation) => {
    seen.push(`${service} ${operation}`);
    return undefined;
  };
  await describeKey();
  await readLog(1);
  gateway.faults.take = take;
  await describeKey();
  expect(seen).toEqual(['kms DescribeKey', 'log GetItem']);
});
