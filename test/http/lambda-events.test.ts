/** The same apps behind API Gateway: recorded events of both payload versions, changed only where they must. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handle as handleV2 } from 'hono/aws-lambda';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { readBody } from '../../functions/http/body.ts';
import { handle as handleV1 } from '../../functions/http/rest-event.ts';
import { authenticate } from '../../functions/session/authenticate.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { makeProof, openParts, type Parts, tokenForm } from '../support/identity.ts';

const EVENTS = join(process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors', 'lambda-events');
const present = existsSync(EVENTS);
if (!present) console.warn(`skipped: no recorded events in ${EVENTS}`);

// biome-ignore lint/suspicious/noExplicitAny: events as recorded
type Event = any;
interface Result {
  statusCode: number;
  body: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
}
interface Call {
  method: string;
  path: string;
  /** Name and value; a name may come twice. */
  headers: [string, string][];
  body?: string;
  base64?: boolean;
}

const RECORDED: [string, 1 | 2][] = [
  ['aws-lambda-go/apigw-request.json', 1],
  ['aws-lambda-go/apigw-restapi-openapi-request.json', 1],
  ['powertools-python/apiGatewayProxyEvent.json', 1],
  ['aws-lambda-go/apigw-v2-request-no-authorizer.json', 2],
  ['powertools-python/apiGatewayProxyV2Event.json', 2],
];

function eventOf(file: string, version: 1 | 2, call: Call): Event {
  const event: Event = JSON.parse(readFileSync(join(EVENTS, file), 'utf8'));
  event.body = call.body === undefined ? null : encodeBody(call);
  event.isBase64Encoded = call.base64 === true;
  return version === 1 ? intoV1(event, call) : intoV2(event, call);
}

const encodeBody = ({ body = '', base64 }: Call) => (base64 ? Buffer.from(body).toString('base64') : body);

/** REST v1: `headers` shows the last of several, `multiValueHeaders` all; names keep the client's case. */
function intoV1(event: Event, { method, path, headers }: Call): Event {
  Object.assign(event, { httpMethod: method, path, queryStringParameters: null });
  event.multiValueQueryStringParameters = null;
  Object.assign(event.requestContext, { path: `/stage${path}`, httpMethod: method });
  for (const name of Object.keys(event.headers)) {
    if (/^content-type$/i.test(name)) {
      delete event.headers[name];
      delete event.multiValueHeaders[name];
    }
  }
  for (const [name, value] of headers) {
    event.headers[name] = value;
    event.multiValueHeaders[name] = [...(event.multiValueHeaders[name] ?? []), value];
  }
  return event;
}

/** HTTP v2: names in lower case, several values joined by a comma. */
function intoV2(event: Event, { method, path, headers }: Call): Event {
  Object.assign(event, {
    rawPath: path,
    rawQueryString: '',
    queryStringParameters: undefined,
    cookies: undefined,
  });
  Object.assign(event.requestContext.http, { method, path });
  delete event.headers['content-type'];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    event.headers[lower] = event.headers[lower] === undefined ? value : `${event.headers[lower]},${value}`;
  }
  return event;
}

let parts: Parts;
let token: (event: Event) => Promise<Result>;
let resource: (event: Event) => Promise<Result>;

beforeAll(async () => {
  parts = await openParts();
  const app = createApp<SessionVariables>();
  app.post('/v1/releases', authenticate(parts.deps, 'release.make', { readsOnly: true }), async (c) =>
    c.json(await readBody(c, v.strictObject({ name: v.string() }))),
  );
  token = byVersion(tokenApp(parts.deps, { knows: () => true }));
  resource = byVersion(app as never);
});
afterAll(() => parts.close());

/** The stack's events are of the first version; for the second, which it does not use, Hono's own adapter. */
function byVersion(app: ReturnType<typeof tokenApp>): typeof token {
  const [v1, v2] = [handleV1(app), handleV2(app)];
  return (event) => ('httpMethod' in event ? v1(event) : v2(event)) as Promise<Result>;
}

const header = (result: Result, name: string) =>
  result.multiValueHeaders?.[name]?.[0] ?? result.headers?.[name];

