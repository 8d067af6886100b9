import { createPrivateKey, hash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Hono } from 'hono';
import { calculateJwkThumbprint } from 'jose';
import { expect, it, vi } from 'vitest';
import { withTables } from '../../functions/deps.ts';
import { createApp } from '../../functions/http/app.ts';
import { handle } from '../../functions/http/rest-event.ts';
import { authenticate } from '../../functions/session/authenticate.ts';
import type { SessionVariables } from '../../functions/session/session.ts';
import { mintedToken } from '../../functions/token/issue-token.ts';
import { iamFetch } from '../../infra/cli/identity/iam-fetch.ts';
import { Sha256 } from '../../infra/local/aws/sha256.ts';
import { signedApi } from '../../infra/local/signed-api.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import recorded from '../infra/rest-event.json' with { type: 'json' };
import { type DpopKey, dpopProof, fileGateway, newDpopKey } from '../support/gateway.ts';
import { signedHeaders } from '../support/identity.ts';

const ROLE = 'arn:aws-cn:iam::111122223333:role/offices/edu-caller';
const SESSION = 'arn:aws-cn:sts::111122223333:assumed-role/edu-caller/host-1';
const DETAILS = [
  { type: 'fieldgate', actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: '冬季补助' },
];

let answer: (event: object) => Promise<{ statusCode: number; body: string }>;

const gateway = await fileGateway();
const { dynamo, env, tables } = gateway;
const agency = await getAgency(tables.agencies, asClientId('edu-county'), Date.now());
await putAgency(tables.agencies, { ...(agency ?? expect.fail()), iamRoles: [ROLE] });
const deps = withTables({
  env: { ...env, authorization: 'iam' },
  kms: gateway.kms,
  dynamo,
  now: () => Date.now() + 6000,
});
const app = createApp<SessionVariables>();
app.post('/v1/releases', authenticate(deps, 'release.make', { readsOnly: true }), (c) => {
  const { caller, grant, evidence } = c.get('session');
  return c.json({ client: caller.clientId, grant, ...(evidence && { signed: evidence.keyid }) });
});
answer = handle(app as unknown as Hono) as never;

interface Sent {
  client?: string;
  details?: object[];
  nonce?: string | null;
  arn?: string | null;
  query?: Record<string, string>;
  more?: Record<string, string>;
  without?: string;
}

/**
 * What a REST API with IAM authorisation sends for a request that was signed by SigV4: the signer's headers, but
 * without `Authorization`, which API Gateway keeps to itself (recorded events of such APIs hold none), and who signed.
 */
async function eventOf({
  client = 'edu-county',
  details = DETAILS,
  nonce = randomUUID(),
  arn = SESSION,
  query = {},
  more = {},
  without = '',
}: Sent) {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: 'cn-northwest-1',
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'none', sessionToken: 'none' },
    sha256: Sha256 as never,
  });
  const own = { 'x-fieldgate-client': client, 'x-fieldgate-details': encoded(details) };
  const request = {
    ...{
      method: 'POST',
      protocol: 'https:',
      hostname: 'api.example',
      path: '/v1/releases',
      body: '{}',
      query,
    },
    headers: {
      ...{ host: 'api.example', 'content-type': 'application/json', ...own, ...more },
      ...(nonce !== null && { 'x-fieldgate-nonce': nonce }),
    },
  };
  const sign = signer.sign.bind(signer) as unknown as (
    request: object,
  ) => Promise<{ headers: Record<string, string> }>;
  const signed = await sign(request);
  const headers = Object.fromEntries(
    Object.entries(signed.headers).filter(([name]) => name !== 'authorization' && name !== without),
  );
  const { requestContext } = recorded;
  const identity = {
    ...requestContext.identity,
    userArn: arn,
    accessKey: 'ASIAEXAMPLE',
    accountId: '111122223333',
  };
  return {
    ...recorded,
    ...{ path: '/v1/releases', resource: '/v1/releases', httpMethod: 'POST', body: '{}', headers },
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: Object.keys(query).length > 0 ? query : null,
    multiValueQueryStringParameters: null,
    requestContext: { ...requestContext, identity },
  };
}

const encoded = (details: object) => Buffer.from(JSON.stringify(details)).toString('base64url');

it('identifies an agency by the signing role, and grants the signed details', async () => {
  const { statusCode, body } = await answer(await eventOf({}));
  expect([statusCode, JSON.parse(body)]).toEqual([
    200,
    { client: 'edu-county', grant: expect.objectContaining({ purpose: 'S1', reason: '冬季补助' }) },
  ]);
});

