import { constants, verify } from 'node:crypto';
import { fromBase64url } from '../bytes.ts';
import { type Json, parseJson } from '../json.ts';
import type { VerifyKey } from './jwk.ts';

/** A compact JWS split into its parts. Nothing in it is verified until `signedBy` returns true. */
export interface Jws {
  header: Claims;
  payload: Claims;
  signed: Buffer;
  signature: Buffer;
}

/** Claims or header parameters in a Map, so that names chosen by the caller never reach a prototype. */
export type Claims = ReadonlyMap<string, Json>;

const MAX_LENGTH = 8192;

/** Header parameters that change how a JWS is read or carry a key. */
const REFUSED: readonly string[] = ['crit', 'b64', 'jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'zip', 'enc'];

/**
 * @param refused header parameters that must be absent.
 * @returns the parts, or `null` unless the text is one compact JWS of canonical base64url with two JSON
 * objects without repeated members and without refused header parameters.
 */
export function parseJws(text: string, refused = REFUSED): Jws | null {
  if (text.length > MAX_LENGTH) return null;
  const parts = text.split('.');
  const [head = '', body = '', tail = ''] = parts;
  if (parts.length !== 3) return null;
  const header = readObject(head);
  const payload = readObject(body);
  const signature = fromBase64url(tail);
  if (!header || !payload || !signature || signature.length === 0) return null;
  if (refused.some((name) => header.has(name))) return null;
  return { header, payload, signed: Buffer.from(`${head}.${body}`), signature };
}

function readObject(part: string): Claims | null {
  const bytes = fromBase64url(part);
  if (!bytes) return null;
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return new Map(Object.entries(value));
  } catch {
    return null;
  }
}

/** The closed table of algorithms. Any other algorithm fails verification. */
const ALGORITHMS = new Map<string, (jws: Jws, key: VerifyKey['key']) => boolean>([
  [
    'ES256',
    (jws, key) => jws.signature.length === 64 && verify('sha256', jws.signed, key, toDer(jws.signature)),
  ],
  // Only issuers of people's tokens use RSA. No key of an agency may be RSA (jwk.ts).
  ['RS256', (jws, key) => verify('sha256', jws.signed, key, jws.signature)],
  ['EdDSA', (jws, key) => verify(null, jws.signed, key, jws.signature)],
  ['Ed25519', (jws, key) => verify(null, jws.signed, key, jws.signature)],
  [
    'PS256',
    (jws, key) =>
      verify(
        'sha256',
        jws.signed,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
        jws.signature,
      ),
  ],
]);

/**
 * Converts r‖s to the DER form that node:crypto takes with a bare key. Letting node:crypto convert costs half
 * as much as the check itself.
 * @param raw 64 bytes.
 */
function toDer(raw: Buffer): Buffer {
  const integers = Buffer.concat([derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, integers.length]), integers]);
}

/** The shortest DER INTEGER of an unsigned big-endian number. */
function derInteger(digits: Buffer): Buffer {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === 0) start++;
  const sign = (digits[start] ?? 0) >= 0x80 ? [0] : [];
  const body = digits.subarray(start);
  return Buffer.concat([Buffer.from([0x02, body.length + sign.length, ...sign]), body]);
}

/** True if the key made the signature with the header's algorithm and may be used for it. */
export function signedBy(jws: Jws, key: VerifyKey): boolean {
  const alg = jws.header.get('alg');
  if (typeof alg !== 'string' || !key.algorithms.includes(alg)) return false;
  return ALGORITHMS.get(alg)?.(jws, key.key) ?? false;
}

/** The claim as text, or `null`. */
export function textClaim(claims: Claims, name: string): string | null {
  const value = claims.get(name);
  return typeof value === 'string' ? value : null;
}

/** The claim as a NumericDate (seconds, may have a fraction), or `null` if absent or not one. */
export function timeClaim(claims: Claims, name: string): number | null {
  const value = claims.get(name);
  return typeof value === 'number' && value >= 0 && value <= 253402300799 ? value : null;
}

/** A `jti` of 1 to 128 characters, or `null`. */
export function jtiOf(claims: Claims): string | null {
  const jti = textClaim(claims, 'jti');
  return jti !== null && jti.length >= 1 && jti.length <= 128 ? jti : null;
}
