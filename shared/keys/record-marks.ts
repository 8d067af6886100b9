/**
 * Marks of who decides for a person, and digests of the documents of givers: keyed, so that those who compare them open nothing. Unlike
 * the tokens of found texts their key stays in the process, because a decision compares many of them at once. A function that was taken
 * over can so try numbers against a copy of what it may read: SECURITY.md says which.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import type { SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, sealBlock } from './block.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

/** A mark under each version of the index key, newest first: the first is for new entries. */
type Versions<T> = [T, ...T[]];

interface Mark {
  version: number;
  bytes: Buffer;
}

export interface RecordMarks {
  /** Equal for every person. */
  digests(collection: string, kind: string, form: string): Versions<string>;
  /** As it is stored with a sheet of the subject. Equal marks of one subject stay equal. */
  marks(subject: SubjectId, collection: string, kind: string, form: string): Versions<string>;
}

const cache = perClient<RecordMarks>(2);

/** One KMS GenerateMac for each version of the index key and process. @param indexKeys as read by `keyVersions` */
export function recordMarksOf(kms: KMSClient, indexKeys: string): Promise<RecordMarks> {
  return cache(kms, indexKeys, async () => {
    const derived = keyVersions(indexKeys).map(async (key, i) =>
      intoKey(await generateMac(kms, key, encodeParts('fieldgate record marks', i + 1))),
    );
    return fromKeys(await Promise.all(derived));
  });
}

function fromKeys(keys: readonly KeyObject[]): RecordMarks {
  const [first] = keys as [KeyObject];
  const chain = (collection: string, kind: string, form: string): Versions<Mark> => {
    let bytes = encodeParts('fieldgate mark v1', collection, kind, form);
    const all = keys.map((key, i) => {
      bytes = mac(key, 'mark', bytes).subarray(0, BLOCK_BYTES);
      return { version: i + 1, bytes };
    });
    return all.reverse() as Versions<Mark>;
  };
  return {
    digests: (...of) =>
      chain(...of).map(({ version, bytes }) => `${version}.${toBase64url(bytes)}`) as Versions<string>,
    marks(subject, ...of) {
      const key = intoKey(mac(first, 'sheet', blockOf(subject)));
      return chain(...of).map(
        ({ version, bytes }) => `${version}.${toBase64url(sealBlock(key, bytes))}`,
      ) as Versions<string>;
    },
  };
}

function mac(key: KeyObject, use: string, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(encodeParts(use)).update(message).digest();
}
