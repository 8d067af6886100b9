/**
 * Tokens of values by which found texts are recognised, such as a name, a phone or an account number. Each is a MAC that
 * KMS computes under a key that never leaves it: names and phones are few enough to try them all, so each try must be a
 * call of KMS, which CloudTrail counts. The store holds, under the name of each token, its people as one AES block a person under a
 * key of that token, and with each sheet its tokens under a key of its subject. So the tables alone reveal how many people
 * share some value, but neither the value nor who they are.
 */

import { createHmac, hash, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { fromBase64url, toBase64url } from '../bytes.ts';
import { encodeParts } from '../encoding.ts';
import { asSubjectId, type SubjectId } from '../ids.ts';
import { BLOCK_BYTES, blockOf, intoKey, openBlock, sealBlock } from './block.ts';
import { generateMac, keyVersions, perClient } from './kms.ts';

/** Begins every token: its key in the index table. */
const LEAK = 'leak.';

export interface LeakToken {
  version: number;
  /** What KMS computed; never stored in clear. */
  mac: Buffer;
  /** Its key in the index table. */
  name: string;
}

/** The tokens of one subject as they are stored with its sheets. Equal tokens of one subject stay equal. */
interface SheetTokens {
  hide(token: LeakToken): string;
  show(hidden: string): LeakToken;
}

interface LeakTokens {
  /** One call of KMS for each version of the key. @returns the newest token first, which is for new entries */
  of(collection: string, kind: string, form: string): Promise<[LeakToken, ...LeakToken[]]>;
  /** @returns the newest token that follows from an older one, without its value */
  renew(token: LeakToken): Promise<LeakToken>;
  /**
   * One call of KMS for a subject that this process has not had lately.
   * @param fresh for every subject: fewer calls for one that is known would reveal the record to its writer
   */
  sheet(subject: SubjectId, fresh?: boolean): Promise<SheetTokens>;
}

/** Keys of sheets. Each opens the tokens of one subject. */
const sheets = perClient<KeyObject>(100);

/** @param leakKeys as read by `keyVersions` */
export function leakTokensOf(kms: KMSClient, leakKeys: string): LeakTokens {
  const keys = keyVersions(leakKeys);
  const [first = ''] = keys;
  const mac = (version: number, use: string, ...parts: (string | Uint8Array)[]) =>
    generateMac(kms, keys[version - 1] ?? '', encodeParts(`fieldgate leak ${use} v2`, ...parts));
  const chain = async (oldest: LeakToken) => {
    if (oldest.version > keys.length) throw new RangeError('not a version of the leak key');
    const tokens: [LeakToken, ...LeakToken[]] = [oldest];
    for (let version = oldest.version + 1; version <= keys.length; version++)
      tokens.unshift(tokenOf(version, await mac(version, 'token', tokens[0].mac)));
    return tokens;
  };
  return {
    async of(collection, kind, form) {
      return chain(tokenOf(1, await mac(1, 'value', collection, kind, hash('sha256', form, 'buffer'))));
    },
    renew: async (token) => (await chain(token))[0],
    async sheet(subject, fresh = false) {
      const name = `${first} ${subject}`;
      if (fresh) sheets.drop(kms, name);
      const key = await sheets(kms, name, async () => intoKey(await mac(1, 'sheet', blockOf(subject))));
      return {
        hide: ({ version, mac }) => `${version}.${toBase64url(sealBlock(key, mac))}`,
        show(hidden) {
          const [, version = '', text = ''] = /^([1-9]\d?)\.([\w-]{43})$/.exec(hidden) ?? [];
          const bytes = fromBase64url(text);
          if (bytes?.length !== 2 * BLOCK_BYTES) throw new RangeError('not a token');
          return tokenOf(Number(version), openBlock(key, bytes));
        },
      };
    },
  };
}

function tokenOf(version: number, mac: Buffer): LeakToken {
  const name = derive(mac, 'name').subarray(0, BLOCK_BYTES);
  return { version, mac, name: `${LEAK}${version}.${toBase64url(name)}` };
}

/** The subject as it stands under the token. */
export function memberOf({ mac }: LeakToken, subject: SubjectId): string {
  return toBase64url(sealBlock(intoKey(derive(mac, 'member')), blockOf(subject)));
}

/** The subject of a member, or `null` for anything else. */
export function subjectUnder({ mac }: LeakToken, member: string): SubjectId | null {
  const block = fromBase64url(member);
  if (block?.length !== BLOCK_BYTES) return null;
  return asSubjectId(toBase64url(openBlock(intoKey(derive(mac, 'member')), block)));
}

function derive(mac: Buffer, use: string): Buffer {
  return createHmac('sha256', mac)
    .update(encodeParts(`fieldgate leak ${use} v2`))
    .digest();
}