it.each<[string, Sent]>([
  ['a role of another name', { arn: SESSION.replace('edu-caller', 'edu-caller2') }],
  ['the same name in another account', { arn: SESSION.replace('111122223333', '111122223334') }],
  ['the same name in another partition', { arn: SESSION.replace('aws-cn', 'aws') }],
  ['a user', { arn: 'arn:aws-cn:iam::111122223333:user/edu-caller' }],
  ['no caller', { arn: null }],
  ['an agency without roles', { client: 'mps-county' }],
  ['an agency that is not there', { client: 'nobody' }],
  ['no client', { without: 'x-fieldgate-client' }],
  ['no details', { without: 'x-fieldgate-details' }],
  ['no nonce', { nonce: null }],
  ['a nonce of 15 characters', { nonce: 'a'.repeat(15) }],
  ['a nonce of 65 characters', { nonce: 'a'.repeat(65) }],
  ['a nonce of other characters', { nonce: `${'a'.repeat(20)}=` }],
  ['a presigned URL, whose holder chooses the headers', { without: 'x-amz-date' }],
  ['parameters of such a URL', { query: { 'X-Amz-Signature': '0'.repeat(64) } }],
  ['an action that the agency lacks', { details: [{ ...DETAILS[0], actions: ['steward'] }] }],
  ['two details', { details: [...DETAILS, ...DETAILS] }],
])('refuses %s', async (_, changes) => {
  const { statusCode, body } = await answer(await eventOf(changes));
  expect([statusCode, JSON.parse(body).code]).toEqual([401, 'TOKEN_INVALID']);
});

it('accepts a request once, at any instance, and one with another nonce again', async () => {
  const event = await eventOf({});
  const answers = [await answer(event), await answer(event), await answer(await eventOf({}))];
  expect(answers.map(({ statusCode, body }) => [statusCode, JSON.parse(body).code])).toEqual([
    [200, undefined],
    [401, 'DPOP_REPLAYED'],
    [200, undefined],
  ]);
});

/** Headers of an agency's own signature over the request and a header that says what is granted. */
function signedOver(header: string, value: string) {
  const { sig } = gateway.agency('edu-county');
  const url = `${gateway.env.publicUrl}/v1/releases`;
  return signedHeaders(
    { method: 'POST', url, body: '{}', now: Date.now() + 6000, credential: { header, value } },
    {
      key: { privateKey: createPrivateKey({ key: sig as never, format: 'jwk' }), jwk: {} },
      kid: String(sig.kid),
    },
  );
}

it("takes an agency's own signature over the headers that API Gateway passes on, and refuses a wrong one", async () => {
  const sign = (details: object[]) => signedOver('x-fieldgate-details', encoded(details));
  const good = await answer(await eventOf({ more: sign(DETAILS) }));
  expect([good.statusCode, JSON.parse(good.body).signed]).toEqual([
    200,
    gateway.agency('edu-county').sig.kid,
  ]);
  const other = await answer(await eventOf({ more: sign([{ ...DETAILS[0], purpose: 'W1' }]) }));
  expect([other.statusCode, JSON.parse(other.body).code]).toEqual([400, 'SIGNATURE_INVALID']);
});

it('takes a person whose token is bound to a key with the proof of this key alone, and once', async () => {
  const person = { id: 'zhang.wei', roles: ['casework'], office: 'edu-county' } as const;
  const key = await newDpopKey();
  const jkt = await calculateJwkThumbprint(key.publicJwk);
  const [bound, free] = [await gateway.signIn?.(person, jkt), await gateway.signIn?.(person)];
  const target = new URL(`${gateway.env.publicUrl}/v1/releases`);
  const proofBy = (by: DpopKey, of = bound) => dpopProof(by, 'POST', target, Date.now() + 6000, of);
  const ask = async (token = '', more: Record<string, string> = {}) => {
    const { body } = await answer(await eventOf({ more: { 'x-fieldgate-person': token, ...more } }));
    const { code, client } = JSON.parse(body);
    return code ?? client;
  };
  expect(await ask(bound)).toBe('TOKEN_INVALID');
  expect(await ask(bound, { dpop: await proofBy(await newDpopKey()) })).toBe('TOKEN_INVALID');
  expect(await ask(bound, { dpop: await proofBy(key, free) })).toBe('DPOP_INVALID');
  const own = { dpop: await proofBy(key) };
  expect([await ask(bound, own), await ask(bound, own)]).toEqual(['edu-county', 'DPOP_REPLAYED']);
  expect(await ask(free)).toBe('edu-county');
});

