/**
 * A second signature of an attestation, for verifiers that trust a national authority of certificates but not the gateway:
 * CMS, detached, by a service that the operator sets. It is asked by digest alone, so it learns of no person.
 */

import { createHash } from 'node:crypto';
import { TYPE } from '../../shared/attestation/eligibility.ts';
import { parseJwt } from '../../shared/attestation/jwt.ts';
import { Problem } from '../../shared/errors.ts';
import type { VerifyDeps } from './deps.ts';
import { proofStatus } from './proof-status.ts';

/** The digests of which the service signs one: the hash follows its certificate. */
const HASHES = { 'sha-256': 'sha256', sm3: 'sm3' };
const TIMEOUT = 5000;
const MAX_BYTES = 64 * 1024;
/** DER of an OCTET STRING of 32 bytes, as a signature holds the digest of what it signs. */
const DIGEST = Buffer.from([0x04, 0x20]);

/**
 * @param attestation what this gateway signed, without disclosures
 * @returns DER, which is not checked beyond the digest: the verifier decides which certificates it trusts
 * @throws Problem NOT_FOUND without such a service, INVALID_REQUEST for a text that this gateway did not sign or that has ended,
 * SIGNER_UNAVAILABLE if the service gives no signature of it
 */
export async function countersign(deps: VerifyDeps, attestation: string): Promise<{ signature: string }> {
  const { proofSigner } = deps.env;
  if (proofSigner === 'none') throw new Problem('NOT_FOUND');
  const { revoked } = await proofStatus(deps, attestation);
  const ends = Number(parseJwt(attestation, TYPE, attestation.length).payload.get('exp'));
  if (revoked || deps.now() >= ends * 1000) throw new Problem('INVALID_REQUEST');
  const digests = Object.entries(HASHES).map(([name, hash]) => {
    return [name, createHash(hash).update(attestation).digest()] as const;
  });
  try {
    const signature = await ask(proofSigner, digests);
    // A service that confuses two requests gives the signature of another proof.
    const holds = ([, digest]: (typeof digests)[number]) =>
      signature.includes(Buffer.concat([DIGEST, digest]));
    if (!digests.some(holds)) throw new Error('a signature of something else');
    return { signature: signature.toString('base64') };
  } catch (cause) {
    throw new Problem('SIGNER_UNAVAILABLE', { cause });
  }
}

async function ask(url: string, digests: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/pkcs7-signature' },
    body: JSON.stringify(Object.fromEntries(digests.map(([name, digest]) => [name, digest.toString('hex')]))),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (answer.status !== 200) throw new Error(`the signer answered ${answer.status}`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > MAX_BYTES) throw new Error('the signature is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
