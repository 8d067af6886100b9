/**
 * Compact JWTs and their keys. Two elliptic-curve algorithms are supported. A key is never
 * taken from the token.
 */
import { type Json, JsonFault, parseJson } from '../json.ts';
import { reject } from './invalid.ts';
import { fromBase64url, toBase64url, verify } from './platform/platform.ts';
import type { PublicMembers } from './platform/types.ts';

/** Members of a JSON object in a Map, so that lookups never reach a prototype. */
export type Claims = ReadonlyMap<string, Json>;

export interface Jwt {
  header: Claims;
  payload: Claims;
  signed: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** A public key as a JWKS lists it. */
export type Jwk = { readonly [name: string]: Json | undefined };

/** Header parameters that carry a key or change how the token is read. A token with one is rejected. */
const REFUSED = ['crit', 'b64', 'jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'zip', 'enc'];

/**
 * Splits a token into its parts without verifying anything.
 * @param limit maximum length in characters
 * @throws AttestationInvalid MALFORMED, or TYPE if its `typ` is another
 */
export function parseJwt(text: string, typ: string, limit: number): Jwt {
  const parts = text.split('.');
  const [head = '', body = '', tail = ''] = parts;
  const signature = fromBase64url(tail);
  if (text.length > limit || parts.length !== 3 || !signature) reject('MALFORMED');
  const header = readObject(head);
  if (header.get('typ') !== typ || REFUSED.some((name) => header.has(name))) reject('TYPE');
  return { header, payload: readObject(body), signed: encode(`${head}.${body}`), signature };
}

/** @throws AttestationInvalid SIGNATURE unless the token was signed by the key that the header names */
export async function checkSignature(jwt: Jwt, keys: readonly Jwk[]): Promise<void> {
  const kid = jwt.header.get('kid');
  const named = kid === undefined ? keys : keys.filter((key) => key['kid'] === kid);
  const [key] = named;
  if (!key || named.length !== 1) reject('SIGNATURE');
  const alg = jwt.header.get('alg');
  const members = typeof alg === 'string' ? ALGORITHMS.get(alg)?.(key) : null;
  if (!members || 'd' in key) reject('SIGNATURE');
  if (key['alg'] !== undefined && key['alg'] !== alg) reject('SIGNATURE');
  const uses = key['key_ops'];
  if (uses !== undefined && !(Array.isArray(uses) && uses.includes('verify'))) reject('SIGNATURE');
  if (key['use'] !== undefined && key['use'] !== 'sig') reject('SIGNATURE');
  if (jwt.signature.length !== 64 || !(await verify(members, jwt.signature, jwt.signed))) reject('SIGNATURE');
}

type Algorithm = (key: Jwk) => PublicMembers | null;

const p256: Algorithm = ({ kty, crv, x, y }) =>
  kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y) ? { kty, crv, x, y } : null;
const ed25519: Algorithm = ({ kty, crv, x }) =>
  kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x) ? { kty, crv, x } : null;

/** The closed table of algorithms, each with the members that define a key of it, or `null` for a key of another kind. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['ES256', p256],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
]);

function isCoordinate(value: Json | undefined): value is string {
  return typeof value === 'string' && fromBase64url(value)?.length === 32;
}

/** @throws AttestationInvalid MALFORMED unless the part is a JSON object without repeated members */
function readObject(part: string): Claims {
  const value = readJson(part);
  if (!isObject(value)) reject('MALFORMED');
  return new Map(Object.entries(value));
}

/** Strict: canonical base64url of UTF-8 of JSON. @throws AttestationInvalid MALFORMED */
export function readJson(part: string): Json {
  const bytes = fromBase64url(part);
  if (!bytes) reject('MALFORMED');
  return parseOrReject(textOf(bytes) ?? reject('MALFORMED'));
}

/** @throws AttestationInvalid MALFORMED for text that is not strict JSON; a fault of the platform stays what it is */
export function parseOrReject(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) reject('MALFORMED');
    throw error;
  }
}

/** @returns `null` unless the bytes are UTF-8 */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number of seconds since 1970, as a time claim must be. */
export function timeOf(claims: Claims, name: string): number | null {
  const value = claims.get(name);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** `header.payload`, the signed text. */
export function signingInput(header: Json, payload: Json): string {
  const part = (value: Json) => toBase64url(encode(JSON.stringify(value)));
  return `${part(header)}.${part(payload)}`;
}

export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
