/** REST events as API Gateway makes them: paths as the caller encoded them, query values decoded, headers as lists. */
import { describe, expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { handle, type RestEvent } from '../../functions/http/rest-event.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import recorded from '../infra/rest-event.json' with { type: 'json' };

const app = createApp<SessionVariables>();
app.get('/tile/*', (c) => c.json(seen(c.req.raw, c.req.path)));
app.all('/seen/:id', async (c) =>
  c.json({
    ...seen(c.req.raw, c.req.path),
    id: c.req.param('id'),
    body: Buffer.from(await c.req.arrayBuffer()).toString('hex'),
  }),
);
app.get('/bytes', (c) =>
  c.body(new Uint8Array([0, 0xff, 0x80]), 200, { 'content-type': 'application/octet-stream' }),
);
app.get('/jose', (c) => c.body('a.b.c', 200, { 'content-type': 'application/jose' }));
app.get('/lines', (c) => c.body('{"a":"甲"}\n', 200, { 'content-type': 'application/x-ndjson' }));
app.get('/text', (c) => c.text('甲'));
app.get('/cookies', (c) => {
  c.header('set-cookie', 'a=1', { append: true });
  c.header('set-cookie', 'b=2', { append: true });
  return c.json({});
});
app.delete('/empty', (c) => c.body(null, 204));

const send = handle(app);

function seen(request: Request, path: string) {
  return {
    method: request.method,
    path,
    query: [...new URL(request.url).searchParams],
    headers: Object.fromEntries(request.headers),
  };
}

function event(changes: Partial<RestEvent>): RestEvent {
  const { requestContext } = recorded;
  return {
    ...{ httpMethod: 'GET', path: '/seen/x', headers: null, multiValueHeaders: null },
    ...{ queryStringParameters: null, multiValueQueryStringParameters: null },
    ...{
      body: null,
      isBase64Encoded: false,
      requestContext: { ...requestContext, requestId: 'request-1234' },
    },
    ...changes,
  };
}

async function see(changes: Partial<RestEvent>) {
  const answer = await send(event(changes));
  expect([answer.statusCode, answer.isBase64Encoded]).toEqual([200, false]);
  return JSON.parse(answer.body);
}

describe('a path', () => {
  it.each([
    ['/seen/a-_.~b', 'a-_.~b'],
    ['/seen/a%20b', 'a b'],
    ['/seen/a%2Fb', 'a/b'],
    ['/seen/%E7%94%B2', '甲'],
    ['/seen/a%252Fb', 'a%2Fb'],
    ['/seen/100%', '100%'],
    // API Gateway leaves these encoded; were one decoded, it would still not begin a query or a fragment.
    ['/seen/a?b=c', 'a?b=c'],
    ['/seen/a#b', 'a#b'],
  ])('%s is decoded once, by the router', async (path, id) => {
    expect(await see({ path })).toMatchObject({ id, query: [] });
  });

  it('may contain slashes if the route allows them', async () => {
    expect(await see({ path: '/tile/entries/x001/234.p/5' })).toMatchObject({
      path: '/tile/entries/x001/234.p/5',
    });
  });

  it('with dots is resolved as a client would resolve it', async () => {
    const answer = await send(event({ path: '/tile/../seen/x' }));
    expect(JSON.parse(answer.body)).toMatchObject({ path: '/seen/x' });
  });
});

describe('a query', () => {
  it('keeps every character of its values, which come decoded, and values of one name in their order', async () => {
    const values = ['a&b=c', '1+1', '100%', '%41', '甲 乙', '', '#?/'];
    expect((await see({ multiValueQueryStringParameters: { q: values, 'x[]': ['1'] } })).query).toEqual([
      ...values.map((value) => ['q', value]),
      ['x[]', '1'],
    ]);
  });

  it('comes from the single values if there are no lists, and is absent if there are no values', async () => {
    expect((await see({ queryStringParameters: { from: '2026-03-01T00:00:00+08:00' } })).query).toEqual([
      ['from', '2026-03-01T00:00:00+08:00'],
    ]);
    expect((await see({ multiValueQueryStringParameters: {} })).query).toEqual([]);
  });
});

describe('headers', () => {
  it('are read in any case, several of one name together', async () => {
    const { headers } = await see({
      headers: { DPoP: 'b', Accept: 'x' },
      multiValueHeaders: { DPoP: ['a', 'b'], Accept: ['x'], COOKIE: ['s=1', 't=2'] },
    });
    expect(headers).toMatchObject({ dpop: 'a, b', accept: 'x', cookie: 's=1; t=2' });
  });

  it('with two spellings are one header', async () => {
    const { headers } = await see({
      multiValueHeaders: { Authorization: ['DPoP a'], authorization: ['DPoP b'] },
    });
    expect(headers.authorization).toBe('DPoP a, DPoP b');
  });

  it('with single values are used, and other characters are encoded in ASCII', async () => {
    const { headers } = await see({ headers: { 'X-Name': '甲' } });
    expect(headers['x-name']).toBe(encodeURIComponent('甲'));
  });
});

describe('a body', () => {
  it.each([
    ['text', '{"a":"甲"}', false, Buffer.from('{"a":"甲"}')],
    ['base64', Buffer.from([0, 0xff, 0x22]).toString('base64'), true, Buffer.from([0, 0xff, 0x22])],
    ['nothing', '', false, Buffer.alloc(0)],
  ])('of %s arrives byte for byte', async (_, body, isBase64Encoded, bytes) => {
    const got = await see({ httpMethod: 'POST', body, isBase64Encoded });
    expect(got.body).toBe(bytes.toString('hex'));
  });

  it('of a GET is dropped, of a DELETE is not', async () => {
    expect((await see({ body: 'x' })).body).toBe('');
    expect((await see({ httpMethod: 'DELETE', body: 'x' })).body).toBe('78');
  });
});

describe('an answer', () => {
  it.each([
    ['/bytes', Buffer.from([0, 0xff, 0x80])],
    ['/jose', Buffer.from('a.b.c')],
    ['/lines', Buffer.from('{"a":"甲"}\n')],
  ])('of %s leaves in base64', async (path, bytes) => {
    const answer = await send(event({ path }));
    expect([answer.isBase64Encoded, answer.body]).toEqual([true, bytes.toString('base64')]);
  });

  it('of text is not encoded, and every Set-Cookie is a header of its own', async () => {
    expect(await send(event({ path: '/text' }))).toMatchObject({ isBase64Encoded: false, body: '甲' });
    expect((await send(event({ path: '/cookies' }))).multiValueHeaders['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  it('to HEAD has the headers of GET and no body', async () => {
    const head = await send(event({ httpMethod: 'HEAD', path: '/bytes' }));
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.multiValueHeaders['content-type']).toEqual(['application/octet-stream']);
  });

  it('to OPTIONS says what is allowed; one without content is empty', async () => {
    const options = await send(event({ httpMethod: 'OPTIONS', path: '/bytes' }));
    expect([options.statusCode, options.multiValueHeaders['allow']]).toEqual([204, ['GET, HEAD, OPTIONS']]);
    expect(await send(event({ httpMethod: 'DELETE', path: '/empty' }))).toMatchObject({
      statusCode: 204,
      body: '',
    });
  });
});

it.each<[string, Partial<RestEvent>]>([
  ['a method that no web request has', { httpMethod: 'TRACE' }],
  ['a header with a line break', { multiValueHeaders: { 'x-a': ['a\nb: c'] } }],
  ['a name that no header has', { multiValueHeaders: { 'x a': ['b'] } }],
  ['half a character in a query', { queryStringParameters: { q: '\ud800' } }],
  ['half a character in a header', { headers: { q: '\udc00' } }],
])('%s is a problem like any other, and says nothing of it', async (_, changes) => {
  const answer = await send(event(changes));
  expect(answer).toMatchObject({
    statusCode: 400,
    multiValueHeaders: {
      'content-type': ['application/problem+json'],
      'cache-control': ['no-store'],
      'x-request-id': ['request-1234'],
    },
  });
  expect(JSON.parse(answer.body)).toEqual({
    ...{ type: '/docs/problems/invalid-request', title: 'The request does not match the schema' },
    ...{ status: 400, code: 'INVALID_REQUEST', requestId: 'request-1234' },
  });
});
