import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { countRefusal, metered } from '../../functions/http/metrics.ts';
import { nameFaults, takeRetries } from '../../functions/http/problem.ts';
import { handle } from '../../functions/http/rest-event.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { Problem, type ProblemCode } from '../../shared/errors.ts';
import recorded from '../infra/rest-event.json' with { type: 'json' };

const app = createApp<SessionVariables>();
app.get('/v1/subjects/:ref', (c) => c.json({ secret: 'value' }));
app.get('/fails/:code', (c) => {
  throw new Problem(c.req.param('code') as ProblemCode);
});

/** As API Gateway makes it. */
const REQUEST = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const handler = metered('release', handle(app), (line) => lines.push(line));
  await handler(
    { ...recorded, requestContext: { requestId: REQUEST }, path, httpMethod: 'GET', body: null } as never,
    {} as never,
  );
  for (const line of lines) expect(line).not.toMatch(/secret|value|subjects|\/v1|fails/);
  return lines.map((line) => JSON.parse(line));
}

it('counts a request with its duration, and names every number as a metric', async () => {
  takeRetries();
  // Takes what earlier files of this process counted.
  await linesOf('/v1/subjects/abc');
  const [line] = await linesOf('/v1/subjects/abc');
  expect(line).toMatchObject({ function: 'release', status: 200, milliseconds: expect.any(Number) });
  // Requests and durations by function are Lambda's own metrics, for nothing.
  expect(line).not.toHaveProperty('_aws');
  countRefusal();
  const [refused] = await linesOf('/v1/subjects/abc');
  const [{ Namespace, Dimensions, Metrics }] = (refused as never as { _aws: { CloudWatchMetrics: [never] } })
    ._aws.CloudWatchMetrics as [{ Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }];
  expect([Namespace, Dimensions]).toEqual(['Fieldgate', [['environment']]]);
  expect(Metrics.map(({ Name }) => Name)).toEqual(['Refusals']);
});

it.each([
  ['PROHIBITED_PURPOSE', { Refusals: 1, Prohibited: 1 }],
  ['OUT_OF_AREA', { Refusals: 1 }],
  ['INTEGRITY_FAULT', { IntegrityFaults: 1 }],
  ['KMS_UNAVAILABLE', { KmsUnavailable: 1 }],
  ['HELD_BY_OWNER', { HeldByOwner: 1 }],
  ['LOG_UNAVAILABLE', { LogUnavailable: 1 }],
  ['TOKEN_INVALID', {}],
])('counts %s', async (code, counts) => {
  const [line] = await linesOf(`/fails/${code}`);
  const {
    milliseconds: __,
    _aws,
    environment,
    function: ___,
    status: ____,
    requestId,
    // Of the first line of an instance.
    cold,
    megabytes,
    code: told,
    ...rest
  } = line ?? {};
  expect([told, rest]).toEqual([code, counts]);
  // That of API Gateway's own line.
  expect([requestId, typeof cold, typeof megabytes]).toEqual([REQUEST, 'number', 'number']);
});

it('says of an instance how long it took to start, and in each hundredth line its memory', async () => {
  const lines: Record<string, unknown>[] = [];
  const handler = metered('release', handle(app), (line) => lines.push(JSON.parse(line)));
  const requestContext = { requestId: REQUEST };
  const event = { ...recorded, requestContext, path: '/v1/subjects/abc', httpMethod: 'GET', body: null };
  for (let nth = 0; nth <= 100; nth++) await handler(event as never, {});
  const requestId = REQUEST;
  expect(lines[0]).toMatchObject({ requestId, cold: expect.any(Number), megabytes: expect.any(Number) });
  expect(lines[100]).toMatchObject({ requestId, megabytes: expect.any(Number) });
  expect(lines[100]).not.toHaveProperty('cold');
  // The line of an ordinary request stays as short as it is: it is billed by the byte.
  expect(Object.keys(lines[1] ?? {})).toEqual(['function', 'status', 'milliseconds']);
});

it('counts people about whom an answer of 200 releases nothing, in that answer only', async () => {
  countRefusal();
  countRefusal();
  expect((await linesOf('/v1/subjects/abc'))[0]).toMatchObject({ status: 200, Refusals: 2 });
  expect((await linesOf('/v1/subjects/abc'))[0]).not.toHaveProperty('Refusals');
});

it('counts attempts that the SDK made again', async () => {
  takeRetries();
  let calls = 0;
  const client = new DynamoDBClient({
    region: 'none',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async () => {
        const type = ++calls < 3 ? 'ThrottlingException' : '';
        const body = Buffer.from(JSON.stringify(type ? { __type: type, message: 'slow' } : {}));
        return { response: { statusCode: type ? 400 : 200, headers: {}, body } };
      },
    } as never,
  });
  nameFaults(client, 'STORE_UNAVAILABLE');
  await client.send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'k' } } }));
  expect(takeRetries()).toEqual({ kms: 0, store: 2 });
  expect(takeRetries()).toEqual({ kms: 0, store: 0 });
});
