/**
 * The area where a subject lives, kept to notice many requests about one place, and to confine an office of a part of a county
 * to it. The head stores the place, and each beginning of its code, under masks that differ for each subject, so two subjects
 * of one area can't be matched. The log holds a digest that is valid for one agency and one day, as a different word in each leaf.
 */

import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import type { ClientId, SubjectId } from '../ids.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

const BYTES = 16;
/** Bytes of a beginning of the code, and how many are stored: of a shorter code the last ones are of no area. */
const [PART, PARTS] = [8, 12];

export interface Areas {
  /** @returns the masked place, stored with the head of the subject */
  seal(subject: SubjectId, division: string): Buffer;
  /** Whether the masked place lies in the area whose code this is. */
  isWithin(subject: SubjectId, sealed: Uint8Array, area: string): boolean;
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
  const part = (subject: SubjectId, code: string, length = code.length) =>
    xor(mac('part', code), mac('mask', subject, String(length))).subarray(0, PART);
  return {
    seal: (subject, division) =>
      Buffer.concat([
        xor(mac('place', division), mac('mask', subject)),
        ...Array.from({ length: PARTS }, (_, i) => part(subject, division.slice(0, i + 1), i + 1)),
      ]),
    isWithin(subject, sealed, area) {
      const at = BYTES - PART + area.length * PART;
      return part(subject, area).equals(sealed.subarray(at, at + PART));
    },
    word(subject, sealed, agency, date) {
      const place = xor(mac('mask', subject), sealed).toString('hex');
      return `${toBase64url(randomBytes(6))}.${toBase64url(mac('word', agency, date, place))}`;
    },
  };
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  if (b.length < BYTES) throw new RangeError('a masked place has 16 bytes');
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] as number)));
}
