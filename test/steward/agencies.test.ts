/** The register of agencies over the whole steward app: who may change it, and what the log says of it. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logStore } from '../../functions/http/log.ts';
import { stewardApp } from '../../functions/steward/app.ts';
import { tokenApp } from '../../functions/token/app.ts';
import { putAgency } from '../../shared/identity/agencies.ts';
import { readEntries } from '../../shared/log/read.ts';
import {
  agencyWith,
  CLIENT,
  ISSUER,
  makeProof,
  openParts,
  type Parts,
  signedHeaders,
  tokenHeaders,
} from '../support/identity.ts';
import { assertion, ecKey, type TestKey } from '../support/jws.ts';

let parts: Parts;
let app: ReturnType<typeof stewardApp>;
let tokens: ReturnType<typeof tokenApp>;
const steward = ecKey();
const KEYS_AT = 'https://keys.agency.example/jwks.json';
let published: object | null = null;

const publicKey = (key: TestKey, kid: string, use = 'sig') => ({ ...key.jwk, kid, use });

beforeAll(async () => {
  parts = await openParts();
  const fetchJwks = async () => {
    if (!published) throw new Error('down');
    return JSON.stringify(published);
  };
  app = stewardApp({ ...parts.deps, fetchJwks });
  tokens = tokenApp({ ...parts.deps, fetchJwks }, { knows: () => true });
  const { dynamo, env } = parts.deps;
  const office = {
    clientId: 'steward-office',
    departments: [],
    roles: [],
    purposes: [],
    actions: ['steward'],
  };
  await putAgency(dynamo, env.agenciesTable, agencyWith(steward, office));
});
afterAll(() => parts.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Any = any;
interface Caller {
  clientId: string;
  key: TestKey;
  kid?: string;
  details?: object;
}

async function askToken({ clientId, key, kid = 'sig-1', details = { actions: ['intake'] } }: Caller) {
  const response = await tokens.request('/oauth/token', {
    method: 'POST',
    headers: tokenHeaders(parts),
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion({ clientId, issuer: ISSUER, key, kid, now: parts.clock.now }),
      authorization_details: JSON.stringify([{ type: 'fieldgate', ...details }]),
    }),
  });
  return { status: response.status, json: (await response.json()) as Any };
}

async function call(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
) {
  const dpop = makeProof(parts, { method, path, token });
  const response = await app.request(path, {
    method,
    headers: { authorization: `DPoP ${token}`, dpop, 'content-type': 'application/json', ...more },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Any };
}

/** One call by a named officer of the steward's office. */
async function asSteward(officer: string | undefined, method: string, path: string, body?: unknown) {
  const words = officer === undefined ? {} : { officer, reason: 'test' };
  const details = { actions: ['steward'], ...words };
  const { json } = await askToken({ clientId: 'steward-office', key: steward, details });
  return call(json.access_token, method, path, body);
}

const RIGHTS = {
  name: 'New school',
  zh: '新学校',
  departments: ['EDU'],
  roles: ['county-education'],
  areas: ['990001'],
  purposes: ['S1'],
  actions: ['intake', 'release'],
  trainedUntil: '2027-01-01',
};
const register = (clientId: string, key: TestKey, change: object = {}) => ({
  clientId,
  ...RIGHTS,
  jwks: { keys: [publicKey(key, 'sig-1')] },
  ...change,
});

/** Entries about an agency, oldest first; the clock stands, so their places tell. */
async function logged(about: string) {
  const { env, dynamo, now } = parts.deps;
  const store = logStore({ env, dynamo });
  const span = { from: now() - 1e9, to: now() + 1e9 };
  const page = await readEntries(store, { ...span, filter: { kind: 'agency' }, limit: 500, asked: {} });
  const own = page.entries.filter(({ entry }) => entry?.about === about);
  own.sort((a, b) => (a.entry?.seq ?? 0) - (b.entry?.seq ?? 0));
  return own.map(({ entry, words }) => ({ entry, words }));
}

