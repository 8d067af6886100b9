/**
 * Marks of who decides for a person, and digests of the documents of givers: keyed, so that those who compare them open nothing. Unlike
 * the tokens of found texts their key stays in the process, because a decision compares many of them at once. A function that was taken
 * over can so try numbers against a copy of what it may read: SECURITY.md says which.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import type { SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, openBlock, sealBlock } from './block.ts';
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
  /** As it is stored with a sheet of the subject: only who knows the form can open it. */
  sealTerm(term: Term, subject: SubjectId, collection: string, kind: string, form: string): string;
  /** @returns `null` for the term of another form */
  openTerm(sealed: string, subject: SubjectId, collection: string, kind: string, form: string): Term | null;
}

/** First and last day, as days since 1970-01-01. */
export interface Term {
  from: number;
  until: number;
}

/** The zeros of an opened block say that the form is the one. */
const ZEROS = BLOCK_BYTES - 8;

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
  const termKey = (subject: SubjectId, { bytes }: Mark) =>
    intoKey(mac(first, 'term', Buffer.concat([blockOf(subject), bytes])));
  return {
    sealTerm({ from, until }, subject, ...of) {
      const [newest] = chain(...of);
      const block = Buffer.alloc(BLOCK_BYTES);
      block.writeInt32BE(from, ZEROS);
      block.writeInt32BE(until, ZEROS + 4);
      return `${newest.version}.${toBase64url(sealBlock(termKey(subject, newest), block))}`;
    },
    openTerm(sealed, subject, ...of) {
      const [version, text = ''] = sealed.split('.');
      const mark = chain(...of).find((one) => String(one.version) === version);
      const bytes = fromBase64url(text);
      if (!mark || bytes?.length !== BLOCK_BYTES) return null;
      const block = openBlock(termKey(subject, mark), bytes);
      if (block.subarray(0, ZEROS).some((one) => one !== 0)) return null;
      return { from: block.readInt32BE(ZEROS), until: block.readInt32BE(ZEROS + 4) };
    },
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