it("takes a person of the console by the token of the session and its key's proof, once, and for the own office alone", async () => {
  const [key, other] = [await newDpopKey(), await newDpopKey()];
  const jkt = await calculateJwkThumbprint(key.publicJwk);
  const minted = async (office: string, person?: object) => {
    const grant = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: '冬季补助' };
    const claims = { clientId: asClientId(office), grant, jkt, ...(person && { person }) };
    return (await mintedToken(deps, claims as Parameters<typeof mintedToken>[1])).access_token;
  };
  const person = { iss: 'https://people.example', sub: 'zhang.wei', name: 'zhang.wei', authTime: null };
  const token = await minted('edu-county', person);
  const target = new URL(`${gateway.env.publicUrl}/v1/releases`);
  const ask = async (of: string, by?: DpopKey | string, sent: Sent = { without: 'x-fieldgate-details' }) => {
    const dpop = typeof by === 'object' ? await dpopProof(by, 'POST', target, Date.now() + 6000, of) : by;
    const more = { 'x-fieldgate-person': of, ...(dpop !== undefined && { dpop }), ...sent.more };
    const { body } = await answer(await eventOf({ ...sent, more }));
    const { code, client, grant } = JSON.parse(body);
    return code ?? `${client} ${grant.purpose}`;
  };
  expect(await ask(token, key)).toBe('edu-county S1');
  expect(await ask(token)).toBe('DPOP_INVALID');
  expect(await ask(token, other)).toBe('TOKEN_INVALID');
  const once = await dpopProof(key, 'POST', target, Date.now() + 6000, token);
  expect([await ask(token, once), await ask(token, once)]).toEqual(['edu-county S1', 'DPOP_REPLAYED']);
  // The details of the office can't widen what the person has asked for.
  expect(await ask(token, key, { details: [{ ...DETAILS[0], purpose: 'W1' }] })).toBe('edu-county S1');
  // Nor does a signature over details stand for the token.
  const [details, own] = [
    signedOver('x-fieldgate-details', encoded(DETAILS)),
    signedOver('x-fieldgate-person', token),
  ];
  expect(await ask(token, key, { more: details })).toBe('SIGNATURE_INVALID');
  expect(await ask(token, key, { more: own })).toBe('edu-county S1');
  expect(await ask(await minted('mps-county', person), key)).toBe('TOKEN_INVALID');
  // No token of an office stands for a person.
  expect(await ask(await minted('edu-county'), key)).toBe('TOKEN_INVALID');
});

it('accepts no token instead', async () => {
  const event = await eventOf({});
  const { 'x-fieldgate-nonce': _, ...rest } = event.headers as Record<string, string>;
  const headers = { ...rest, authorization: 'DPoP some.thing.else' };
  const bare = {
    ...event,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  };
  expect((await answer(bare)).statusCode).toBe(401);
});

it('locally takes a body that is the signed one alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-roles-'));
  const options = { offices: ['mca-county'], agencies: tables.agencies, folder, now: Date.now };
  const api = await signedApi({ routes: [], fetch: () => new Response('taken') } as never, 'iam', options);
  const [, accessKeyId = '', secretAccessKey = ''] =
    /=(.*)\n.*?=(.*)\n/.exec(readFileSync(join(folder, 'mca-county.env'), 'utf8')) ?? [];
  rmSync(folder, { recursive: true });
  const ask = iamFetch('local', { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  const sent = vi.spyOn(globalThis, 'fetch');
  const answerTo = async (body: string, digest?: string) => {
    sent.mockImplementationOnce(async (input, init) => {
      const headers = { ...(init?.headers as Record<string, string>), host: 'api.example' };
      return api.fetch(new Request(String(input), { ...init, headers, body }));
    });
    const headers = { ...(digest && { 'x-amz-content-sha256': digest }) };
    return (await ask('http://api.example/v1/releases', { method: 'POST', headers, body: '{}' })).status;
  };
  const digest = hash('sha256', '{}');
  const answers = [await answerTo('{}'), await answerTo('{}', digest), await answerTo('{"a":1}', digest)];
  answers.push(await answerTo('{}', 'UNSIGNED-PAYLOAD'));
  sent.mockRestore();
  expect(answers).toEqual([200, 200, 401, 401]);
});