describe('registration', () => {
  it('lets the agency call at once, and is an entry of the log', async () => {
    const key = ecKey();
    const answer = await asSteward('li.na', 'POST', '/v1/agencies', register('new-school', key));
    expect(answer).toMatchObject({
      status: 200,
      json: { agency: { clientId: 'new-school', suspended: false, keys: [{ kid: 'sig-1', use: 'sig' }] } },
    });
    expect(answer.json.receipt.entry).toEqual(expect.any(String));
    expect(JSON.stringify(answer.json)).not.toContain(key.jwk.x);
    const token = await askToken({ clientId: 'new-school', key });
    expect(token.status).toBe(200);
    expect(await call(token.json.access_token, 'GET', '/v1/whoami')).toMatchObject({
      status: 200,
      json: { clientId: 'new-school', purposes: ['S1'] },
    });
    expect(await logged('new-school')).toMatchObject([
      {
        entry: { kind: 'agency', outcome: 'registered', handler: { agency: 'steward-office' } },
        words: { officer: 'li.na', reason: 'test' },
      },
    ]);
    const list = await asSteward(undefined, 'GET', '/v1/agencies');
    expect(list.json.agencies.map((one: Any) => one.clientId)).toContain('new-school');
    expect((await asSteward(undefined, 'GET', '/v1/agencies/new-school')).json).toEqual(answer.json.agency);
    for (const cursor of ['x', 'Li4v', 'AAAA'])
      expect(await asSteward(undefined, 'GET', `/v1/agencies?cursor=${cursor}`)).toMatchObject({
        status: 400,
        json: { code: 'INVALID_REQUEST' },
      });
  });

  it.each<[string, object, number, string]>([
    ['a taken id', { clientId: CLIENT }, 409, 'CONFLICT'],
    ['an id of other shape', { clientId: 'Über' }, 400, 'INVALID_REQUEST'],
    ['the id of a proposal', { clientId: 'pending~x' }, 400, 'INVALID_REQUEST'],
    ['the id that routes have for oneself', { clientId: 'self' }, 400, 'INVALID_REQUEST'],
    ['an unknown department', { departments: ['constructor'] }, 400, 'INVALID_REQUEST'],
    ['an unknown purpose', { purposes: ['__proto__'] }, 400, 'INVALID_REQUEST'],
    ['a prohibited purpose', { purposes: ['PX3'] }, 400, 'INVALID_REQUEST'],
    ['an unknown role', { roles: ['king'] }, 400, 'INVALID_REQUEST'],
    ['an unknown action', { actions: ['read'] }, 400, 'INVALID_REQUEST'],
    ['no keys', { jwks: undefined }, 400, 'INVALID_REQUEST'],
    ['both kinds of keys', { jwksUri: KEYS_AT }, 400, 'INVALID_REQUEST'],
    ['an address inside', { jwks: undefined, jwksUri: 'https://169.254.169.254/' }, 400, 'INVALID_REQUEST'],
    ['a private key', { jwks: { keys: [{ ...publicKey(ecKey(), 'a'), d: 'AA' }] } }, 400, 'INVALID_REQUEST'],
    ['suspended by itself', { suspended: false }, 400, 'INVALID_REQUEST'],
  ])('with %s is refused', async (_, change, status, code) => {
    const answer = await asSteward(
      'li.na',
      'POST',
      '/v1/agencies',
      register('other-school', ecKey(), change),
    );
    expect(answer).toMatchObject({ status, json: { code } });
  });

  it('is the matter of stewards', async () => {
    const { json } = await askToken({ clientId: CLIENT, key: parts.sig });
    for (const [method, path] of [
      ['GET', '/v1/agencies'],
      ['POST', '/v1/agencies'],
      ['PUT', `/v1/agencies/${CLIENT}`],
      ['PUT', `/v1/agencies/${CLIENT}/jwks`],
      ['POST', `/v1/agencies/${CLIENT}/suspend`],
    ] as const) {
      const answer = await call(json.access_token, method, path, method === 'GET' ? undefined : {});
      expect(answer).toMatchObject({ status: 403, json: { code: 'ACTION_NOT_GRANTED' } });
    }
  });

  it('of a watcher takes two people', async () => {
    const key = ecKey();
    const body = register('second-office', key, { actions: ['audit', 'steward'], purposes: [] });
    expect(await asSteward(undefined, 'POST', '/v1/agencies', body)).toMatchObject({
      json: { code: 'NO_OFFICER' },
    });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({
      status: 202,
      json: { state: 'pending' },
    });
    expect(await asSteward(' Li.NA ', 'POST', '/v1/agencies', body)).toMatchObject({
      json: { code: 'APPROVER_IS_REQUESTER' },
    });
    const changed = { ...body, areas: ['990002'] };
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', changed)).toMatchObject({ status: 409 });
    expect((await askToken({ clientId: 'second-office', key, details: { actions: ['audit'] } })).status).toBe(
      401,
    );
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    expect((await askToken({ clientId: 'second-office', key, details: { actions: ['audit'] } })).status).toBe(
      200,
    );
    const entries = (await logged('second-office')).map(({ entry }) => entry);
    const [asked, done] = entries as [Any, Any];
    expect(asked).toMatchObject({ outcome: 'pending' });
    expect(done).toMatchObject({ outcome: 'registered', approvals: [asked.id] });
  });

  it('waits a day for the second', async () => {
    const body = register('late-office', ecKey(), { actions: ['audit'] });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 202 });
    parts.clock.now += 86_401_000;
    parts.nonce = await parts.nonces.current();
    expect(await asSteward('wang.fang', 'POST', '/v1/agencies', body)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
  });
});

