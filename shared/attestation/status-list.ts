/** Token status list: one or a few bits for each attestation, little-endian within a byte, compressed by zlib. */
import type { Json } from '../json.ts';
import { reject } from './invalid.ts';
import { checkSignature, isObject, type Jwk, parseJwt, timeOf } from './jwt.ts';
import { fromBase64url, toBase64url } from './platform/platform.ts';

/** Maximum size of an inflated list in bytes, so that a small token can't exhaust memory. */
const INFLATED = 4 * 1024 * 1024;
/** Maximum length of a status list token in characters. */
const LIMIT = 8 * 1024 * 1024;
const BITS: readonly Json[] = [1, 2, 4, 8];

export const STATUS_TYPE = 'statuslist+jwt';
/** The two statuses that Fieldgate issues. */
export const VALID = 0;
export const INVALID = 1;

export interface StatusList {
  bits: number;
  bytes: Uint8Array;
}

/** @returns the status at the index. @throws AttestationInvalid STATUS if the list has no such index */
export function statusAt({ bits, bytes }: StatusList, index: number): number {
  const perByte = 8 / bits;
  if (!Number.isSafeInteger(index) || index < 0 || index >= bytes.length * perByte) reject('STATUS');
  const byte = bytes[Math.floor(index / perByte)] as number;
  return (byte >> ((index % perByte) * bits)) & ((1 << bits) - 1);
}

/** @returns a list of `size` one-bit entries with the named ones set */
export function setBits(size: number, indexes: Iterable<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(size / 8));
  for (const index of indexes) {
    if (!(index >= 0 && index < size)) throw new RangeError('the index is not in the list');
    bytes[index >> 3] = (bytes[index >> 3] as number) | (1 << (index & 7));
  }
  return bytes;
}

/** The `lst` member: zlib, then base64url. */
export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return toBase64url(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/**
 * Reads `bits` and `lst`.
 * @throws AttestationInvalid STATUS for another form, for anything but one zlib stream, or beyond the limit
 */
export async function readStatusList(value: Json | undefined, limit = INFLATED): Promise<StatusList> {
  if (!isObject(value)) reject('STATUS');
  const { bits, lst } = value;
  const packed = typeof lst === 'string' ? fromBase64url(lst) : null;
  if (!BITS.includes(bits as number) || !packed) reject('STATUS');
  return { bits: bits as number, bytes: await inflate(packed, limit) };
}

/** Stops at the limit instead of inflating the rest. */
async function inflate(packed: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return reject('STATUS');
      }
      chunks.push(value);
    }
  } catch {
    return reject('STATUS');
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export interface StatusToken extends StatusList {
  /** Seconds for which it may be cached; `null` if it does not say. */
  ttl: number | null;
  /** Epoch second; `null` if it does not say. */
  exp: number | null;
  /** Epoch second at which it was made. The statuses hold for that time. */
  iat: number;
}

/**
 * Checks a status list token.
 * @param uri the list's address in the attestation; the token must name the same address
 * @param issuer the required issuer, if the token names one
 * @throws AttestationInvalid
 */
export async function verifyStatusToken(
  text: string,
  { uri, keys, now, issuer }: { uri: string; keys: readonly Jwk[]; now: number; issuer?: string },
): Promise<StatusToken> {
  const jwt = parseJwt(text, STATUS_TYPE, LIMIT);
  await checkSignature(jwt, keys);
  const { payload } = jwt;
  const [iat, exp, ttl] = [timeOf(payload, 'iat'), timeOf(payload, 'exp'), timeOf(payload, 'ttl')];
  if (payload.get('sub') !== uri || iat === null) reject('STATUS');
  if (issuer !== undefined && payload.has('iss') && payload.get('iss') !== issuer) reject('STATUS');
  if (payload.has('nbf') && (timeOf(payload, 'nbf') ?? Infinity) > now / 1000 + 60) reject('EXPIRED');
  if ((payload.has('exp') && exp === null) || (payload.has('ttl') && (ttl ?? 0) === 0)) reject('STATUS');
  if (iat > now / 1000 + 60 || (exp ?? Infinity) <= now / 1000) reject('EXPIRED');
  return { ...(await readStatusList(payload.get('status_list'))), ttl, exp, iat };
}
