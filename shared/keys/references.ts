/**
 * Pairwise references: what an agency sees instead of the internal subject id. One AES-256 block under a
 * key that only this agency's references use, so resolving needs no look-up and two agencies cannot join.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { generateMac } from './mac.ts';
import { perClient } from './per-client.ts';

const VERSION = 1;
const SUBJECT_BYTES = 16;

/** One agency's view of subjects. Made once per agency by `referencesOf`. */
export interface References {
  /** @param subject internal subject id. @returns the `ref` of the contract: 23 characters of base64url */
  toRef(subject: string): string;
  /** @returns a subject id, which may be of nobody, or `null` when the text is no reference */
  toSubject(ref: string): string | null;
  /** Pseudonym of the subject for this agency and one purpose; not reversible, even by the agency. */
  token(subject: string, purpose: string): string;
}

const cache = perClient<References>(1000);

/** One KMS GenerateMac the first time an agency is seen. */
export function referencesOf(kms: KMSClient, referenceKey: string, clientId: string): Promise<References> {
  const name = JSON.stringify([referenceKey, clientId]);
  return cache(kms, name, () => derive(kms, referenceKey, clientId));
}

async function derive(kms: KMSClient, referenceKey: string, clientId: string): Promise<References> {
  const label = Buffer.concat([
    Buffer.from('fieldgate reference\0'),
    Buffer.of(VERSION),
    Buffer.from(clientId),
  ]);
  const raw = await generateMac(kms, referenceKey, label);
  const key = createSecretKey(raw);
  const tokenKey = createSecretKey(createHmac('sha256', raw).update('fieldgate token key v1').digest());
  raw.fill(0);
  return {
    toRef: (subject) =>
      toBase64url(Buffer.concat([Buffer.of(VERSION), block(key, 'encrypt', subjectBytes(subject))])),
    toSubject(ref) {
      const bytes = fromBase64url(ref);
      if (bytes?.length !== 1 + SUBJECT_BYTES || bytes[0] !== VERSION) return null;
      return toBase64url(block(key, 'decrypt', bytes.subarray(1)));
    },
    token: (subject, purpose) =>
      createHmac('sha256', tokenKey)
        .update(`${purpose}\0`)
        .update(subjectBytes(subject))
        .digest('base64url')
        .slice(0, 22),
  };
}

/** AES-256 on the single block: a permutation of subject ids, which is what a reference is meant to be. */
function block(key: KeyObject, direction: 'encrypt' | 'decrypt', bytes: Buffer): Buffer {
  const cipher = (direction === 'encrypt' ? createCipheriv : createDecipheriv)('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

function subjectBytes(subject: string): Buffer {
  const bytes = fromBase64url(subject);
  if (bytes?.length !== SUBJECT_BYTES) throw new RangeError('a subject id has 16 bytes');
  return bytes;
}
