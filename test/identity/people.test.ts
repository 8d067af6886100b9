import { createHmac, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issuerKeys } from '../../shared/identity/people/issuer-keys.ts';
import { type PeopleSettings, readPeople, verifyPerson } from '../../shared/identity/people/people.ts';
import { ecKey, encode, makeJws, rsaKey, type TestKey } from '../support/jws.ts';

const ISSUER = 'https://login.example/realm';
const NOW = Date.parse('2026-03-02T08:00:00Z');
const SECONDS = NOW / 1000;
const SETTINGS = {
  issuer: ISSUER,
  kind: 'at+jwt',
  audience: 'https://gateway.example',
  algorithm: 'ES256',
  scope: 'fieldgate',
  roles: 'roles',
  office: 'office',
  bearer: true,
};
const people = settings({});
const key = ecKey();
const rsa = rsaKey();
const sealing = ecKey();

type Members = Record<string, unknown>;

function settings(changes: Members): PeopleSettings {
  return readPeople(JSON.stringify({ ...SETTINGS, ...changes })) as PeopleSettings;
}

/** The issuer's two documents as it would publish them; `asked` counts looks at its keys. */
function issuer(keys: Members[], changes: Members = {}) {
  const documents = new Map<string, unknown>([
    [
      `${ISSUER}/.well-known/openid-configuration`,
      { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, ...changes },
    ],
    [`${ISSUER}/jwks`, { keys }],
  ]);
  const state = { asked: 0, reachable: true, documents };
  const fetchJson = async (url: string) => {
    if (!state.reachable) throw new Error('down');
    if (url.endsWith('/jwks')) state.asked += 1;
    const found = state.documents.get(url);
    if (found === undefined) throw new Error('no such document');
    return typeof found === 'string' ? found : JSON.stringify(found);
  };
  return { state, fetchJson };
}

const published = { ...key.jwk, kid: 'k1', use: 'sig', alg: 'ES256' };
const { fetchJson } = issuer([
  { kty: 'RSA', kid: 'enc', use: 'enc', alg: 'RSA-OAEP', n: rsa.jwk['n'], e: rsa.jwk['e'] },
  { ...rsa.jwk, kid: 'r1', use: 'sig', alg: 'RS256', x5c: ['MII'], x5t: 'abc' },
  { ...sealing.jwk, kid: 'enc-ec', use: 'enc' },
  published,
]);
const keys = issuerKeys(people, () => NOW, fetchJson);

function token(claims: Members = {}, header: Members = {}, by: TestKey = key): string {
  const standard = {
    ...{ iss: ISSUER, sub: 'u-1', aud: SETTINGS.audience, client_id: 'cli', scope: 'openid fieldgate' },
    ...{ iat: SECONDS, exp: SECONDS + 600, jti: 'j', roles: ['audit', 'reader'], office: 'audit-office' },
  };
  return makeJws({ typ: 'at+jwt', alg: 'ES256', kid: 'k1', ...header }, { ...standard, ...claims }, by);
}

const NONE = { jkt: null };
const check = (text: string, by = people) => verifyPerson(text, by, keys, NOW, NONE);

it('knows a person by the access token of the issuer', async () => {
  expect(await check(token())).toEqual({
    issuer: ISSUER,
    subject: 'u-1',
    name: 'u-1',
    office: 'audit-office',
    actions: ['audit'],
    roles: ['reader'],
    authTime: null,
  });
});

it('takes the time of the login from the issuer, and no other time for it', async () => {
  const at = async (auth_time: unknown) => (await check(token({ auth_time })))?.authTime;
  const now = Math.floor(NOW / 1000);
  expect([await at(now - 900.5), await at(now + 60)]).toEqual([now - 901, now + 60]);
  for (const none of [now + 61, String(now), -1, true]) expect(await at(none)).toBeNull();
});

