/**
 * SD-JWT with strict parsing (RFC 9901): every part is canonical, and the payload commits to every disclosure
 * exactly once. The verifier requires or rejects key binding; its presence alone decides nothing.
 */

import { type Disclosed, disclose } from './disclosures.ts';
import { reject } from './invalid.ts';
import { type Claims, checkSignature, isObject, type Jwk, type Jwt, parseJwt, timeOf } from './jwt.ts';
import { sha256 } from './platform/platform.ts';

/** Maximum length of a complete SD-JWT in characters. */
const LIMIT = 65_536;

export interface KeyBinding {
  audience: string;
  nonce: string;
  /** Maximum age in seconds. */
  maxAge: number;
}

export interface SdJwtOptions {
  typ: string;
  /** The issuer's keys. */
  keys: readonly Jwk[];
  /** Epoch milliseconds. */
  now: number;
  /** `null`: key binding must be absent. */
  keyBinding: KeyBinding | null;
}

export interface SdJwt extends Disclosed {
  header: Claims;
}

/** Allowed clock difference in seconds. */
const SKEW = 60;

/** @throws AttestationInvalid for any deviation */
export async function verifySdJwt(text: string, options: SdJwtOptions): Promise<SdJwt> {
  if (text.length > LIMIT) reject('MALFORMED');
  const parts = text.split('~');
  const [issued = '', ...rest] = parts;
  const binding = rest.pop();
  if (binding === undefined || rest.includes('')) reject('MALFORMED');
  const jwt = parseJwt(issued, options.typ, LIMIT);
  await checkSignature(jwt, options.keys);
  checkTimes(jwt.payload, options.now);
  const open = await disclose(jwt.payload, rest);
  await checkBinding(jwt, `${[issued, ...rest].join('~')}~`, binding, options);
  return { ...open, header: jwt.header };
}

function checkTimes(claims: Claims, now: number): void {
  const seconds = now / 1000;
  for (const name of ['iat', 'nbf', 'exp']) {
    if (claims.has(name) && timeOf(claims, name) === null) reject('CLAIM');
  }
  if ((timeOf(claims, 'exp') ?? Infinity) <= seconds) reject('EXPIRED');
  if ((timeOf(claims, 'nbf') ?? 0) > seconds + SKEW || (timeOf(claims, 'iat') ?? 0) > seconds + SKEW)
    reject('EXPIRED');
}

async function checkBinding(
  { payload }: Jwt,
  presented: string,
  binding: string,
  { keyBinding, now }: SdJwtOptions,
): Promise<void> {
  if (keyBinding === null) {
    if (binding !== '') reject('KEY_BINDING');
    return;
  }
  const cnf = payload.get('cnf');
  const key = isObject(cnf) && Object.hasOwn(cnf, 'jwk') ? cnf['jwk'] : undefined;
  if (binding === '' || !isObject(key)) reject('KEY_BINDING');
  const proof = parseJwt(binding, 'kb+jwt', LIMIT);
  if (proof.header.has('kid') && proof.header.get('kid') !== key['kid']) reject('KEY_BINDING');
  await checkSignature(proof, [key]);
  const iat = timeOf(proof.payload, 'iat');
  const age = now / 1000 - (iat ?? -Infinity);
  if (!(age >= -SKEW && age <= keyBinding.maxAge)) reject('KEY_BINDING');
  const wanted = { aud: keyBinding.audience, nonce: keyBinding.nonce, sd_hash: await sha256(presented) };
  for (const [name, value] of Object.entries(wanted)) {
    if (proof.payload.get(name) !== value) reject('KEY_BINDING');
  }
}
