/**
 * A compact JWE (RFC 7516) with A256GCM: by ECDH-ES on P-256 for the sender alone, and under a key that both have. Node's own
 * functions run on this thread: a library that is made for browsers hands each of five steps to another one, and waits for each.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { toBase64url } from '../bytes.ts';

/**
 * @param recipient a public key on P-256
 * @returns the JWE of the text's UTF-8
 * @throws Error for a key on another curve
 */
export function encryptFor(recipient: KeyObject, header: { kid: string; cty: string }, text: string): string {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = own.publicKey.export({ format: 'jwk' });
  const all = { alg: 'ECDH-ES', enc: 'A256GCM', ...header, epk: { kty, crv, x, y } };
  return sealed(agreedKey(diffieHellman({ privateKey: own.privateKey, publicKey: recipient })), all, text);
}

/** The same under a key of 256 bits that the recipient has (`dir`). */
export function encryptUnder(key: KeyObject, text: string): string {
  return sealed(key, DIRECT, text);
}

const DIRECT = { alg: 'dir', enc: 'A256GCM' };

/** @returns the text of a JWE by `encryptUnder`; `null` for any other */
export function decryptUnder(key: KeyObject, jwe: string): string | null {
  const [head = '', none, ...parts] = jwe.split('.');
  const [nonce, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (head !== headOf(DIRECT) || none !== '' || parts.length !== 3) return null;
  if (nonce?.length !== 12 || tag?.length !== 16 || text === undefined) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(head));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

const headOf = (header: object) => toBase64url(Buffer.from(JSON.stringify(header)));

function sealed(key: KeyObject, header: object, text: string): string {
  const head = headOf(header);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(head));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [head, '', ...[nonce, body, cipher.getAuthTag()].map(toBase64url)].join('.');
}

/** The one round of Concat KDF (RFC 7518, 4.6.2) for 256 bits: its number, the secret, what the key is for. */
const ROUND = Buffer.from([0, 0, 0, 1]);
const PURPOSE = Buffer.concat([
  Buffer.from([0, 0, 0, 7]),
  Buffer.from('A256GCM'),
  // No party is named.
  Buffer.alloc(8),
  Buffer.from([0, 0, 1, 0]),
]);

/** @param secret is overwritten */
function agreedKey(secret: Buffer): KeyObject {
  const input = Buffer.concat([ROUND, secret, PURPOSE]);
  const raw = hash('sha256', input, 'buffer');
  const key = createSecretKey(raw);
  for (const bytes of [secret, input, raw]) bytes.fill(0);
  return key;
}
