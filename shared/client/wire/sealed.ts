/**
 * Opens a sealed answer: a compact JWE to this agency's key around a JWS of the gateway. ECDH-ES does not
 * say who encrypted, so only the signature inside makes the answer the gateway's.
 */

import { type CryptoKey, compactDecrypt, compactVerify, createRemoteJWKSet, customFetch } from 'jose';
import { FieldgateError } from './errors.ts';
import type { Session } from './session.ts';

/** Media type of a sealed answer. */
export const SEALED = 'application/jose';

/** `typ` of the signature inside. */
const TYPE = 'fieldgate-release+jws';

/** The gateway's key set, fetched once a connection and again when a key is unknown. */
const keySets = new WeakMap<Session, ReturnType<typeof createRemoteJWKSet>>();

/**
 * @returns the text inside.
 * @throws FieldgateError `ANSWER_INVALID`, the same whatever is wrong: another algorithm, another
 *   recipient, a changed byte, a signature of someone else.
 */
export async function openSealed(session: Session, key: CryptoKey, sealed: string): Promise<string> {
  try {
    const { plaintext } = await compactDecrypt(sealed.trim(), key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
      // The gateway does not compress; whatever is, somebody else made.
      maxDecompressedLength: 0,
    });
    const jws = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
    const { payload, protectedHeader } = await compactVerify(jws, keysOf(session), { algorithms: ['ES256'] });
    const { typ, iss, aud } = protectedHeader;
    // The same key signs other agencies' answers.
    if (typ !== TYPE || iss !== session.as.issuer || aud !== session.agency?.client.client_id) {
      throw new Error('signed for another use or recipient');
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch (cause) {
    throw new FieldgateError(
      'ANSWER_INVALID',
      'The sealed answer cannot be opened or is not signed by the gateway',
      {
        cause,
      },
    );
  }
}

function keysOf(session: Session): ReturnType<typeof createRemoteJWKSet> {
  const known = keySets.get(session);
  if (known) return known;
  const { jwks_uri: uri } = session.as;
  if (!uri) throw new Error('the metadata names no key set');
  const keys = createRemoteJWKSet(new URL(uri), { [customFetch]: session.fetch });
  keySets.set(session, keys);
  return keys;
}
