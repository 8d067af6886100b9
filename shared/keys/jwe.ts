/**
 * A compact JWE (RFC 7516) by ECDH-ES on P-256 with A256GCM, for the sender alone. Node's own functions run on this thread: a
 * library that is made for browsers hands each of five steps to another one, and waits for each.
 */
import {
  createCipheriv,
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
  const head = toBase64url(Buffer.from(JSON.stringify(all)));
  const nonce = randomBytes(12);
  const key = agreedKey(diffieHellman({ privateKey: own.privateKey, publicKey: recipient }));
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(head));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [head, '', ...[nonce, sealed, cipher.getAuthTag()].map(toBase64url)].join('.');
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
