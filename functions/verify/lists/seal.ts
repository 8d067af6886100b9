/** Rows and head of a list at rest: AES-256-GCM under a key of the list, which KMS alone can make. */

import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { encodeParts } from '../../../shared/encoding.ts';
import { parseJson } from '../../../shared/json.ts';
import { intoKey } from '../../../shared/keys/block.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import type { VerifyDeps } from '../deps.ts';

const NONCE = 12;
const TAG = 16;

export interface ListSeal {
  seal(path: string, value: unknown): Buffer;
  /** @returns `null` unless the bytes were sealed for this path */
  open(path: string, bytes: Uint8Array | null): unknown;
}

/** The key follows from the key of references and the list's path; the domain keeps it apart from all references. */
export async function sealOf(
  { kms, env }: Pick<VerifyDeps, 'kms'> & { env: Pick<VerifyDeps['env'], 'referenceKey'> },
  list: string,
): Promise<ListSeal> {
  // The first version, because a list must stay readable while another comes.
  const [first] = keyVersions(env.referenceKey) as [string];
  const key = intoKey(await generateMac(kms, first, encodeParts('fieldgate list', 1, list)));
  return {
    seal: (path, value) => sealUnder(key, path, Buffer.from(JSON.stringify(value))),
    open: (path, bytes) => (bytes === null ? null : openUnder(key, path, Buffer.from(bytes))),
  };
}

function sealUnder(key: KeyObject, path: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(path));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openUnder(key: KeyObject, path: string, bytes: Buffer): unknown {
  try {
    const nonce = bytes.subarray(0, NONCE);
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    cipher.setAAD(Buffer.from(path)).setAuthTag(bytes.subarray(-TAG));
    const plain = Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]);
    return parseJson(plain.toString('utf8')) ?? null;
  } catch {
    return null;
  }
}
