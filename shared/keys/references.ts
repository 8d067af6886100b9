/**
 * Pairwise references: an agency sees them instead of the internal subject id. A reference is one AES-256
 * block under a key for this agency's references only. So resolving needs no lookup, and two agencies can't
 * match their references.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import { asSubjectId, type ClientId, type SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, openBlock, sealBlock } from './block.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

const TOKEN_BYTES = 16;

/** One agency's references and pseudonyms. Made once for each agency by `referencesOf`. */
export interface References {
  /** @param subject internal subject id. @returns the `ref` of the contract: 23 characters of base64url */
  toRef(subject: SubjectId): string;
  /** @returns a subject id, for which no record may exist, or `null` if the text is not a reference */
  toSubject(ref: string): SubjectId | null;
  /** Pseudonym of the subject for this agency and one purpose. Not even the agency can reverse it. */
  token(subject: SubjectId, purpose: string): string;
}

const cache = perClient<References>(1000);

/**
 * Makes one KMS GenerateMac for each version of the reference key when an agency is first seen.
 * @param referenceKeys as read by `keyVersions`: the last makes references, each reads its own
 */
export function referencesOf(kms: KMSClient, referenceKeys: string, clientId: ClientId): Promise<References> {
  const name = JSON.stringify([referenceKeys, clientId]);
  return cache(kms, name, async () => {
    const keys = keyVersions(referenceKeys);
    const derived = await Promise.all(keys.map((key, i) => derive(kms, key, i + 1, clientId)));
    return fromKeys(derived);
  });
}

interface AgencyKeys {
  reference: KeyObject;
  token: KeyObject;
}

async function derive(kms: KMSClient, key: string, version: number, clientId: ClientId): Promise<AgencyKeys> {
  const raw = await generateMac(kms, key, encodeParts('fieldgate reference', version, clientId));
  const token = createHmac('sha256', raw).update('fieldgate token key v1').digest();
  return { reference: intoKey(raw), token: intoKey(token) };
}

function fromKeys(versions: readonly AgencyKeys[]): References {
  const newest = versions.at(-1) as AgencyKeys;
  // Pseudonyms stay the same when references get a new key, because agencies file records under them.
  const [{ token: tokenKey }] = versions as [AgencyKeys];
  return {
    toRef(subject) {
      const block = sealBlock(newest.reference, blockOf(subject));
      return toBase64url(Buffer.concat([Buffer.of(versions.length), block]));
    },
    toSubject(ref) {
      const bytes = fromBase64url(ref);
      const keys = versions[(bytes?.[0] ?? 0) - 1];
      if (bytes?.length !== 1 + BLOCK_BYTES || !keys) return null;
      return asSubjectId(toBase64url(openBlock(keys.reference, bytes.subarray(1))));
    },
    token(subject, purpose) {
      const message = encodeParts('fieldgate token v1', purpose, blockOf(subject));
      const mac = createHmac('sha256', tokenKey).update(message).digest();
      return toBase64url(mac.subarray(0, TOKEN_BYTES));
    },
  };
}
