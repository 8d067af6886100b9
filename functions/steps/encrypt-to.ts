import { invalid, Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { readPublicJwk } from '../../shared/identity/jwk.ts';
import type { Json } from '../../shared/json.ts';
import { encryptFor } from '../../shared/keys/jwe.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { releaseTexts } from '../../shared/messages/release.ts';

/** A public key for encryption, with its key id. */
export type Recipient = { kid: string };

/**
 * @param recipient is read once in a while, not for each answer
 * @returns a compact JWE
 * @throws Problem INVALID_REQUEST for a key that is not on P-256
 */
export function encryptTo(recipient: Recipient, text: string, cty = 'JWS'): string {
  const known = readPublicJwk(recipient as Json);
  if (known?.key.asymmetricKeyType !== 'ec') throw invalid('/sealTo', commonTexts.noPublicKey);
  return encryptFor(known.key, { kid: recipient.kid, cty }, text);
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
