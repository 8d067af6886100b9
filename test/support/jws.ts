/** Makes compact JWS by hand, so that tests can make the broken ones that a library refuses to make. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

export interface TestKey {
  privateKey: KeyObject;
  /** Public JWK without kid, use or alg. */
  jwk: Record<string, string>;
}

export function ecKey(namedCurve = 'P-256'): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as Record<string, string> };
}

export function edKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as Record<string, string> };
}

export function rsaKey(modulusLength = 2048, publicExponent = 0x10001): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return { privateKey, jwk: publicKey.export({ format: 'jwk' }) as Record<string, string> };
}

export const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever header and payload say; a string is taken as the JSON text itself. */
export function makeJws(header: unknown, payload: unknown, key: TestKey): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${signText(text, key.privateKey)}`;
}

function signText(text: string, key: KeyObject): string {
  const bytes = Buffer.from(text);
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key).toString('base64url');
  if (key.asymmetricKeyType === 'rsa') {
    return sign('sha256', bytes, { key, padding: 6, saltLength: 32 }).toString('base64url');
  }
  return sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

type Members = Record<string, unknown>;

/** Members given as `undefined` are left out. */
export function assertion(
  {
    clientId,
    issuer,
    key,
    kid,
    now,
  }: {
    clientId: string;
    issuer: string;
    key: TestKey;
    kid: string;
    now: number;
  },
  claims: Members = {},
  header: Members = {},
): string {
  const seconds = Math.floor(now / 1000);
  const standard = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    jti: randomUUID(),
    iat: seconds,
    exp: seconds + 60,
  };
  return makeJws({ alg: 'ES256', kid, ...header }, { ...standard, ...claims }, key);
}

export function proof(
  { key, method, url, now, ath }: { key: TestKey; method: string; url: string; now: number; ath?: string },
  claims: Members = {},
  header: Members = {},
): string {
  const standard = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(now / 1000), ath };
  return makeJws({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header }, { ...standard, ...claims }, key);
}
