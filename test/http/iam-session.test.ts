import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Hono } from 'hono';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../functions/http/app.ts';
import { authenticate } from '../../functions/http/auth.ts';
import { handle } from '../../functions/http/rest-event.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies.ts';
import recorded from '../infra/rest-event.json' with { type: 'json' };
import { type TestGateway, testGateway } from '../support/gateway.ts';

const ROLE = 'arn:aws-cn:iam::111122223333:role/offices/edu-caller';
const SESSION = 'arn:aws-cn:sts::111122223333:assumed-role/edu-caller/host-1';
const DETAILS = [
  { type: 'fieldgate', actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: '冬季补助' },
];

let gateway: TestGateway;
let answer: (event: object) => Promise<{ statusCode: number; body: string }>;

beforeAll(async () => {
  gateway = await testGateway();
  const { dynamo, env } = gateway;
  const agency = await getAgency(dynamo, env.agenciesTable, 'edu-county', Date.now());
  await putAgency(dynamo, env.agenciesTable, { ...(agency ?? expect.fail()), iamRoles: [ROLE] });
  const deps = {
    env: { ...env, authorization: 'iam' },
    kms: gateway.kms,
    dynamo,
    now: () => Date.now() + 6000,
  };
  const app = createApp();
  app.post('/v1/releases', authenticate(deps, { action: 'release' }), (c) => {
    const { caller, grant } = c.get('session');
    return c.json({ client: caller.clientId, grant });
  });
  answer = handle(app as unknown as Hono) as never;
});
afterAll(() => gateway.close());

/** A recorded event of a REST API with IAM authorisation, with a body that the caller signed. */
async function eventOf({
  client = 'edu-county',
  details = DETAILS,
  arn = SESSION as string | null,
  unsigned = [] as string[],
}) {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: 'cn-northwest-1',
    credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'none', sessionToken: 'none' },
    sha256: Sha256 as never,
  });
  const own = {
    'x-fieldgate-client': client,
    'x-fieldgate-details': Buffer.from(JSON.stringify(details)).toString('base64url'),
    'x-nonce': crypto.randomUUID(),
  };
  const { headers } = await signer.sign(
    {
      ...{
        method: 'POST',
        protocol: 'https:',
        hostname: 'api.example',
        path: '/v1/releases',
        body: '{}',
        query: {},
      },
      headers: { host: 'api.example', 'content-type': 'application/json', ...own },
    } as never,
    { unsignableHeaders: new Set(unsigned) },
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
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { ...requestContext, identity },
  };
}

it('knows an agency by the role that signed, and grants what the signed details say', async () => {
  const { statusCode, body } = await answer(await eventOf({}));
  expect([statusCode, JSON.parse(body)]).toEqual([
    200,
    { client: 'edu-county', grant: expect.objectContaining({ purpose: 'S1', reason: '冬季补助' }) },
  ]);
});

it.each([
  ['a role of another name', { arn: SESSION.replace('edu-caller', 'edu-caller2') }],
  ['the same name in another account', { arn: SESSION.replace('111122223333', '111122223334') }],
  ['the same name in another partition', { arn: SESSION.replace('aws-cn', 'aws') }],
  ['a user', { arn: 'arn:aws-cn:iam::111122223333:user/edu-caller' }],
  ['no caller', { arn: null }],
  ['an agency without roles', { client: 'mps-county' }],
  ['an agency that is not there', { client: 'nobody' }],
  ['an agency that was not signed', { unsigned: ['x-fieldgate-client'] }],
  ['details that were not signed', { unsigned: ['x-fieldgate-details'] }],
  ['an action that the agency lacks', { details: [{ ...DETAILS[0], actions: ['steward'] }] as never }],
  ['two details', { details: [...DETAILS, ...DETAILS] }],
])('refuses %s', async (_, changes) => {
  const { statusCode, body } = await answer(await eventOf(changes));
  expect([statusCode, JSON.parse(body).code]).toEqual([401, 'TOKEN_INVALID']);
});

it('takes a signature once', async () => {
  const event = await eventOf({});
  const answers = [await answer(event), await answer(event)];
  expect(answers.map(({ statusCode, body }) => [statusCode, JSON.parse(body).code])).toEqual([
    [200, undefined],
    [401, 'DPOP_REPLAYED'],
  ]);
});

it('takes no token in its place', async () => {
  const event = await eventOf({});
  const headers = { ...event.headers, authorization: 'DPoP some.thing.else' };
  const bare = {
    ...event,
    headers,
    multiValueHeaders: { ...event.multiValueHeaders, authorization: [headers.authorization] },
  };
  expect((await answer(bare)).statusCode).toBe(401);
});

class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}
