/**
 * Tokens of values by which found texts are recognised, such as a name, a phone or an account number. A token is a
 * keyed digest. The store holds, under each token, its people as one AES block a person under a key of that token,
 * and with each sheet its tokens under a key of its subject. So the tables alone reveal how many people share some
 * value, but neither the value nor who they are.
 */

import { createHmac, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import { asSubjectId, type SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, openBlock, sealBlock } from './block.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

/** Begins every token: its key in the index table. */
const LEAK = 'leak.';

export interface LeakTokens {
  /** @returns the token under each version of the index key, newest first: the first is for new entries */
  of(collection: string, kind: string, form: string): [string, ...string[]];
  /** @returns the newest token that follows from an older one, without its value */
  renew(token: string): string;
  /** The subject as it stands under the token. */
  member(token: string, subject: SubjectId): string;
  subject(token: string, member: string): SubjectId | null;
  /** The token as it is stored with a sheet of the subject. Equal tokens of one subject stay equal. */
  hide(subject: SubjectId, token: string): string;
  show(subject: SubjectId, hidden: string): string;
}

const cache = perClient<LeakTokens>(2);

/** One KMS GenerateMac for each version of the index key and process. @param indexKeys as read by `keyVersions` */
export function leakTokensOf(kms: KMSClient, indexKeys: string): Promise<LeakTokens> {
  return cache(kms, indexKeys, async () => {
    const derived = keyVersions(indexKeys).map(async (key, i) => {
      return intoKey(await generateMac(kms, key, encodeParts('fieldgate leak tokens', i + 1)));
    });
    return fromKeys(await Promise.all(derived));
  });
}

function fromKeys(keys: readonly KeyObject[]): LeakTokens {
  const keyOf = (version: number) => {
    const key = keys[version - 1];
    if (!key) throw new RangeError('not a version of the index key');
    return key;
  };
  const [first] = keys as [KeyObject];
  const chain = (from: number, message: Buffer, known: readonly string[]) => {
    const tokens = [...known];
    if (from > keys.length) throw new RangeError('not a version of the index key');
    let digest = message;
    for (let version = from + 1; version <= keys.length; version++) {
      digest = mac(keyOf(version), 'token', digest).subarray(0, BLOCK_BYTES);
      tokens.unshift(`${LEAK}${version}.${toBase64url(digest)}`);
    }
    return tokens as [string, ...string[]];
  };
  const memberKey = (token: string) =>
    intoKey(mac(keyOf(parse(token).version), 'member', parse(token).bytes));
  const sheetKey = (subject: SubjectId) => intoKey(mac(first, 'sheet', blockOf(subject)));
  return {
    of: (collection, kind, form) => chain(0, encodeParts('fieldgate leak v1', collection, kind, form), []),
    renew: (token) => chain(parse(token).version, parse(token).bytes, [token])[0],
    member: (token, subject) => toBase64url(sealBlock(memberKey(token), blockOf(subject))),
    subject(token, member) {
      const block = fromBase64url(member);
      return block?.length === BLOCK_BYTES
        ? asSubjectId(toBase64url(openBlock(memberKey(token), block)))
        : null;
    },
    hide(subject, token) {
      const { version, bytes } = parse(token);
      return `${version}.${toBase64url(sealBlock(sheetKey(subject), bytes))}`;
    },
    show(subject, hidden) {
      const { version, bytes } = parse(LEAK + hidden);
      return `${LEAK}${version}.${toBase64url(openBlock(sheetKey(subject), bytes))}`;
    },
  };
}

function parse(token: string): { version: number; bytes: Buffer } {
  const [, version = '', text = ''] = /^leak\.([1-9]\d?)\.([\w-]{22})$/.exec(token) ?? [];
  const bytes = fromBase64url(text);
  if (bytes?.length !== BLOCK_BYTES) throw new RangeError('not a token');
  return { version: Number(version), bytes };
}

function mac(key: KeyObject, use: string, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(encodeParts(use)).update(message).digest();
}
