import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenApp } from '../../functions/token/app.ts';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import {
  agencyWith,
  CLIENT,
  fileParts,
  ISSUER,
  KID,
  makeAssertion,
  makeProof,
  tokenForm,
  tokenHeaders,
} from '../support/identity.ts';
import { assertion, ecKey, edKey, encode, makeJws, rsaKey } from '../support/jws.ts';

const PURPOSES = { knows: (code: string) => code === 'S1' };

const parts = await fileParts();
const app = tokenApp(parts.deps, PURPOSES);

async function ask(client_assertion: string, more: Record<string, string> = {}) {
  const response = await app.request('/oauth/token', {
    method: 'POST',
    headers: tokenHeaders(parts),
    body: tokenForm(parts, { client_assertion, ...more }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, error: body['error'], body, headers: response.headers };
}

const REFUSED = { status: 401, error: 'invalid_client' };
const seconds = () => Math.floor(parts.clock.now / 1000);

describe('the form of an assertion', () => {
  it('is accepted with the standard claims', async () => {
    expect(await ask(makeAssertion(parts))).toMatchObject({ status: 200 });
  });

  it.each([
    ['aud as an array of the issuer alone', { aud: [ISSUER] }, {}],
    ['no iat', { iat: undefined }, {}],
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ client-authentication+jwt', {}, { typ: 'client-authentication+jwt' }],
    ['no kid, where the agency has one signing key', {}, { kid: undefined }],
    ['exp 300 s ahead', { exp: 1772438400 + 300 }, {}],
    ['iat 60 s behind and exp 300 s ahead', { iat: 1772438400 - 60, exp: 1772438400 + 300 }, {}],
    ['jti of 128 characters', { jti: 'j'.repeat(128) }, {}],
    ['client_id that agrees', {}, {}],
  ])('accepts %s', async (_, claims, header) => {
    expect(await ask(makeAssertion(parts, claims, header), { client_id: CLIENT })).toMatchObject({
      status: 200,
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['sub other than iss', { sub: 'mca-county' }],
    ['no sub', { sub: undefined }],
    ['no iss', { iss: undefined }],
    ['an unknown client', { iss: 'nobody', sub: 'nobody' }],
    ['a client id that is a prototype key', { iss: '__proto__', sub: '__proto__' }],
    ['iss that is no text', { iss: 1, sub: 1 }],
    ['no aud', { aud: undefined }],
    ['aud of the token endpoint', { aud: `${ISSUER}/oauth/token` }],
    ['aud with a trailing slash', { aud: `${ISSUER}/` }],
    ['aud with a second member', { aud: [ISSUER, 'https://other.example'] }],
    ['aud with the issuer twice', { aud: [ISSUER, ISSUER] }],
    ['an empty aud', { aud: [] }],
    ['no exp', { exp: undefined }],
    ['exp as text', { exp: '1772438460' }],
    ['exp in the past', { exp: 1772438399 }],
    ['exp now', { exp: 1772438400 }],
    ['exp over 300 s ahead', { exp: 1772438400 + 301 }],
    ['iat days before exp', { iat: 1772438400 - 86400 }],
    ['iat after exp', { iat: 1772438400 + 30, exp: 1772438400 + 10 }],
    ['exp in milliseconds', { exp: 1772438460000 }],
    ['iat in the future', { iat: 1772438400 + 120 }],
    ['iat that is no number', { iat: 'now' }],
    ['nbf in the future', { nbf: 1772438400 + 120 }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a jti of 129 characters', { jti: 'j'.repeat(129) }],
    ['a jti that is no text', { jti: 7 }],
  ])('refuses %s', async (_, claims) => {
    expect(await ask(makeAssertion(parts, claims))).toMatchObject(REFUSED);
  });

  it.each<[string, Record<string, unknown>]>([
    ['alg none in the header', { alg: 'none' }],
    ['alg HS256 in the header', { alg: 'HS256' }],
    ['alg RS256 in the header', { alg: 'RS256' }],
    ['alg ES384 in the header', { alg: 'ES384' }],
    ['alg EdDSA on an EC key', { alg: 'EdDSA' }],
    ['alg in lower case', { alg: 'es256' }],
    ['alg __proto__', { alg: '__proto__' }],
    ['no alg', { alg: undefined }],
    ['an unknown kid', { kid: 'other' }],
    ['the kid of the encryption key', { kid: 'enc-1' }],
    ['a kid that is no text', { kid: 1 }],
    ['jwk', { jwk: {} }],
    ['jku', { jku: 'https://evil.example/jwks' }],
    ['x5u', { x5u: 'https://evil.example/x5' }],
    ['x5c', { x5c: ['MII'] }],
    ['crit', { crit: ['exp'] }],
    ['b64 false', { b64: false }],
    ['b64 true with crit', { b64: true, crit: ['b64'] }],
    ['typ of an access token', { typ: 'at+jwt' }],
    ['typ of a DPoP proof', { typ: 'dpop+jwt' }],
  ])('refuses a header with %s', async (_, header) => {
    expect(await ask(makeAssertion(parts, {}, header))).toMatchObject(REFUSED);
  });
});

describe('the key of an assertion', () => {
  const claims = () => ({
    iss: CLIENT,
    sub: CLIENT,
    aud: ISSUER,
    exp: seconds() + 60,
    jti: crypto.randomUUID(),
  });

  it('refuses an unsigned one', async () => {
    const text = `${encode({ alg: 'none', kid: KID })}.${encode(claims())}`;
    expect(await ask(`${text}.`)).toMatchObject(REFUSED);
    expect(await ask(text)).toMatchObject(REFUSED);
  });

  it('refuses HS256 with the public key as secret', async () => {
    const text = `${encode({ alg: 'HS256', kid: KID })}.${encode(claims())}`;
    for (const secret of [
      JSON.stringify(parts.sig.jwk),
      Buffer.from(parts.sig.jwk['x'] ?? '', 'base64url'),
    ]) {
      const mac = createHmac('sha256', secret).update(text).digest('base64url');
      expect(await ask(`${text}.${mac}`)).toMatchObject(REFUSED);
    }
  });

  it('refuses another key, and a key that the header brings along', async () => {
    const other = ecKey();
    expect(await ask(makeJws({ alg: 'ES256', kid: KID }, claims(), other))).toMatchObject(REFUSED);
    expect(await ask(makeJws({ alg: 'ES256', kid: KID, jwk: other.jwk }, claims(), other))).toMatchObject(
      REFUSED,
    );
  });

  it("refuses another client's id under one's own key", async () => {
    await putAgency(parts.deps.tables.agencies, agencyWith(ecKey(), { clientId: asClientId('mca-county') }));
    expect(await ask(makeAssertion(parts, { iss: 'mca-county', sub: 'mca-county' }))).toMatchObject(REFUSED);
    expect(await ask(makeAssertion(parts), { client_id: 'mca-county' })).toMatchObject(REFUSED);
  });

  it('refuses a DER signature and a changed payload', async () => {
    const [head = '', , tail = ''] = makeAssertion(parts).split('.');
    expect(await ask(`${head}.${encode(claims())}.${tail}`)).toMatchObject(REFUSED);
    const der = Buffer.from('30440220', 'hex').toString('base64url');
    expect(await ask(`${head}.${encode(claims())}.${der}`)).toMatchObject(REFUSED);
  });

  it.each([
    ['Ed25519', edKey(), 'EdDSA'],
    ['Ed25519 by its own name', edKey(), 'Ed25519'],
    ['RSA-PSS', rsaKey(), 'PS256'],
  ])('accepts %s', async (_, key, alg) => {
    const clientId = `with-${alg.toLowerCase()}`;
    const jwks = { keys: [{ ...key.jwk, kty: key.jwk['kty'] ?? '', kid: KID, use: 'sig' as const, alg }] };
    await putAgency(parts.deps.tables.agencies, {
      ...agencyWith(ecKey()),
      clientId,
      jwks,
    });
    const about = { clientId, issuer: ISSUER, key, kid: KID, now: parts.clock.now };
    expect(await ask(assertion(about, {}, { alg }))).toMatchObject({ status: 200 });
    // A key registered for one algorithm serves no other.
    expect(await ask(assertion(about, {}, { alg: 'ES256' }))).toMatchObject(REFUSED);
  });

  it.each([
    ['RSA of 1024 bits', () => rsaKey(1024), 'PS256'],
    ['RSA with the exponent 3', () => rsaKey(2048, 3), 'PS256'],
    ['P-384', () => ecKey('P-384'), 'ES256'],
  ])('refuses %s', async (name, make, alg) => {
    const key = make();
    const clientId = name.toLowerCase().replaceAll(' ', '-');
    const jwks = { keys: [{ ...key.jwk, kty: key.jwk['kty'] ?? '', kid: KID, use: 'sig' as const }] };
    await putAgency(parts.deps.tables.agencies, {
      ...agencyWith(ecKey()),
      clientId,
      jwks,
    });
    const about = { clientId, issuer: ISSUER, key, kid: KID, now: parts.clock.now };
    expect(await ask(assertion(about, {}, { alg }))).toMatchObject(REFUSED);
  });

  it('tells a suspended agency so by its own key alone, and any other caller nothing', async () => {
    const key = ecKey();
    const clientId = 'suspended';
    await putAgency(
      parts.deps.tables.agencies,
      agencyWith(key, { clientId: asClientId(clientId), suspended: true }),
    );
    const about = { clientId, issuer: ISSUER, key, kid: KID, now: parts.clock.now };
    const unknown = { ...about, clientId: 'unknown-agency' };
    const foreign = { ...about, key: ecKey() };
    const [a, b] = [await ask(assertion(foreign)), await ask(assertion(unknown))];
    expect(a).toMatchObject(REFUSED);
    expect(b.body).toEqual(a.body);
    const own = await ask(assertion(about));
    expect(own.status).toBeGreaterThanOrEqual(400);
    expect(own.body).toMatchObject({ error_description: expect.stringContaining('steward') });
  });
});

describe('the text of an assertion', () => {
  const payload = () =>
    `{"iss":"${CLIENT}","sub":"${CLIENT}","aud":"${ISSUER}","exp":${seconds() + 60},"jti":"${crypto.randomUUID()}"`;

  it('refuses doubled members in header and payload', async () => {
    const header = `{"alg":"ES256","kid":"${KID}"`;
    expect(await ask(makeJws(`${header}}`, `${payload()}}`, parts.sig))).toMatchObject({ status: 200 });
    expect(await ask(makeJws(`${header},"kid":"${KID}"}`, `${payload()}}`, parts.sig))).toMatchObject(
      REFUSED,
    );
    expect(await ask(makeJws(`${header}}`, `${payload()},"sub":"${CLIENT}"}`, parts.sig))).toMatchObject(
      REFUSED,
    );
    expect(
      await ask(makeJws(`${header}}`, `${payload()},"s\\u0075b":"${CLIENT}"}`, parts.sig)),
    ).toMatchObject(REFUSED);
  });

  it.each([
    ['padding', (text: string) => text.replace('.', '=.')],
    ['a fourth part', (text: string) => `${text}.`],
    ['white space around', (text: string) => ` ${text}`],
    ['a line break within', (text: string) => `${text.slice(0, 10)}\n${text.slice(10)}`],
    ['the standard alphabet', (text: string) => text.replace(/.$/, '+')],
    ['nothing', () => 'x'],
    ['too many bytes', (text: string) => `${text}${'A'.repeat(9000)}`],
  ])('refuses %s', async (_, change) => {
    expect(await ask(change(makeAssertion(parts)))).toMatchObject(REFUSED);
  });

  it('refuses an array, a list and malformed JSON', async () => {
    for (const text of ['[]', '1', 'null', '{', '\ufeff{}']) {
      expect(await ask(makeJws({ alg: 'ES256', kid: KID }, text, parts.sig))).toMatchObject(REFUSED);
      expect(await ask(makeJws(text, `${payload()}}`, parts.sig))).toMatchObject(REFUSED);
    }
  });

  it('refuses a DPoP proof and an access token', async () => {
    const proof = makeProof(parts, { method: 'POST', path: '/oauth/token' });
    expect(await ask(proof)).toMatchObject(REFUSED);
    const { body } = await ask(makeAssertion(parts));
    expect(await ask(body['access_token'] as string)).toMatchObject(REFUSED);
  });
});

describe('replay of an assertion', () => {
  it('is refused, also by another instance, and until after its end', async () => {
    const text = makeAssertion(parts);
    const other = tokenApp({ ...parts.deps }, PURPOSES);
    expect(await ask(text)).toMatchObject({ status: 200 });
    expect(await ask(text)).toMatchObject(REFUSED);
    const again = await other.request('/oauth/token', {
      method: 'POST',
      headers: tokenHeaders(parts),
      body: tokenForm(parts, { client_assertion: text }),
    });
    expect(again.status).toBe(401);
  });

  it('accepts one of many concurrent uses', async () => {
    const text = makeAssertion(parts);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(text)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('fails closed when the claims table is out of reach', async () => {
    parts.faults.add({ service: 'store', kind: 'error', operation: 'PutItem', times: 100 });
    const answer = await ask(makeAssertion(parts));
    parts.faults.clear();
    expect(answer).toMatchObject({ status: 503, error: 'temporarily_unavailable' });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('survives a lost answer to the first write', async () => {
    parts.faults.add({ service: 'store', kind: 'lost-answer', operation: 'PutItem', times: 1 });
    expect(await ask(makeAssertion(parts))).toMatchObject({ status: 200 });
    parts.faults.clear();
  });
});