describe('a change', () => {
  it('takes rights away and gives them', async () => {
    const change = { ...RIGHTS, purposes: [], actions: ['intake'] };
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/new-school', change)).toMatchObject({
      status: 200,
      json: { agency: { purposes: [], actions: ['intake'], keys: [{ kid: 'sig-1' }] } },
    });
    const more = { ...change, actions: ['intake', 'audit'] };
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/new-school', more)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'PUT', '/v1/agencies/nobody', change)).toMatchObject({ status: 404 });
  });

  it('of the own registration is refused', async () => {
    for (const [method, path, body] of [
      ['PUT', '', RIGHTS],
      ['PUT', '/jwks', { jwks: { keys: [publicKey(ecKey(), 'a')] } }],
      ['POST', '/unsuspend', {}],
    ] as const) {
      const answer = await asSteward('li.na', method, `/v1/agencies/steward-office${path}`, body);
      expect(answer).toMatchObject({ status: 403, json: { code: 'ROLE_REQUIRED' } });
    }
  });
});

describe('a suspension', () => {
  it('is felt by the next call and the next token, and ends again', async () => {
    const { json } = await askToken({ clientId: CLIENT, key: parts.sig });
    expect((await call(json.access_token, 'GET', '/v1/whoami')).status).toBe(200);
    // Another instance, whose cache knows nothing of this one's.
    const other = { ...parts.deps, dynamo: parts.otherDynamo() };
    const elsewhere = stewardApp(other);
    const look = () => {
      const dpop = makeProof(parts, { method: 'GET', path: '/v1/whoami', token: json.access_token });
      return elsewhere.request('/v1/whoami', {
        headers: { authorization: `DPoP ${json.access_token}`, dpop },
      });
    };
    expect((await look()).status).toBe(200);
    expect(await asSteward('li.na', 'POST', `/v1/agencies/${CLIENT}/suspend`, {})).toMatchObject({
      status: 200,
      json: { agency: { suspended: true } },
    });
    const refused = await look();
    expect([refused.status, ((await refused.json()) as Any).code]).toEqual([403, 'AGENCY_SUSPENDED']);
    expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(401);
    await asSteward('li.na', 'POST', `/v1/agencies/${CLIENT}/unsuspend`, {});
    expect((await askToken({ clientId: CLIENT, key: parts.sig })).status).toBe(200);
    expect((await logged(CLIENT)).map(({ entry }) => entry?.outcome)).toEqual(['suspended', 'unsuspended']);
  });
});

