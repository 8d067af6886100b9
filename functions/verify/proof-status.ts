/**
 * Whether one proof was revoked before today began. The public list waits for the end of the month, because it is watched; here
 * the caller must show the proof, so that no place of the list can be asked about by its number.
 */

import { statusOf, TYPE, VCT } from '../../shared/attestation/eligibility.ts';
import { AttestationInvalid } from '../../shared/attestation/invalid.ts';
import { checkSignature, parseJwt } from '../../shared/attestation/jwt.ts';
import { Problem } from '../../shared/errors.ts';
import { revokedAt, statusUri } from '../../shared/records/casework/statuses.ts';
import type { VerifyDeps } from './deps.ts';
import { issuerMetadata } from './issuer.ts';

const DAY = 86_400_000;

/**
 * @param attestation what this gateway signed, without disclosures
 * @throws Problem INVALID_REQUEST for any other text, so that nothing is learnt about a place without its proof
 */
export async function proofStatus(
  deps: VerifyDeps,
  attestation: string,
): Promise<{ revoked: boolean; until: string }> {
  const { list, index } = await placeOf(deps, attestation);
  const today = Math.floor(deps.now() / DAY) * DAY;
  const at = await revokedAt(deps.tables.status, list, index);
  return { revoked: at !== null && at < today, until: new Date(today).toISOString() };
}

async function placeOf(deps: VerifyDeps, text: string): Promise<{ list: string; index: number }> {
  try {
    const jwt = parseJwt(text, TYPE, text.length);
    const { issuer, jwks } = await issuerMetadata(deps);
    await checkSignature(jwt, jwks.keys);
    if (jwt.payload.get('vct') !== VCT) throw new AttestationInvalid('CLAIM');
    const { uri, index } = statusOf(jwt.payload, issuer);
    return { list: uri.slice(statusUri(issuer, '').length), index };
  } catch (error) {
    if (error instanceof AttestationInvalid) throw new Problem('INVALID_REQUEST');
    throw error;
  }
}
