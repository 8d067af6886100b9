import { describe, expect, it } from 'vitest';
import { orderErasure, refAt } from '../../maintenance/rig.ts';
import { dpopProof, fileGateway, newDpopKey } from '../../support/gateway.ts';
import { ecKey } from '../../support/jws.ts';
import { logIn, type Tokens } from '../../support/login.ts';

const people = new Map<string, Tokens>();
const gateway = await fileGateway({ people: true });
for (const person of ['wang.fang', 'li.na', 'chen.jie', 'zhao.min', 'zhou.qin']) {
  people.set(person, await logIn(gateway, person));
}

async function as(person: string, method: string, path: string, body?: unknown) {
  const { access, key } = people.get(person) as Tokens;
  const proof = await dpopProof(key, method, new URL(gateway.url + path), Date.now(), access);
  return withToken(access, method, path, body, 'DPoP', proof);
}

async function withToken(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  scheme = 'Bearer',
  dpop = '',
) {
  const response = await fetch(gateway.url + path, {
    method,
    headers: {
      authorization: `${scheme} ${token}`,
      'content-type': 'application/json',
      ...(dpop && { dpop }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, headers: response.headers, json: (await response.json()) as any };
}

const rights = (clientId: string) => ({
  clientId,
  name: { en: 'New school', zh: '新学校' },
  departments: [],
  roles: ['charity'],
  areas: ['990001'],
  purposes: ['C1'],
  actions: ['verify'],
  trainedUntil: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
  reason: 'opens in March',
  jwks: { keys: [publicKey()] },
});
function publicKey() {
  const { privateKey: _, jwk } = ecKey();
  return { ...jwk, kid: 'sig-1', use: 'sig' };
}

it('shows the login settings of people, and accepts only the code flow with PKCE', async () => {
  const metadata = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`);
  expect(await metadata.json()).toMatchObject({
    resource: gateway.url,
    authorization_servers: [gateway.url, `${gateway.url}/people`],
    fieldgate_utc_offset_minutes: 480,
    fieldgate_people: { issuer: `${gateway.url}/people`, client_id: 'fieldgate-cli' },
  });
  await expect(logIn(gateway, 'li.na', { code_challenge: '' })).rejects.toThrow();
  await expect(logIn(gateway, 'li.na', { code_challenge_method: 'plain' })).rejects.toThrow();
  await expect(logIn(gateway, 'li.na', { redirect_uri: 'https://evil.example/callback' })).rejects.toThrow();
  await expect(logIn(gateway, 'li.na', { resource: 'https://other.example' })).rejects.toThrow();
});

it('an auditor reads the log, and the review names the auditor', async () => {
  await gateway.call(
    'mca-county',
    { actions: ['release'], purpose: 'PX3', officer: 'o', reason: 'r', claimed: true },
    'POST',
    '/v1/releases',
    {
      ...{ collection: 'children', subjects: [{ match: { local_id: 'nobody' } }] },
    },
  );
  const { status, json } = await as('wang.fang', 'GET', '/v1/log/entries?kind=prohibited');
  expect(status).toBe(200);
  const [entry] = json.entries;
  expect(entry.handler).toMatchObject({ agency: 'mca-county', officerBy: 'claimed' });
  const review = await as('wang.fang', 'POST', `/v1/log/entries/${entry.id}/reviews`, {
    verdict: 'violation',
  });
  expect(review.status).toBe(200);
  const { json: shown } = await as('wang.fang', 'GET', `/v1/log/entries/${review.json.receipt.entry}`);
  expect(shown).toMatchObject({
    handler: { agency: 'audit-office', officerBy: 'authenticated' },
    words: { officer: 'wang.fang' },
  });
});

describe('a role opens only its own action', () => {
  it.each<[string, string, string, unknown]>([
    ['wang.fang', 'POST', '/v1/agencies', {}],
    ['li.na', 'GET', '/v1/log/entries', undefined],
    ['zhao.min', 'GET', '/v1/log/entries', undefined],
    ['li.na', 'GET', '/v1/usage', undefined],
    ['zhao.min', 'POST', '/v1/intake', {}],
    ['zhao.min', 'POST', '/v1/releases', {}],
    ['li.na', 'POST', '/v1/verifications', {}],
  ])('%s may not %s %s', async (person, method, path, body) => {
    expect(await as(person, method, path, body)).toMatchObject({
      status: 403,
      json: { code: 'ACTION_NOT_GRANTED' },
    });
  });

  it('whoami shows it', async () => {
    const { json } = await as('zhao.min', 'GET', '/v1/whoami');
    expect(json).toMatchObject({
      clientId: 'mca-county',
      person: { name: 'zhao.min', subject: 'zhao.min', actions: ['casework'] },
      limits: { requests: { officer: { limit: 6000 } }, people: { tiers: expect.anything() } },
    });
  });
});

describe('an act of two people', () => {
  it('is done by two logged-in people', async () => {
    const record = { ...rights('audit-two'), actions: ['audit'], roles: ['auditor'], purposes: [] };
    expect((await as('li.na', 'POST', '/v1/agencies', record)).status).toBe(202);
    expect((await as('li.na', 'POST', '/v1/agencies', record)).status).toBe(202);
    const other = { ...record, officer: 'chen.jie' };
    expect((await as('li.na', 'POST', '/v1/agencies', other)).json.code).toBe('INVALID_REQUEST');
    const unread = await as('chen.jie', 'POST', '/v1/agencies', record);
    expect([unread.status, unread.json.code]).toEqual([409, 'CONFLICT']);
    const seen = { entry: unread.json.waits, reason: 'as decided' };
    expect((await as('chen.jie', 'POST', '/v1/agencies/audit-two/confirm', seen)).status).toBe(200);
  });

  it('is not begun or completed by a name that an office claims: one key could claim two', async () => {
    const record = { ...rights('audit-three'), actions: ['audit'], roles: ['auditor'], purposes: [] };
    const claim = (officer: string) => {
      const steward = { actions: ['steward'], officer, claimed: true as const };
      return gateway.call('steward-office', steward, 'POST', '/v1/agencies', record);
    };
    const named = { status: 403, json: { code: 'PERSON_REQUIRED' } };
    expect(await claim('one')).toMatchObject(named);
    expect((await as('li.na', 'POST', '/v1/agencies', record)).status).toBe(202);
    expect(await claim('two')).toMatchObject(named);
  });

  it('holds for an erasure that one steward asks for twice', async () => {
    const record = { match: { local_id: 'P-1' }, fields: { division_code: '990001001001' } };
    const [{ ref }] = await gateway.put('mca-county', record);
    const path = `/v1/subjects/${await refAt(gateway, ref, 'steward-office')}/erase`;
    const reason = { reason: 'moved away' };
    const first = await as('li.na', 'POST', path, reason);
    const again = await as('li.na', 'POST', path, reason);
    expect([again.status, again.json]).toEqual([202, first.json]);
    const { status, json } = await orderErasure(gateway, ref);
    expect(status).toBe(200);
    const { json: entry } = await as('wang.fang', 'GET', `/v1/log/entries/${json.receipt.entry}`);
    expect(entry).toMatchObject({ handler: { officerBy: 'authenticated' }, words: { officer: 'wu.jun' } });
  });
});

describe('is refused as a token', () => {
  it.each<[string, (tokens: Tokens) => [string, string]]>([
    ['an ID token', ({ id }) => [id, 'Bearer']],
    ['an access token that is bound to a key, as Bearer', ({ access }) => [access, 'Bearer']],
    ['an access token with another signature', ({ access }) => [`${access.slice(0, -8)}AAAAAAAA`, 'Bearer']],
    ['nothing', () => ['', 'Bearer']],
  ])('%s', async (_, choose) => {
    const [token, scheme] = choose(people.get('wang.fang') as Tokens);
    const { status, json } = await withToken(token, 'GET', '/v1/log/entries', undefined, scheme);
    expect([status, json.code]).toEqual([401, 'TOKEN_INVALID']);
  });

  it('one that was handed on without its key, or is sent twice under one proof', async () => {
    const { access, key } = people.get('wang.fang') as Tokens;
    const path = '/v1/alerts';
    const target = new URL(gateway.url + path);
    const call = async (dpop: string) =>
      (await withToken(access, 'GET', path, undefined, 'DPoP', dpop)).json.code;
    expect(await call('')).toBe('DPOP_INVALID');
    const others = await dpopProof(await newDpopKey(), 'GET', target, Date.now(), access);
    expect(await call(others)).toBe('TOKEN_INVALID');
    const own = await dpopProof(key, 'GET', target, Date.now(), access);
    expect(await call(own)).toBeUndefined();
    expect(await call(own)).toBe('DPOP_REPLAYED');
  });

  it("an agency's bound token as Bearer, with the challenges of both schemes", async () => {
    const { value } = await gateway.token('audit-office', { actions: ['audit'] });
    const { status, json, headers } = await withToken(value, 'GET', '/v1/log/entries');
    expect([status, json.code]).toEqual([401, 'TOKEN_INVALID']);
    expect(headers.get('www-authenticate')).toMatch(
      /^DPoP error="invalid_token", algs="[^"]+", Bearer error="invalid_token"$/,
    );
  });
});

it('a suspended office stops its people at once', async () => {
  expect((await as('wang.fang', 'GET', '/v1/alerts')).status).toBe(200);
  const words = { reason: 'a drill' };
  expect((await as('li.na', 'POST', '/v1/agencies/audit-office/suspend', words)).status).toBe(200);
  expect((await as('wang.fang', 'GET', '/v1/alerts')).json.code).toBe('AGENCY_SUSPENDED');
});
