/** The DPoP proof of a call (RFC 9449, 4.3): its contents, and its single use. */
import { createHmac, hash } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyProof } from '../../shared/identity/tokens/dpop.ts';
import { CLIENT, ISSUER, makeProof } from '../support/identity.ts';
import { ecKey, edKey, encode, makeJws, rsaKey, type TestKey } from '../support/jws.ts';
import { BAD_PROOF, BAD_TOKEN, NOW, openGuarded } from './guarded.ts';

const { parts, app, token, boundToken, call } = await openGuarded();
let bound: string;
beforeEach(async () => {
  bound = await boundToken();
});
afterAll(() => parts.close());

type Members = Record<string, unknown>;
const proofFor = (claims: Members = {}, header: Members = {}, key?: TestKey) =>
  makeProof(
    parts,
    { method: 'POST', path: '/v1/thing', token: bound, ...(key ? { key } : {}) },
    claims,
    header,
  );
const withProof = (dpop: string) => call({ authorization: `DPoP ${bound}`, dpop });

describe('a DPoP proof', () => {
  it('is accepted, and the session names the caller', async () => {
    const answer = await withProof(proofFor({ iat: NOW - 7 }));
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toMatchObject({
      caller: { clientId: CLIENT, departments: ['EDU'], areas: ['990001'] },
      grant: { actions: ['release'], purpose: 'S1' },
      clockSkew: -7,
    });
    expect(answer.response.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, Members]>([
    ['htu with another case of scheme and host', { htu: 'HTTPS://Gateway.EXAMPLE/v1/thing' }],
    ['htu with the default port', { htu: `${ISSUER}:443/v1/thing` }],
    ['htu with query and fragment, which are ignored', { htu: `${ISSUER}/v1/thing?a=1#b` }],
    ['iat at the oldest', { iat: NOW - 120 }],
    ['iat a little ahead', { iat: NOW + 60 }],
    ['iat with a fraction', { iat: NOW - 0.5 }],
    ['a jti of 128 characters', { jti: 'j'.repeat(128) }],
  ])('accepts %s', async (_, claims) => {
    expect(await withProof(proofFor(claims))).toMatchObject({ status: 200 });
  });

  it('is claimed for as long as it is accepted', () => {
    const text = proofFor({ iat: NOW });
    const at = (second: number) =>
      verifyProof(text, { method: 'POST', url: `${ISSUER}/v1/thing`, token: bound, now: second * 1000 });
    const expires = at(NOW)?.claim.expires ?? expect.fail('not accepted');
    expect(at(expires)).toBeTruthy();
    expect(at(expires + 1)).toBe(null);
  });

  it.each<[string, Members]>([
    ['htm in lower case', { htm: 'post' }],
    ['htm of another method', { htm: 'GET' }],
    ['no htm', { htm: undefined }],
    ['no htu', { htu: undefined }],
    ['htu of another host', { htu: 'https://other.example/v1/thing' }],
    ['htu of another port', { htu: `${ISSUER}:8443/v1/thing` }],
    ['htu over http', { htu: 'http://gateway.example/v1/thing' }],
    ['htu with the http port', { htu: `${ISSUER}:80/v1/thing` }],
    ['htu of another path', { htu: `${ISSUER}/v1/things` }],
    ['htu with a trailing slash', { htu: `${ISSUER}/v1/thing/` }],
    ['htu with a path in another case', { htu: `${ISSUER}/V1/thing` }],
    ['htu without a path', { htu: ISSUER }],
    ['htu with dot segments', { htu: `${ISSUER}/v1/x/../thing` }],
    ['htu with userinfo', { htu: 'https://user:pass@gateway.example/v1/thing' }],
    ['htu with an empty userinfo', { htu: 'https://@gateway.example/v1/thing' }],
    ['htu with backslashes', { htu: 'https:\\\\gateway.example\\v1\\thing' }],
    ['htu with one slash', { htu: 'https:/gateway.example/v1/thing' }],
    ['htu with white space', { htu: ` ${ISSUER}/v1/thing` }],
    ['htu with a trailing dot host', { htu: 'https://gateway.example./v1/thing' }],
    ['htu that is a list', { htu: [`${ISSUER}/v1/thing`] }],
    ['htu percent-encoded', { htu: `${ISSUER}/v1/%74hing` }],
    ['no ath', { ath: undefined }],
    ['ath in hex', { ath: 'hex' }],
    ['ath padded', { ath: 'padded' }],
    ['ath of another token', { ath: hash('sha256', 'other', 'base64url') }],
    ['no jti', { jti: undefined }],
    ['an empty jti', { jti: '' }],
    ['a huge jti', { jti: 'j'.repeat(129) }],
    ['a jti that is no text', { jti: 1 }],
    ['no iat', { iat: undefined }],
    ['iat too old', { iat: NOW - 121 }],
    ['iat too far ahead', { iat: NOW + 61 }],
    ['iat as text', { iat: String(NOW) }],
    ['iat in milliseconds', { iat: NOW * 1000 }],
    ['iat below zero', { iat: -1 }],
    ['exp in the past', { exp: NOW - 1 }],
    ['exp as text', { exp: String(NOW + 60) }],
    ['exp that is null', { exp: null }],
    ['nbf in the future', { nbf: NOW + 120 }],
    ['nbf as text', { nbf: String(NOW) }],
  ])('refuses %s', async (_, claims) => {
    if (claims['ath'] === 'hex') claims['ath'] = hash('sha256', bound, 'hex');
    if (claims['ath'] === 'padded') claims['ath'] = `${hash('sha256', bound, 'base64url')}=`;
    expect(await withProof(proofFor(claims))).toMatchObject(BAD_PROOF);
  });

  it.each<[string, Members]>([
    ['typ JWT', { typ: 'JWT' }],
    ['no typ', { typ: undefined }],
    ['alg none', { alg: 'none' }],
    ['alg HS256', { alg: 'HS256' }],
    ['alg __proto__', { alg: '__proto__' }],
    ['no jwk', { jwk: undefined }],
    ['jwk that is no object', { jwk: 'key' }],
    ['jku', { jku: 'https://evil.example' }],
    ['x5c', { x5c: [] }],
    ['crit', { crit: [] }],
    ['b64', { b64: false }],
  ])('refuses a header with %s', async (_, header) => {
    expect(await withProof(proofFor({}, header))).toMatchObject(BAD_PROOF);
  });

  it('refuses a private or symmetric key in jwk', async () => {
    const d = parts.dpop.privateKey.export({ format: 'jwk' }).d;
    expect(await withProof(proofFor({}, { jwk: { ...parts.dpop.jwk, d } }))).toMatchObject(BAD_PROOF);
    expect(await withProof(proofFor({}, { jwk: { ...parts.dpop.jwk, k: 'AA' } }))).toMatchObject(BAD_PROOF);
    const oct = { kty: 'oct', k: Buffer.alloc(32).toString('base64url') };
    const text = `${encode({ typ: 'dpop+jwt', alg: 'HS256', jwk: oct })}.${encode({ jti: 'a' })}`;
    const mac = createHmac('sha256', Buffer.alloc(32)).update(text).digest('base64url');
    expect(await withProof(`${text}.${mac}`)).toMatchObject(BAD_PROOF);
  });

  it.each([
    ['off the curve', (jwk: Members) => ({ ...jwk, y: jwk['x'] })],
    ['zero', (jwk: Members) => ({ ...jwk, x: encode(' '.repeat(32)), y: encode(' '.repeat(32)) })],
    ['too short', (jwk: Members) => ({ ...jwk, x: 'AA' })],
    ['padded', (jwk: Members) => ({ ...jwk, x: `${jwk['x']}=` })],
    ['missing', (jwk: Members) => ({ ...jwk, y: undefined })],
    ['of another curve', (jwk: Members) => ({ ...jwk, crv: 'P-384' })],
    ['of a curve called __proto__', (jwk: Members) => ({ ...jwk, crv: '__proto__' })],
  ])('refuses a point that is %s', async (_, change) => {
    expect(await withProof(proofFor({}, { jwk: change(parts.dpop.jwk) }))).toMatchObject(BAD_PROOF);
  });

  it('refuses the signature of another key, a changed payload and a missing signature', async () => {
    const own = proofFor();
    const [head, , tail] = own.split('.');
    expect(await withProof(proofFor({}, { jwk: parts.dpop.jwk }, ecKey()))).toMatchObject(BAD_PROOF);
    expect(await withProof(`${head}.${encode({ jti: 'x' })}.${tail}`)).toMatchObject(BAD_PROOF);
    expect(await withProof(own.slice(0, own.lastIndexOf('.') + 1))).toMatchObject(BAD_PROOF);
    expect(await withProof(own.slice(0, own.lastIndexOf('.')))).toMatchObject(BAD_PROOF);
  });

  it('refuses doubled members', async () => {
    const about = `"htm":"POST","htu":"${ISSUER}/v1/thing","iat":${NOW},"ath":"${hash('sha256', bound, 'base64url')}"`;
    const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: parts.dpop.jwk });
    const good = makeJws(header, `{"jti":"single",${about}}`, parts.dpop);
    const bad = makeJws(header, `{"jti":"first","jti":"second",${about}}`, parts.dpop);
    expect(await withProof(good)).toMatchObject({ status: 200 });
    expect(await withProof(bad)).toMatchObject(BAD_PROOF);
  });

  it('must be present exactly once', async () => {
    expect(await call({ authorization: `DPoP ${bound}` })).toMatchObject(BAD_PROOF);
    const [a, b] = [proofFor(), proofFor()];
    for (const dpop of [`${a}, ${b}`, `${a},${a}`, `${a} ${b}`, `${a},`]) {
      expect(await withProof(dpop)).toMatchObject(BAD_PROOF);
    }
  });

  it('under another key than the token names is an invalid token (RFC 9449, 7.1)', async () => {
    expect(await withProof(proofFor({}, {}, ecKey()))).toMatchObject(BAD_TOKEN);
  });

  it('is accepted once', async () => {
    const proof = proofFor();
    expect(await withProof(proof)).toMatchObject({ status: 200 });
    expect(await withProof(proof)).toMatchObject({ ...BAD_PROOF, code: 'DPOP_REPLAYED' });
  });

  it('with a used jti is refused under the same key and accepted under another key', async () => {
    expect(await withProof(proofFor({ jti: 'same' }))).toMatchObject({ status: 200 });
    expect(await withProof(proofFor({ jti: 'same', iat: NOW - 1 }))).toMatchObject({ code: 'DPOP_REPLAYED' });
    const key = ecKey();
    const other = await token({ dpop: makeProof(parts, { method: 'POST', path: '/oauth/token', key }) });
    const dpop = makeProof(parts, { method: 'POST', path: '/v1/thing', token: other, key }, { jti: 'same' });
    expect(await call({ authorization: `DPoP ${other}`, dpop })).toMatchObject({ status: 200 });
  });

  it('is refused while the claims table is out of reach, at once and deferred', async () => {
    parts.faults.add({ service: 'store', kind: 'timeout', operation: 'PutItem', times: 100 });
    const direct = await withProof(proofFor());
    const dpop = makeProof(parts, { method: 'GET', path: '/v1/deferred', token: bound });
    const deferred = await call({ authorization: `DPoP ${bound}`, dpop }, '/v1/deferred', 'GET');
    parts.faults.clear();
    expect(direct).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    expect(deferred).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
  });

  it.each([
    ['Ed25519', edKey(), 'EdDSA'],
    ['RSA-PSS', rsaKey(), 'PS256'],
  ])('may be made with %s', async (_, key, alg) => {
    const own = await token({
      dpop: makeProof(parts, { method: 'POST', path: '/oauth/token', key }, {}, { alg }),
    });
    const dpop = makeProof(parts, { method: 'POST', path: '/v1/thing', token: own, key }, {}, { alg });
    expect(await call({ authorization: `DPoP ${own}`, dpop })).toMatchObject({ status: 200 });
  });

  it('for HEAD names HEAD, and the path as requested', async () => {
    const path = '/v1/things/a%20b';
    const good = makeProof(parts, { method: 'HEAD', path, token: bound });
    const bad = makeProof(parts, { method: 'GET', path, token: bound });
    const status = async (dpop: string) =>
      (await app.request(path, { method: 'HEAD', headers: { authorization: `DPoP ${bound}`, dpop } })).status;
    expect(await status(good)).toBe(200);
    expect(await status(bad)).toBe(401);
  });
});