describe('the own keys', () => {
  const path = '/v1/agencies/self/jwks';

  async function rotate(
    signer: { key: TestKey; kid: string } | null,
    keys: object[],
    token: string,
    change = {},
  ) {
    const body = JSON.stringify({ keys });
    const authorization = `DPoP ${token}`;
    const about = { method: 'PUT', url: ISSUER + path, authorization, body, now: parts.clock.now };
    return call(token, 'PUT', path, body, { ...(signer ? signedHeaders(about, signer) : {}), ...change });
  }

  it('are rotated by a signature of a current one; the old ones serve one more day', async () => {
    const [old, next, thief] = [ecKey(), ecKey(), ecKey()];
    await asSteward('li.na', 'POST', '/v1/agencies', register('rotating', old));
    const { json } = await askToken({ clientId: 'rotating', key: old });
    const token = json.access_token as string;
    const set = [publicKey(next, 'sig-2'), publicKey(ecKey(), 'enc-2', 'enc')];
    const own = { key: old, kid: 'sig-1' };
    expect(await rotate(null, set, token)).toMatchObject({ status: 403, json: { code: 'NO_SIGNATURE' } });
    expect(await rotate({ key: thief, kid: 'sig-1' }, set, token)).toMatchObject({
      status: 400,
      json: { code: 'SIGNATURE_INVALID' },
    });
    const other = `sha-256=:${hash('sha256', '{}', 'base64')}:`;
    expect(await rotate(own, set, token, { 'content-digest': other })).toMatchObject({ status: 400 });
    expect(await rotate(own, [publicKey(next, 'x', 'enc')], token)).toMatchObject({
      json: { code: 'INVALID_REQUEST' },
    });
    expect(await rotate(own, set, token)).toMatchObject({
      status: 200,
      json: {
        agency: {
          keys: [
            { kid: 'sig-2', use: 'sig' },
            { kid: 'enc-2', use: 'enc' },
          ],
          retiring: [{ kid: 'sig-1', use: 'sig' }],
        },
      },
    });
    const ask = (key: TestKey, kid: string) => askToken({ clientId: 'rotating', key, kid });
    expect((await ask(old, 'sig-1')).status).toBe(200);
    expect((await ask(next, 'sig-2')).status).toBe(200);
    // A retiring key proves who calls, and no more who the agency is.
    expect(await rotate(own, [publicKey(thief, 'sig-3')], token)).toMatchObject({ status: 400 });
    parts.clock.now += 86_400_000;
    parts.nonce = await parts.nonces.current();
    expect((await ask(old, 'sig-1')).status).toBe(401);
    expect((await ask(next, 'sig-2')).status).toBe(200);
    expect((await logged('rotating')).map(({ entry }) => entry?.outcome)).toEqual(['registered', 'rotated']);
  });

  it('that are lost are replaced by two stewards, and the old ones end at once', async () => {
    const [old, next] = [ecKey(), ecKey()];
    await asSteward('li.na', 'POST', '/v1/agencies', register('lost-keys', old));
    const body = { jwks: { keys: [publicKey(next, 'sig-9')] } };
    const at = '/v1/agencies/lost-keys/jwks';
    expect(await asSteward('li.na', 'PUT', at, body)).toMatchObject({ status: 202 });
    expect(await asSteward('li.na', 'PUT', at, body)).toMatchObject({
      json: { code: 'APPROVER_IS_REQUESTER' },
    });
    expect((await askToken({ clientId: 'lost-keys', key: old })).status).toBe(200);
    expect(await asSteward('wang.fang', 'PUT', at, body)).toMatchObject({ status: 200 });
    expect((await askToken({ clientId: 'lost-keys', key: old })).status).toBe(401);
    expect((await askToken({ clientId: 'lost-keys', key: next, kid: 'sig-9' })).status).toBe(200);
  });

  it('may lie at an address of the agency', async () => {
    const key = ecKey();
    const body = register('by-address', key, { jwks: undefined, jwksUri: KEYS_AT });
    expect(await asSteward('li.na', 'POST', '/v1/agencies', body)).toMatchObject({ status: 200 });
    expect((await askToken({ clientId: 'by-address', key })).status).toBe(401);
    published = { keys: [publicKey(key, 'sig-1')] };
    parts.clock.now += 11_000;
    expect((await askToken({ clientId: 'by-address', key })).status).toBe(200);
  });
});
