/**
 * Signatures of minisign (https://jedisct1.github.io/minisign/) by the key of releases, so that a user checks a download with a
 * tool of other people: `minisign -Vm SHA256SUMS -P <key>`.
 */

import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto';

/** @param secret Ed25519. @param comment one line that the signature covers, too */
export function minisign(secret: KeyObject, message: Uint8Array, comment: string) {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  const raw = Buffer.from(x as string, 'base64url');
  // minisign draws the name of a key at random; this one follows from the key, so that a key has one name.
  const id = hash('sha256', raw, 'buffer').subarray(0, 8);
  const signature = sign(null, hash('blake2b512', message, 'buffer'), secret);
  const whole = sign(null, Buffer.concat([signature, Buffer.from(comment)]), secret);
  const line = (algorithm: string, bytes: Buffer) =>
    Buffer.concat([Buffer.from(algorithm), id, bytes]).toString('base64');
  return {
    text: [
      'untrusted comment: fieldgate release',
      line('ED', signature),
      `trusted comment: ${comment}`,
      whole.toString('base64'),
      '',
    ].join('\n'),
    /** As `minisign -P` takes it. */
    key: line('Ed', raw),
  };
}
