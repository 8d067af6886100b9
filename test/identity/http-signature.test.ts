import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyHttpSignature, verifyStoredSignature } from '../../shared/identity/agencies/http-signature.ts';
import type { Json } from '../../shared/json.ts';
import { signedHeaders } from '../support/identity.ts';
import { ecKey, edKey, rsaKey, type TestKey } from '../support/jws.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');
const SECONDS = NOW / 1000;
const sig: { key: TestKey; kid: string; alg?: string } = { key: ecKey(), kid: 'sig-1' };
const request = {
  method: 'POST',
  url: 'https://gateway.example/v1/releases?x=1',
  authorization: 'DPoP a.b.c',
  body: '{"a":1}',
  now: NOW,
};
type Change = Parameters<typeof signedHeaders>[2];

/** Signs with `change`, then sends with `sent` instead of the signed parts. */
function check(change: Change = {}, sent: Partial<Record<string, string>> = {}, now = NOW, key = sig) {
  const headers = { ...signedHeaders(request, key, change), ...sent } as Record<string, string>;
  const find = (keyid: string) => (keyid === 'sig-1' ? [{ ...key.key.jwk, use: 'sig' } as Json] : []);
  return verifyHttpSignature(
    {
      method: sent['method'] ?? request.method,
      targetUri: sent['url'] ?? request.url,
      credential: { header: 'authorization', value: sent['authorization'] ?? request.authorization },
      body: Buffer.from(sent['body'] ?? request.body),
      signature: headers['signature'] ?? '',
      signatureInput: headers['signature-input'] ?? '',
      contentDigest: headers['content-digest'] ?? '',
    },
    find,
    now,
  );
}

describe('a message signature', () => {
  it('is valid, and can be checked again from the stored evidence', () => {
    const evidence = check();
    expect(evidence).toMatchObject({ keyid: 'sig-1' });
    expect(evidence && verifyStoredSignature(evidence)).toBe(true);
    expect(evidence && verifyStoredSignature({ ...evidence, base: `${evidence.base} ` })).toBe(false);
  });

  it('covers the lines of RFC 9421, 2.5', () => {
    expect(check()?.base).toBe(
      [
        '"@method": POST',
        '"@target-uri": https://gateway.example/v1/releases?x=1',
        `"content-digest": sha-256=:${hash('sha256', request.body, 'base64')}:`,
        '"authorization": DPoP a.b.c',
        `"@signature-params": ("@method" "@target-uri" "content-digest" "authorization");created=${SECONDS};keyid="sig-1";alg="ecdsa-p256-sha256"`,
      ].join('\n'),
    );
  });

  it('may be made with Ed25519, name its components in any order and leave alg out', () => {
    const ed = { key: edKey(), kid: 'sig-1', alg: 'ed25519' };
    const evidence = check({}, {}, NOW, ed);
    expect(evidence && verifyStoredSignature(evidence)).toBe(true);
    const components = ['authorization', 'content-digest', '@target-uri', '@method'];
    expect(check({ components, parameters: `;keyid="sig-1";created=${SECONDS}` })).not.toBeNull();
  });

  it.each<[string, Change]>([
    ['a component is missing', { components: ['@method', '@target-uri', 'content-digest'] }],
    [
      'a component stands twice',
      { components: ['@method', '@method', '@target-uri', 'content-digest', 'authorization'] },
    ],
    [
      'a component more is covered',
      { components: ['@method', '@target-uri', 'content-digest', 'authorization', 'date'] },
    ],
    ['created is missing', { parameters: ';keyid="sig-1"' }],
    ['keyid is missing', { parameters: `;created=${SECONDS}` }],
    ['keyid is unknown', { parameters: `;created=${SECONDS};keyid="other"` }],
    ['keyid stands twice', { parameters: `;created=${SECONDS};keyid="other";keyid="sig-1"` }],
    ['created is text', { parameters: `;created="${SECONDS}";keyid="sig-1"` }],
    ['it is old', { parameters: `;created=${SECONDS - 121};keyid="sig-1"` }],
    ['it is of the future', { parameters: `;created=${SECONDS + 61};keyid="sig-1"` }],
    ['it has expired', { parameters: `;created=${SECONDS};expires=${SECONDS};keyid="sig-1"` }],
    ['alg is another', { parameters: `;created=${SECONDS};keyid="sig-1";alg="ed25519"` }],
    ['alg is hmac-sha256', { parameters: `;created=${SECONDS};keyid="sig-1";alg="hmac-sha256"` }],
    ['a parameter is unknown', { parameters: `;created=${SECONDS};keyid="sig-1";evil="1"` }],
    ['a parameter is called __proto__', { parameters: `;created=${SECONDS};keyid="sig-1";__proto__="1"` }],
    ['the digest is MD5', { digest: 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' }],
    ['the digest is of another body', { digest: `sha-256=:${hash('sha256', 'other', 'base64')}:` }],
    ['the digest is hex', { digest: `sha-256=:${hash('sha256', request.body, 'hex')}:` }],
  ])('is refused when %s', (_, change) => {
    expect(check(change)).toBeNull();
  });

  it.each<[string, Partial<Record<string, string>>]>([
    ['another method', { method: 'PUT' }],
    ['another URL', { url: 'https://gateway.example/v1/releases' }],
    ['another token', { authorization: 'DPoP a.b.d' }],
    ['another body', { body: '{"a":2}' }],
    ['another label', { signature: 'sig2=:AAAA:' }],
    ['no signature', { signature: '' }],
    ['no input', { 'signature-input': '' }],
    ['two signatures', { 'signature-input': 'sig1=();created=1;keyid="a", sig2=();created=1;keyid="a"' }],
  ])('is refused with %s', (_, sent) => {
    expect(check({}, sent)).toBeNull();
  });

  it('may be made with RSA, by the one supported algorithm of the standard', async () => {
    const rsa = { key: rsaKey(), kid: 'sig-1', alg: 'rsa-pss-sha512' };
    const evidence = check({}, {}, NOW, rsa);
    expect(evidence && verifyStoredSignature(evidence)).toBe(true);
    expect(evidence && verifyStoredSignature({ ...evidence, base: `${evidence.base} ` })).toBe(false);
    expect(check({}, {}, NOW, { ...rsa, alg: 'rsa-v1_5-sha256' })).toBeNull();
    expect(check({}, {}, NOW, { ...rsa, alg: 'ecdsa-p256-sha256' })).toBeNull();
  });
});

// RFC 9421, B.2.6: our line format gives the base that the standard's own signature is over.
it('builds signature bases as the standard does', () => {
  const base = [
    '"date": Tue, 20 Apr 2021 02:07:55 GMT',
    '"@method": POST',
    '"@path": /foo',
    '"@authority": example.com',
    '"content-type": application/json',
    '"content-length": 18',
    '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
  ].join('\n');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs' };
  const signature =
    'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
  expect(verifyStoredSignature({ keyid: 'test-key-ed25519', base, signature, key: jwk })).toBe(true);
});