describe('reads the claims that the operator names', () => {
  it.each<[string, Members, Members, unknown]>([
    [
      'roles in an object',
      { roles: ['realm_access', 'roles'] },
      { realm_access: { roles: ['steward'] } },
      ['steward'],
    ],
    [
      'a name with dots',
      { roles: 'https://x/roles' },
      { 'https://x/roles': ['casework', 'steward'] },
      ['steward', 'casework'],
    ],
    ['one role as text', {}, { roles: 'casework' }, ['casework']],
    ['no roles', {}, { roles: undefined }, []],
    ['an action in another case', {}, { roles: ['Audit'] }, []],
    ['names of prototypes', {}, { roles: ['__proto__', 'constructor'] }, []],
    ['a list with something else in it', {}, { roles: ['audit', 1] }, []],
  ])('%s', async (_, changes, claims, actions) => {
    expect((await check(token(claims), settings(changes)))?.actions).toEqual(actions);
  });

  it('an office among groups', async () => {
    const grouped = settings({ office: 'groups', roles: 'groups', name: 'username' });
    const claims = { groups: ['audit', 'office:audit-office'], username: 'wang.fang' };
    expect(await check(token(claims), grouped)).toMatchObject({
      ...{ office: 'audit-office', name: 'wang.fang', subject: 'u-1', actions: ['audit'] },
    });
    const two = ['audit', 'office:audit-office', 'office:edu-county'];
    expect(await check(token({ groups: two, username: 'w' }), grouped)).toBeNull();
    expect(await check(token({ groups: ['audit-office'], username: 'w' }), grouped)).toBeNull();
    expect(await check(token(claims), settings({ office: ['constructor', 'name'] }))).toBeNull();
  });
});

it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('accepts typ %s', async (typ) => {
  expect(await check(token({}, { typ }))).not.toBeNull();
});

it('accepts several audiences, as RFC 9068 allows', async () => {
  expect(await check(token({ aud: ['x', SETTINGS.audience] }))).not.toBeNull();
});

