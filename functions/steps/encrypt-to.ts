import { CompactEncrypt } from 'jose';
import { invalid, Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { readPublicJwk } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { releaseTexts } from '../../shared/messages/release.ts';

/** A public key for encryption, with its key id. */
export type Recipient = { kid: string };

/**
 * @param recipient is read once in a while, not for each answer
 * @throws Problem INVALID_REQUEST for a key that is not on its curve
 */
export async function encryptTo(recipient: Recipient, text: string, cty = 'JWS'): Promise<string> {
  const known = readPublicJwk(recipient as Json);
  if (!known) throw invalid('/sealTo', commonTexts.noPublicKey);
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty, kid: recipient.kid })
    .encrypt(known.key);
}

export function findEncryptionKey({ jwks }: Pick<Agency, 'jwks'>): Recipient | undefined {
  return jwks.keys.find(({ use }) => use === 'enc') as Recipient | undefined;
}

/** The agency's own key. @throws Problem NO_ENCRYPTION_KEY if it has registered none */
export function encryptionKeyOf(agency: Pick<Agency, 'jwks'>): Recipient {
  const key = findEncryptionKey(agency);
  if (!key) throw new Problem('NO_ENCRYPTION_KEY', { detail: releaseTexts.registerKey });
  return key;
}
