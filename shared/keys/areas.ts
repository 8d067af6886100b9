/**
 * The area where a subject lives, kept only to notice many requests about one place. The head stores the
 * place under a mask that differs for each subject, so two subjects of one area can't be matched. The log
 * holds a digest that is valid for one agency and one day, as a different word in each leaf.
 */

import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import type { ClientId, SubjectId } from '../ids.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

const BYTES = 16;

export interface Areas {
  /** @returns the masked place, stored with the head of the subject */
  seal(subject: SubjectId, division: string): Buffer;
  /** @returns the word of one leaf: random bytes, then a digest that is equal for the same place, agency and day */
  word(subject: SubjectId, sealed: Uint8Array, agency: ClientId, date: string): string;
}

const cache = perClient<Areas>(2);

/**
 * One KMS GenerateMac for each process. Always the first key, so that masks stay valid when references get a
 * new key.
 */
export function areasOf(kms: KMSClient, referenceKeys: string): Promise<Areas> {
  const [key = ''] = keyVersions(referenceKeys);
  return cache(kms, key, async () => {
    const raw = await generateMac(kms, key, encodeParts('fieldgate areas v1'));
    const areas = fromKey(createSecretKey(raw));
    raw.fill(0);
    return areas;
  });
}

function fromKey(key: KeyObject): Areas {
  const mac = (...parts: string[]) =>
    createHmac('sha256', key)
      .update(encodeParts(...parts))
      .digest()
      .subarray(0, BYTES);
  return {
    seal: (subject, division) => xor(mac('place', division), mac('mask', subject)),
    word(subject, sealed, agency, date) {
      const place = xor(sealed, mac('mask', subject)).toString('hex');
      return `${toBase64url(randomBytes(6))}.${toBase64url(mac('word', agency, date, place))}`;
    },
  };
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  if (a.length !== BYTES) throw new RangeError('a masked place has 16 bytes');
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] as number)));
}
