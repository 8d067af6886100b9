/** Attestations: their contents, and their check by third-party code. The refusals are in `refused-*.test.ts`. */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { describe, expect, it } from 'vitest';
import { checkStatus, verifyEligibility } from '../../shared/attestation/eligibility.ts';
import { deflate, setBits } from '../../shared/attestation/status-list.ts';
import { faultOf, join, nameOf, options, salt } from './forge.ts';
import { ABOUT, bind, forgeJwt, issue, issuer, NOW } from './issuer.ts';

/** The outside implementation's clock. */
const AT = { currentDate: NOW / 1000 };
const BINDING = { audience: 'https://verifier.example', nonce: 'n-1', maxAge: 300 };

describe('an attestation', () => {
  it('contains the facts for which it was issued', async () => {
    expect(await verifyEligibility(await issue(), options)).toEqual(ABOUT);
  });

  it('is of one length whatever the outcome', async () => {
    const lengths = new Set<number>();
    for (const outcome of ['YES', 'NOT_CONFIRMED', 'YES', 'NOT_CONFIRMED'] as const) {
      const text = await issue({ outcome });
      expect((await verifyEligibility(text, options)).outcome).toBe(outcome);
      lengths.add(text.length);
    }
    expect([...lengths]).toHaveLength(1);
    expect([...lengths][0]).toBeLessThan(1800);
  });

  it('never repeats a salt, a digest or a decoy', async () => {
    const texts = await Promise.all(Array.from({ length: 20 }, () => issue()));
    const marks = texts.flatMap((text) => {
      const [jwt = '', ...disclosures] = text.split('~');
      const { _sd } = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
      expect(_sd).toHaveLength(8);
      return [..._sd, ...disclosures.filter((one) => one !== '').map((one) => salt(one))];
    });
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('can be shown without pseudonym and recipient, but not without programme and outcome', async () => {
    const [jwt = '', ...disclosures] = (await issue()).split('~');
    const showing = (...names: string[]) =>
      join(jwt, ...disclosures.filter((one) => one !== '' && names.includes(nameOf(one))));
    const shown = await verifyEligibility(showing('programme', 'outcome'), options);
    expect(shown.pseudonym).toBeUndefined();
    expect(shown.recipient).toBeUndefined();
    expect(await faultOf(showing('programme'))).toBe('CLAIM');
    expect(await faultOf(showing('outcome'))).toBe('CLAIM');
  });

  it('is bound to its holder if the verifier requires it, and only then', async () => {
    const text = await issue();
    expect(await faultOf(bind(text), { keyBinding: BINDING })).toBeNull();
    expect(await faultOf(text, { keyBinding: BINDING })).toBe('KEY_BINDING');
    expect(await faultOf(bind(text))).toBe('KEY_BINDING');
  });

  it('verifies with a third-party implementation, revocation included', async () => {
    const outside = (revoked: number[]) => outsideVerifier(revoked);
    const text = await issue();
    expect(await outside([]).getClaims(text)).toMatchObject({ programme: 'spring-bud', outcome: 'YES' });
    const { payload } = await outside([1, 2, 3]).verify(text, AT);
    expect(payload).toMatchObject({ vct: 'urn:fieldgate:eligibility:1', sub: ABOUT.pseudonym });
    await expect(outside([ABOUT.status.index]).verify(text, AT)).rejects.toThrow();
    await expect(outside([]).verify(`${text.slice(0, 400)}A${text.slice(401)}`, AT)).rejects.toThrow();
  });
});

/** `@sd-jwt/sd-jwt-vc` as its own documentation sets it up. */
function outsideVerifier(revoked: number[]): SDJwtVcInstance {
  const key = createPublicKey({ key: issuer.jwk as never, format: 'jwk' });
  const verifier = (data: string, signature: string) =>
    verify(
      'sha256',
      Buffer.from(data),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  return new SDJwtVcInstance({
    verifier,
    statusVerifier: verifier,
    statusListFetcher: async (uri) =>
      forgeJwt(
        { alg: 'ES256', typ: 'statuslist+jwt', kid: 'issuer' },
        {
          sub: uri,
          iat: NOW / 1000,
          exp: NOW / 1000 + 60,
          status_list: { bits: 1, lst: await deflate(setBits(1_000_000, revoked)) },
        },
      ),
    hasher: (data, algorithm) =>
      createHash(algorithm.replace('-', ''))
        .update(typeof data === 'string' ? data : Buffer.from(data))
        .digest(),
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
  });
}

it('a revoked attestation is distinguished from a valid one, and from one outside the list', () => {
  const list = (indexes: number[]) => ({ bits: 1, bytes: setBits(1_000_000, indexes) });
  expect(() => checkStatus(ABOUT, list([123_455, 123_457]))).not.toThrow();
  expect(() => checkStatus(ABOUT, list([123_456]))).toThrow('REVOKED');
  expect(() => checkStatus({ status: { uri: '', index: 1_000_000 } }, list([]))).toThrow('STATUS');
});
