import { invalid, Problem } from '../../shared/errors.ts';
import type { Agency } from '../../shared/identity/agencies/agencies.ts';
import { markHybrid } from '../../shared/identity/agencies/marks.ts';
import { readHybridJwk } from '../../shared/identity/hybrid-key.ts';
import { readPublicJwk, thumbprintOf } from '../../shared/identity/jwk.ts';
import type { SealingKey } from '../../shared/identity/tokens/access-token.ts';
import type { Json } from '../../shared/json.ts';
import { sealHybrid } from '../../shared/keys/hybrid.ts';
import { encryptFor } from '../../shared/keys/jwe.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import type { Deps } from '../deps.ts';
import { reportFault, toProblem } from '../http/problem.ts';
import type { Session } from '../session/session.ts';

/** A public key for encryption, with its key id. */
export type Recipient = { kid: string; kty?: string };

/** Whether what is sealed to this key stays closed to a quantum computer, too. */
export const isHybrid = (key: { kty?: string } | null | undefined): boolean => key?.kty === 'AKP';

/** @throws Problem INVALID_REQUEST for a key to which nothing can be sealed */
export function requireReadable(recipient: { kty: string }): void {
  const key = { ...recipient } as Json;
  if (!readHybridJwk(key) && readPublicJwk(key)?.key.asymmetricKeyType !== 'ec')
    throw invalid('/sealTo', commonTexts.noPublicKey);
}

/**
 * A hybrid key that can't be read is no reason for the other form.
 * @param recipient is read once in a while, not for each answer
 * @returns a compact JWE, or for a hybrid key what `sealHybrid` makes
 * @throws Problem INVALID_REQUEST for a key that is neither on P-256 nor hybrid
 */
export function encryptTo(recipient: Recipient, text: string, cty = 'JWS'): string {
  const hybrid = readHybridJwk(recipient as Json);
  if (hybrid) return sealHybrid(hybrid, text);
  const known = readPublicJwk(recipient as Json);
  if (known?.key.asymmetricKeyType !== 'ec') throw invalid('/sealTo', commonTexts.noPublicKey);
  return encryptFor(known.key, { kid: recipient.kid, cty }, text);
}

/** A registered hybrid key is used for everything, whatever the request says: no header leads back to the other. */
export function findEncryptionKey({ jwks, hybrid }: Keys): Recipient | undefined {
  const keys = jwks.keys.filter(({ use }) => use === 'enc');
  return keys.find(isHybrid) ?? (hybrid ? undefined : keys[0]);
}

type Keys = Pick<Agency, 'jwks' | 'hybrid'>;

/** The agency's own key. @throws Problem NO_ENCRYPTION_KEY if it has registered none */
export function encryptionKeyOf(agency: Keys): Recipient {
  const key = findEncryptionKey(agency);
  const { registerKey, registerHybrid } = releaseTexts;
  if (!key) throw new Problem('NO_ENCRYPTION_KEY', { detail: agency.hybrid ? registerHybrid : registerKey });
  return key;
}

export const ofPage = (key: SealingKey): Recipient => ({
  ...key,
  kid: thumbprintOf({ ...key }) ?? '',
});

/** The page's key, or the agency's. @throws Problem NO_ENCRYPTION_KEY */
export function recipientOf({ agency, page }: Pick<Session, 'agency' | 'page'>): Recipient {
  if (page?.enc) return ofPage(page.enc);
  if (page) throw new Problem('NO_ENCRYPTION_KEY', { detail: releaseTexts.pageKey });
  return encryptionKeyOf(agency);
}

/**
 * An agency that publishes its keys itself could else lose its hybrid key by a change of that file, and its answers would go to a key
 * that a quantum computer opens. If the mark can't be written, the next answer writes it.
 */
export async function keepHybrid(
  { tables }: Pick<Deps<'agenciesTable'>, 'tables'>,
  { clientId, jwksUri, hybrid }: Agency,
  recipient: Recipient,
): Promise<void> {
  if (jwksUri === undefined || hybrid || !isHybrid(recipient)) return;
  await markHybrid(tables.agencies, clientId, jwksUri).catch((error) =>
    reportFault({ work: 'hybrid' }, toProblem(error)),
  );
}