describe.skipIf(!present).each(RECORDED)('%s', (file, version) => {
  const send = (to: typeof token, call: Call) => to(eventOf(file, version, call));

  function tokenCall(changes: Partial<Call> = {}): Call {
    return {
      method: 'POST',
      path: '/oauth/token',
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['DPoP', makeProof(parts, { method: 'POST', path: '/oauth/token' })],
      ],
      body: tokenForm(parts).toString(),
      ...changes,
    };
  }

  async function releaseCall(more: [string, string][] = []): Promise<Call> {
    const accessToken = JSON.parse((await send(token, tokenCall())).body).access_token as string;
    return {
      method: 'POST',
      path: '/v1/releases',
      headers: [
        ['Content-Type', 'application/json'],
        ['Authorization', `DPoP ${accessToken}`],
        ['DPoP', makeProof(parts, { method: 'POST', path: '/v1/releases', token: accessToken })],
        ...more,
      ],
      body: JSON.stringify({ name: '张三' }),
    };
  }

  it('gets a token and uses it, the body plain or in base64', async () => {
    for (const base64 of [false, true]) {
      const answer = await send(token, tokenCall({ base64 }));
      expect(answer.statusCode).toBe(200);
      expect(header(answer, 'cache-control')).toBe('no-store');
      const released = await send(resource, { ...(await releaseCall()), base64 });
      expect(released).toMatchObject({ statusCode: 200, body: '{"name":"张三"}' });
    }
  });

  it('answers under the request id of API Gateway', async () => {
    const event = eventOf(file, version, await releaseCall());
    const id = (await resource(event)) as Result;
    const given = event.requestContext.requestId as string;
    const expected = /^[\w-]{8,64}={0,2}$/.test(given) ? given : expect.stringMatching(/^[\w-]{36}$/);
    expect(header(id, 'x-request-id')).toEqual(expected);
  });

  it('refuses two proofs, equal or not, good ones too', async () => {
    const call = await releaseCall();
    const own = call.headers.find(([name]) => name === 'DPoP')?.[1] ?? '';
    const accessToken = call.headers.find(([name]) => name === 'Authorization')?.[1]?.slice(5) ?? '';
    const other = makeProof(parts, { method: 'POST', path: '/v1/releases', token: accessToken });
    for (const second of [own, other, own.slice(0, -1)]) {
      const answer = await send(resource, { ...call, headers: [...call.headers, ['DPoP', second]] });
      expect(answer.statusCode).toBe(401);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'DPOP_INVALID' });
      expect(header(answer, 'www-authenticate')).toContain('error="invalid_dpop_proof"');
    }
  });

  it('refuses two proofs at the token endpoint', async () => {
    const call = tokenCall();
    const second = makeProof(parts, { method: 'POST', path: '/oauth/token' });
    const answer = await send(token, { ...call, headers: [...call.headers, ['DPoP', second]] });
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it('refuses two Authorization headers', async () => {
    const call = await releaseCall([['Authorization', 'DPoP a.b.c']]);
    const answer = await send(resource, call);
    expect(answer.statusCode).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('reads header names in any case', async () => {
    const call = await releaseCall();
    const headers = call.headers.map(([name, value]): [string, string] => [name.toUpperCase(), value]);
    expect(await send(resource, { ...call, headers })).toMatchObject({ statusCode: 200 });
  });

  it('checks htu against the configured URL, never against Host or X-Forwarded-*', async () => {
    const call = await releaseCall();
    const accessToken = call.headers.find(([name]) => name === 'Authorization')?.[1]?.slice(5) ?? '';
    const event = eventOf(file, version, call);
    const host = event.headers.host ?? event.headers.Host ?? event.requestContext.domainName;
    const forged = makeProof(
      parts,
      { method: 'POST', path: '/v1/releases', token: accessToken },
      { htu: `https://${host}/v1/releases` },
    );
    const headers = call.headers.map(([name, value]): [string, string] => [
      name,
      name === 'DPoP' ? forged : value,
    ]);
    headers.push(['X-Forwarded-Host', host]);
    expect(await send(resource, { ...call, headers })).toMatchObject({ statusCode: 401 });
  });

  it('refuses base64 of bytes that are not UTF-8, and an empty body', async () => {
    const broken = eventOf(file, version, await releaseCall());
    Object.assign(broken, {
      body: Buffer.from([0x22, 0xff, 0x22]).toString('base64'),
      isBase64Encoded: true,
    });
    const empty = eventOf(file, version, await releaseCall());
    empty.body = null;
    for (const event of [broken, empty]) {
      const answer = await resource(event);
      expect(answer.statusCode).toBe(400);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'INVALID_JSON' });
    }
  });

  it('answers an unknown route with a problem document', async () => {
    const missing = await send(resource, { method: 'GET', path: '/v1/nothing', headers: [] });
    expect([missing.statusCode, JSON.parse(missing.body).code]).toEqual([404, 'NOT_FOUND']);
    const method = await send(resource, { method: 'GET', path: '/v1/releases', headers: [] });
    expect([method.statusCode, JSON.parse(method.body).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(header(method, 'allow')).toBe('OPTIONS, POST');
    expect(header(method, 'content-type')).toBe('application/problem+json');
  });
});