const minutes = (n: number) => SECONDS + 60 * n;
describe('refuses', () => {
  it.each<[string, string]>([
    ['an ID token', token({}, { typ: 'JWT' })],
    ['no typ', token({}, { typ: undefined })],
    ['another typ', token({}, { typ: 'dpop+jwt' })],
    ['another issuer', token({ iss: 'https://login.example' })],
    ['an issuer with a slash more', token({ iss: `${ISSUER}/` })],
    ['another audience', token({ aud: 'https://other.example' })],
    ['no audience', token({ aud: undefined })],
    ['an audience that only begins so', token({ aud: `${SETTINGS.audience}.evil` })],
    ['an audience list with a number', token({ aud: [SETTINGS.audience, 1] })],
    ['no exp', token({ exp: undefined })],
    ['exp as text', token({ exp: String(minutes(5)) })],
    ['exp now', token({ exp: SECONDS })],
    ['a life of more than an hour', token({ exp: minutes(61) })],
    ['no iat', token({ iat: undefined })],
    ['iat in the future', token({ iat: minutes(2), exp: minutes(10) })],
    ['nbf in the future', token({ nbf: minutes(2) })],
    ['nbf as text', token({ nbf: 'now' })],
    ['no scope', token({ scope: undefined })],
    ['a scope that only begins so', token({ scope: 'openid fieldgate2' })],
    ['a token that is bound to a key, without its proof', token({ cnf: { jkt: 'x' } })],
    ['no sub', token({ sub: undefined })],
    ['an empty sub', token({ sub: '' })],
    ['a sub with a line break', token({ sub: 'u\n1' })],
    ['no office', token({ office: undefined })],
    ['an office that is no client id', token({ office: 'Audit Office' })],
    ['no kid', token({}, { kid: undefined })],
    ['an unknown kid', token({}, { kid: 'k2' })],
    ['the kid of a key for encryption', token({}, { kid: 'enc' })],
    ['a key for encryption that signs', token({}, { kid: 'enc-ec' }, sealing)],
    ['another algorithm, though the issuer has a key for it', token({}, { alg: 'RS256', kid: 'r1' }, rsa)],
    ['crit', token({}, { crit: ['exp'] })],
    ['b64', token({}, { b64: false })],
    ['a key in the header', token({}, { jwk: ecKey().jwk })],
    ['jku', token({}, { jku: 'https://evil.example/jwks' })],
    ['another key', token({}, {}, ecKey())],
    ['alg none', `${encode({ typ: 'at+jwt', alg: 'none', kid: 'k1' })}.${token().split('.')[1]}.`],
    ['text that is no token', 'abc'],
  ])('%s', async (_, text) => {
    expect(await check(text)).toBeNull();
  });

  it('HS256 with the public key as its secret', async () => {
    const head = encode({ typ: 'at+jwt', alg: 'HS256', kid: 'k1' });
    const text = `${head}.${token().split('.')[1]}`;
    const mac = createHmac('sha256', JSON.stringify(published)).update(text).digest('base64url');
    expect(await check(`${text}.${mac}`)).toBeNull();
  });

  it('a repeated member', async () => {
    const [, payload = ''] = token().split('.');
    const claims = Buffer.from(payload, 'base64url').toString();
    const doubled = claims.replace(/^\{/, '{"office":"steward-office",');
    expect(await check(makeJws({ typ: 'at+jwt', alg: 'ES256', kid: 'k1' }, doubled, key))).toBeNull();
  });
});

describe('tokens of Cognito', () => {
  const cognito = settings({
    kind: 'cognito',
    audience: 'client-1',
    algorithm: 'RS256',
    office: 'cognito:groups',
    roles: 'cognito:groups',
  });
  const rs256 = (claims: Members, header: Members = {}) => {
    const groups = ['steward', 'office:steward-office'];
    const standard = {
      ...{ iss: ISSUER, sub: 'u-2', client_id: 'client-1', token_use: 'access', scope: 'fieldgate' },
      username: 'chen.jie',
      ...{ iat: SECONDS, exp: SECONDS + 600, 'cognito:groups': groups },
    };
    const text = `${encode({ alg: 'RS256', kid: 'r1', ...header })}.${encode({ ...standard, ...claims })}`;
    return `${text}.${sign('sha256', Buffer.from(text), rsa.privateKey).toString('base64url')}`;
  };
  const checkCognito = (text: string) =>
    verifyPerson(
      text,
      cognito,
      issuerKeys(cognito, () => NOW, fetchJson),
      NOW,
      NONE,
    );

  it('are recognised by their use', async () => {
    expect(await checkCognito(rs256({}))).toMatchObject({
      ...{ office: 'steward-office', name: 'chen.jie', actions: ['steward'] },
    });
  });
  it.each<[string, string]>([
    ['an ID token', rs256({ token_use: 'id', aud: 'client-1' })],
    ['no use', rs256({ token_use: undefined })],
    ['another client', rs256({ client_id: 'client-2' })],
    [
      'a token of the sign-in API, which has another scope',
      rs256({ scope: 'aws.cognito.signin.user.admin' }),
    ],
    ['PS256, by the same key', rs256({}, { alg: 'PS256' })],
  ])('and not %s', async (_, text) => {
    expect(await checkCognito(text)).toBeNull();
  });
});

describe('the keys of the issuer', () => {
  it('are fetched once by many callers, again for an unknown key, and that once in ten seconds', async () => {
    const { state, fetchJson: fetchIt } = issuer([published]);
    let now = NOW;
    const cached = issuerKeys(people, () => now, fetchIt);
    await Promise.all(Array.from({ length: 20 }, () => cached('k1')));
    expect(state.asked).toBe(1);
    for (let i = 0; i < 5; i++) expect(await cached(`made-up-${i}`)).toEqual([]);
    expect(state.asked).toBe(1);
    now += 10_000;
    expect(await cached('made-up')).toEqual([]);
    expect(state.asked).toBe(2);
    now += 300_000;
    await cached('k1');
    expect(state.asked).toBe(3);
  });

  it('remain usable for an hour of outage, and no longer', async () => {
    const { state, fetchJson: fetchIt } = issuer([published]);
    let now = NOW;
    const cached = issuerKeys(people, () => now, fetchIt);
    await cached('k1');
    state.reachable = false;
    now += 3_600_000;
    expect(await cached('k1')).toHaveLength(1);
    now += 11_000;
    await expect(cached('k1')).rejects.toThrow();
  });

  it.each<[string, Members]>([
    ['a document of another issuer', { issuer: 'https://evil.example' }],
    ['keys over plain HTTP', { jwks_uri: 'http://login.example/jwks' }],
    ['keys on this machine, for an issuer elsewhere', { jwks_uri: 'http://127.0.0.1/jwks' }],
    ['keys with userinfo', { jwks_uri: 'https://u:p@login.example/jwks' }],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['no keys', { jwks_uri: undefined }],
  ])('are not taken from %s', async (_, changes) => {
    const { state, fetchJson: fetchIt } = issuer([published], changes);
    state.documents.set('http://login.example/jwks', { keys: [published] });
    state.documents.set('http://127.0.0.1/jwks', { keys: [published] });
    await expect(issuerKeys(people, () => NOW, fetchIt)('k1')).rejects.toThrow();
  });
});

it.each<[string, Members]>([
  ['an issuer over plain HTTP', { issuer: 'http://login.example' }],
  ['an issuer with a query', { issuer: 'https://login.example?x' }],
  ['an algorithm that proves nothing', { algorithm: 'HS256' }],
  ['an unknown member', { audiences: [] }],
])('the setting refuses %s', (_, changes) => {
  expect(() => settings(changes)).toThrow();
});
