import { DynamoDBClient, DynamoDBServiceException, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetPublicKeyCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms';
import * as v from 'valibot';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { BODY_LIMIT, readBody, readQuery } from '../../functions/http/body.ts';
import { nameFaults } from '../../functions/http/problem.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { ReleaseRequest } from '../../shared/contract/routes/asks.ts';
import { Problem } from '../../shared/errors.ts';

const PLANTED = 'PLANTED-VALUE';
const boom = (error: unknown) => () => {
  throw error;
};

const app = createApp<SessionVariables>();
app.post('/v1/releases', async (c) => c.json(await readBody(c, ReleaseRequest)));
app.get('/v1/query', (c) => c.json(readQuery(c, v.strictObject({ from: v.optional(v.string()) }))));
app.get('/v1/log/entries/:id', (c) => c.text('entry'));
app.delete('/v1/log/entries/:id', (c) => c.text('gone'));
app.get('/v1/cached', (c) => c.text('x', 200, { 'cache-control': 'public' }));
app.get('/boom/error', boom(new TypeError(PLANTED)));
app.get('/boom/text', (c) => c.json(boom(PLANTED)()));
/** The answer of the service behind a client. */
const failing = (error: Error) => ({
  region: 'none',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  maxAttempts: 1,
  requestHandler: { handle: () => Promise.reject(error) },
});
const FAULT = { name: 'X', message: PLANTED, $fault: 'server', $metadata: {} } as const;
const kms = new KMSClient(failing(new KMSServiceException(FAULT)));
const dynamo = new DynamoDBClient(failing(new DynamoDBServiceException(FAULT)));
const unplugged = new DynamoDBClient(failing(Object.assign(new Error(PLANTED), { code: 'ECONNRESET' })));
nameFaults(kms, 'KMS_UNAVAILABLE');
nameFaults(dynamo, 'STORE_UNAVAILABLE');
nameFaults(unplugged, 'STORE_UNAVAILABLE');
app.get('/boom/kms', async (c) => c.json(await kms.send(new GetPublicKeyCommand({ KeyId: 'k' }))));
const LOOK = { TableName: 't', Key: { k: { S: 'v' } } };
app.get('/boom/dynamo', async (c) => c.json(await dynamo.send(new GetItemCommand(LOOK))));
app.get('/boom/unplugged', async (c) => c.json(await unplugged.send(new GetItemCommand(LOOK))));
app.get(
  '/boom/problem',
  boom(
    new Problem('PROHIBITED_PURPOSE', {
      rule: 'A15.1',
      reason: { en: 'Why', zh: '理由' },
      detail: { en: 'no' },
    }),
  ),
);
app.get('/boom/log', boom(new Problem('LOG_UNAVAILABLE')));

async function ask(path: string, init: RequestInit = {}) {
  const response = await app.request(path, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}
type Body = NonNullable<RequestInit['body']>;

const post = (body: Body, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  ask('/v1/releases', { method: 'POST', headers, body });

const GOOD = { collection: 'children', subjects: [{ ref: 'abc' }] };

describe('problem details', () => {
  it('follow RFC 9457 and carry code, requestId, rule and reason', async () => {
    const { status, headers, json } = await ask('/boom/problem');
    expect(status).toBe(403);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(json).toEqual({
      type: '/docs/problems/prohibited-purpose',
      title: 'This use is prohibited',
      status: 403,
      detail: 'no',
      code: 'PROHIBITED_PURPOSE',
      requestId: headers.get('x-request-id'),
      rule: 'A15.1',
      reason: 'Why',
    });
  });

  it.each([
    ['zh-CN, en;q=0.5', '理由'],
    ['de, zh;q=0.3, en;q=0.8', 'Why'],
    ['en;q=0, zh', '理由'],
    ['fr', 'Why'],
  ])('take the texts of the pack in the language that is wanted: %s', async (wanted, reason) => {
    const { json } = await ask('/boom/problem', { headers: { 'accept-language': wanted } });
    expect(json.reason).toBe(reason);
  });

  it.each([
    ['/boom/error', 500, 'INTERNAL'],
    ['/boom/kms', 503, 'KMS_UNAVAILABLE'],
    ['/boom/dynamo', 503, 'STORE_UNAVAILABLE'],
    ['/boom/unplugged', 503, 'STORE_UNAVAILABLE'],
    ['/boom/log', 503, 'LOG_UNAVAILABLE'],
  ])('%s answers %i %s, and neither answer nor log holds the message', async (path, status, code) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const answer = await ask(path);
    expect(answer).toMatchObject({ status, json: { code } });
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    expect(answer.text).not.toContain(PLANTED);
    expect(log).toHaveBeenCalledOnce();
    expect(JSON.stringify(log.mock.calls)).not.toContain(PLANTED);
    expect(JSON.stringify(log.mock.calls)).toContain(answer.json.requestId);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
});

describe('routing', () => {
  it('answers 404 for an unknown path', async () => {
    for (const path of [
      '/',
      '/v1',
      '/v1/releases/',
      '/v1/log/entries',
      '/v1/log/entries/a/b',
      '/V1/releases',
    ]) {
      expect(await ask(path)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
    }
  });

  it('answers 405 with Allow for a method that the path does not support', async () => {
    const answer = await ask('/v1/releases');
    expect(answer).toMatchObject({ status: 405, json: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')).toBe('OPTIONS, POST');
    const entry = await ask('/v1/log/entries/x', { method: 'PATCH' });
    expect(entry.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS');
  });

  it('answers OPTIONS with Allow and no body, HEAD with no body', async () => {
    const options = await ask('/v1/log/entries/x', { method: 'OPTIONS' });
    expect(options).toMatchObject({ status: 204, text: '' });
    expect(options.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS');
    expect(await ask('/v1/log/entries/x', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await ask('/nowhere', { method: 'OPTIONS' })).toMatchObject({ status: 404 });
  });

  it('sets no-store unless the route sets another policy, and never takes a request id from the caller', async () => {
    const entry = await ask('/v1/log/entries/x', { headers: { 'x-request-id': PLANTED } });
    expect(entry.headers.get('cache-control')).toBe('no-store');
    expect(entry.headers.get('x-content-type-options')).toBe('nosniff');
    expect(entry.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(entry.headers.get('x-request-id')).not.toBe(PLANTED);
    expect((await ask('/v1/cached')).headers.get('cache-control')).toBe('public');
  });
});

describe('a body', () => {
  it('is read as JSON in UTF-8, with or without a charset', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
    ]) {
      expect(await post(JSON.stringify(GOOD), { 'content-type': type })).toMatchObject({ status: 200 });
    }
  });

  it.each<[string, Record<string, string>]>([
    ['no type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON by another name', { 'content-type': 'application/jsonp' }],
    ['another charset', { 'content-type': 'application/json; charset=gb18030' }],
    ['compression', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('with %s is 415', async (_, headers) => {
    const answer = await post(new TextEncoder().encode(JSON.stringify(GOOD)), headers);
    expect(answer).toMatchObject({ status: 415, json: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
  });

  it.each<[string, Body]>([
    ['nothing', ''],
    ['a half object', '{"collection":"children"'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"a":NaN}'],
    ['a number beyond a double', '{"a":1e999}'],
    ['a byte order mark twice', '\ufeff\ufeff{}'],
    ['a member twice', '{"collection":"children","collection":"children","subjects":[{"ref":"abc"}]}'],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a member twice, deep within', '{"a":[{"b":{"c":1,"c":1}}]}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['a lone surrogate as a name', '{"\\udc00":1}'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['levels without end', '['.repeat(100_000)],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
  ])('of %s is INVALID_JSON', async (_, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_JSON' } });
  });

  it('over 4 MB is 413 and names the limit, whether the size is declared or counted', async () => {
    const answers = [
      await post(' '.repeat(BODY_LIMIT + 1)),
      await post('{}', { 'content-type': 'application/json', 'content-length': String(BODY_LIMIT + 1) }),
      await ask('/v1/releases', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new ReadableStream({
          pull(controller) {
            controller.enqueue(new Uint8Array(1024 * 1024));
          },
        }),
        duplex: 'half',
      } as RequestInit),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 413, json: { code: 'TOO_LARGE' } });
      expect(answer.json.detail).toContain(String(BODY_LIMIT));
    }
  });

  it('with more items than the limit is 413 and names the limit', async () => {
    const subjects = Array.from({ length: 101 }, () => ({ ref: 'abc' }));
    const answer = await post(JSON.stringify({ ...GOOD, subjects }));
    expect(answer).toMatchObject({ status: 413, json: { code: 'TOO_LARGE', detail: 'at most 100 items' } });
  });

  it.each<[string, unknown, { path: string; message: string }]>([
    ['no object', 1, { path: '', message: 'expected Object' }],
    ['a missing member', { collection: 'children' }, { path: '/subjects', message: 'required' }],
    ['an unknown member', { ...GOOD, [PLANTED]: 1 }, { path: '', message: 'unknown member' }],
    ['a wrong type', { ...GOOD, collection: 1 }, { path: '/collection', message: 'expected string' }],
    ['no subjects', { ...GOOD, subjects: [] }, { path: '/subjects', message: 'length must be >=1' }],
    [
      'a subject without a name',
      { ...GOOD, subjects: [{}] },
      { path: '/subjects/0', message: 'name the subject by either ref or match' },
    ],
    [
      'a subject named twice',
      { ...GOOD, subjects: [{ ref: 'a', match: { id_number: 'x' } }] },
      { path: '/subjects/0', message: 'name the subject by either ref or match' },
    ],
    [
      'a bad reference',
      { ...GOOD, subjects: [{ ref: `${PLANTED}!` }] },
      { path: '/subjects/0/ref', message: 'expected a reference' },
    ],
    [
      'a match that is no text',
      { ...GOOD, subjects: [{ match: { [PLANTED]: 5 } }] },
      { path: '/subjects/0/match/*', message: 'expected string' },
    ],
    [
      'a match that is a list',
      { ...GOOD, subjects: [{ match: [PLANTED] }] },
      { path: '/subjects/0/match', message: 'expected object' },
    ],
    [
      'an empty match',
      { ...GOOD, subjects: [{ match: {} }] },
      { path: '/subjects/0/match', message: 'expected at least 1 member' },
    ],
    [
      'control characters',
      { ...GOOD, context: { reason: `${PLANTED}\n` } },
      { path: '/context/reason', message: 'control characters are not allowed' },
    ],
    [
      'a long text',
      { ...GOOD, context: { case: PLANTED.repeat(20) } },
      { path: '/context/case', message: 'length must be <=128' },
    ],
  ])('with %s names the place, never the value', async (_, body, error) => {
    const answer = await post(JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    expect(answer.json.errors).toContainEqual(error);
    expect(answer.text).not.toContain(PLANTED);
  });

  it('keeps members that look like prototype keys, as own members', async () => {
    const body = '{"collection":"children","subjects":[{"match":{"__proto__":"a","constructor":"b"}}]}';
    const answer = await post(body);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(body);
  });
});

it('a query is checked like a body', async () => {
  expect(await ask('/v1/query?from=x')).toMatchObject({ status: 200, json: { from: 'x' } });
  for (const query of ['from=a&from=b', `other=${PLANTED}`, `${PLANTED}=1`, '__proto__=1']) {
    const answer = await ask(`/v1/query?${query}`);
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
    expect(answer.text).not.toContain(PLANTED);
  }
});
