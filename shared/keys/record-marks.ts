/**
 * Marks of who decides for a person, and digests of the documents of givers, so that those who compare them open nothing. Their key
 * is one answer of KMS for each person, and never kept: who tries numbers against a copy of the store makes a call for each person,
 * in CloudTrail under the role of the function. A key for each number would be stronger, but a release learns the numbers only by
 * opening them, so its calls would have to wait for one another.
 */

import { createHmac } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import type { SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, openBlock, sealBlock } from './block.ts';
import { generateMac, keyVersions } from './kms.ts';

/** Those of one person. Each text has 22 characters of base64url. */
export interface RecordMarks {
  /** Equal for equal parts. */
  of(...parts: string[]): string;
  /** Only who knows the parts can open it. */
  sealTerm(term: Term, ...parts: string[]): string;
  /** @returns `null` for the term of other parts, and for any other text */
  openTerm(sealed: string, ...parts: string[]): Term | null;
}

/** First and last day, as days since 1970-01-01. */
export interface Term {
  from: number;
  until: number;
}

/** The zeros of an opened block say that the parts are the ones. */
const ZEROS = BLOCK_BYTES - 8;

/**
 * One KMS GenerateMac, also for a person whom this process has just had: fewer calls would reveal that.
 * @param indexKeys as read by `keyVersions`; always the first, as in index values, so that marks outlive further versions
 */
export async function recordMarksOf(
  kms: KMSClient,
  indexKeys: string,
  subject: SubjectId,
): Promise<RecordMarks> {
  const [first = ''] = keyVersions(indexKeys);
  const key = intoKey(
    await generateMac(kms, first, encodeParts('fieldgate record marks v2', blockOf(subject))),
  );
  const mac = (use: string, parts: readonly string[]) =>
    createHmac('sha256', key)
      .update(encodeParts(`fieldgate ${use} v2`, ...parts))
      .digest();
  return {
    of: (...parts) => toBase64url(mac('mark', parts).subarray(0, BLOCK_BYTES)),
    sealTerm({ from, until }, ...parts) {
      const block = Buffer.alloc(BLOCK_BYTES);
      block.writeInt32BE(from, ZEROS);
      block.writeInt32BE(until, ZEROS + 4);
      return toBase64url(sealBlock(intoKey(mac('term', parts)), block));
    },
    openTerm(sealed, ...parts) {
      const bytes = fromBase64url(sealed);
      if (bytes?.length !== BLOCK_BYTES) return null;
      const block = openBlock(intoKey(mac('term', parts)), bytes);
      if (block.subarray(0, ZEROS).some((one) => one !== 0)) return null;
      return { from: block.readInt32BE(ZEROS), until: block.readInt32BE(ZEROS + 4) };
    },
  };
}
