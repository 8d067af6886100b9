/**
 * Where a subject lives, so that many of one place can be noticed and nothing else. Beside the head lies the
 * place under a mask of the subject's own: two of one village look as different as any. In the log stands a
 * digest that is good for one agency and one day, in a word of its own for each leaf.
 */

import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

const BYTES = 16;

export interface Areas {
  /** @returns what lies beside the head of the subject */
  seal(subject: string, division: string): Buffer;
  /** @returns the word of one leaf: random, then what is the same for this place, agency and day */
  word(subject: string, sealed: Uint8Array, agency: string, date: string): string;
}

const cache = perClient<Areas>(2);

/** One KMS GenerateMac a process. The first key: masks stay the same when references get a new one. */
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
  if (a.length !== BYTES) throw new RangeError('a place under its mask has 16 bytes');
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] as number)));
}
