/**
 * Opens a sealed answer: a compact JWE, or what HPKE sealed to a hybrid key, around a JWS of the gateway. Neither
 * authenticates the sender, so only the inner signature proves that the answer is the gateway's.
 */

import { compactDecrypt, compactVerify, createRemoteJWKSet, customFetch } from 'jose';
import { clockSkew } from 'oauth4webapi';
import { answersThat } from './asked.ts';
import { type Answer, FieldgateError } from './errors.ts';
import type { HybridKey } from './hybrid.ts';
import type { Session } from './session.ts';

/** `typ` of the signature inside. */
const TYPE = 'fieldgate-release+jws';

/** The gateway's key set, fetched once for each connection and again for an unknown key. */
const keySets = new WeakMap<Session, ReturnType<typeof createRemoteJWKSet>>();

/**
 * @returns the inner text.
 * @throws FieldgateError `NO_ENCRYPTION_KEY` for a session without one; `ANSWER_INVALID` without a distinction: another
 * algorithm, another recipient, a changed byte, or another signer; `ANSWER_REPLAYED` for the answer to another request
 */
export async function openSealed(session: Session, sealed: Answer): Promise<string> {
  const { text } = await opened(session, sealed);
  return text;
}

/** @returns the inner compact JWS, checked; it shows to anyone that the gateway gave this answer. @throws as `openSealed` */
export async function openSigned(session: Session, sealed: Answer): Promise<string> {
  const { jws } = await opened(session, sealed);
  return jws;
}

async function opened(session: Session, answer: Answer): Promise<{ jws: string; text: string }> {
  const { jws, text, head } = await authentic(session, answer.text);
  const skew = session.agency?.client[clockSkew] ?? 0;
  if (!answersThat(head, text, { asked: answer.asked, now: Date.now() / 1000 + skew }))
    throw new FieldgateError(
      'ANSWER_REPLAYED',
      'The sealed answer is one to another request, or of another time',
    );
  return { jws, text };
}

async function authentic(session: Session, sealed: string) {
  if (session.hybrid && isJwe(sealed))
    throw new FieldgateError(
      'ANSWER_INVALID',
      'The answer is sealed to a key that is not hybrid, and this program has a hybrid one',
    );
  requireKey(session, sealed);
  try {
    const jws = await decrypted(session, sealed);
    const { payload, protectedHeader } = await compactVerify(jws, keysOf(session), { algorithms: ['ES256'] });
    const { typ, iss, aud } = protectedHeader;
    // Checks the recipient, because the same key signs the answers to other agencies.
    if (typ !== TYPE || iss !== session.as.issuer || aud !== session.agency?.client.client_id) {
      throw new Error('signed for another use or recipient');
    }
    return { jws, text: textOf(payload), head: protectedHeader };
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

/** @returns the text of a JWE to this agency's key that the gateway itself kept. @throws FieldgateError as `openSealed` */
export async function openKept(session: Session, sealed: string): Promise<string> {
  requireKey(session, sealed);
  try {
    return await decrypted(session, sealed);
  } catch (cause) {
    throw new FieldgateError('ANSWER_INVALID', 'The sealed results cannot be opened', { cause });
  }
}

/** A JWE has dots, and what is sealed to a hybrid key has none. */
const isJwe = (sealed: string) => sealed.includes('.');

function requireKey({ enc, hybrid }: Session, sealed: string): void {
  if (!(isJwe(sealed) ? enc : hybrid)) throw noKey(isJwe(sealed) ? 'enc' : 'hybrid');
}

async function decrypted({ enc, hybrid }: Session, sealed: string): Promise<string> {
  if (!isJwe(sealed)) return (await import('./hybrid.ts')).openHybrid(hybrid as HybridKey, sealed.trim());
  const { plaintext } = await compactDecrypt(sealed.trim(), enc as NonNullable<Session['enc']>, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
    // The gateway does not compress, so a compressed answer is not the gateway's.
    maxDecompressedLength: 0,
  });
  return textOf(plaintext);
}

const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

export function noKey(name = 'enc'): FieldgateError {
  return new FieldgateError(
    'NO_ENCRYPTION_KEY',
    `A sealed answer needs the private encryption key (${name})`,
  );
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
