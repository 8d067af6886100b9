import { createPublicKey } from 'node:crypto';
import { CompactEncrypt, type JWK } from 'jose';
import { toBase64url } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { kmsSign, publicKeyOf } from '../../shared/keys/sign.ts';
import type { Session } from '../session/session.ts';
import type { ReleaseDeps } from './deps.ts';

/** Media type of a sealed answer. */
export const SEALED = 'application/jose';

/**
 * Seals an answer to the agency: signed by the gateway as a JWS, then encrypted as a JWE (ECDH-ES, A256GCM) to the
 * key that it registered, because ECDH-ES alone says nothing about the sender.
 * @param type media type of the answer, where it is not JSON
 * @returns the compact JWE
 * @throws Problem NO_ENCRYPTION_KEY when the agency has registered none
 */
export async function sealAnswer(
  deps: ReleaseDeps,
  session: Session,
  answer: string,
  type?: string,
): Promise<string> {
  const { agency } = session;
  const recipient = recipientOf(agency);
  const publicKey = await publicKeyOf(deps.kms, deps.env.answerKey);
  const kid = thumbprintOf(publicKey.export({ format: 'jwk' }) as Json);
  const claims = { iss: deps.env.publicUrl, aud: agency.clientId };
  const cty = type === undefined ? {} : { cty: type };
  const header = { alg: 'ES256', typ: 'fieldgate-release+jws', kid, ...cty, ...claims };
  const signed = `${encode(JSON.stringify(header))}.${encode(answer)}`;
  const signature = await kmsSign(deps.kms, deps.env.answerKey, 'ECDSA_SHA_256', Buffer.from(signed));
  return new CompactEncrypt(Buffer.from(`${signed}.${toBase64url(signature)}`))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWS', kid: recipient.kid })
    .encrypt(createPublicKey({ key: recipient as JWK, format: 'jwk' }));
}

/** @throws Problem NO_ENCRYPTION_KEY. */
export function recipientOf({ jwks }: Agency): Agency['jwks']['keys'][number] {
  const key = jwks.keys.find(({ use }) => use === 'enc');
  if (!key) throw new Problem('NO_ENCRYPTION_KEY', { detail: 'register a key with "use": "enc"' });
  return key;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
