/** The same job by libraries that others use for it: one field, sealed and opened with its name as context. */
import { randomBytes } from 'node:crypto';
import { decryptStringSync, encryptStringSync, generateKey, parseKeySync } from '@47ng/cloak';
import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import { CompactEncrypt, compactDecrypt } from 'jose';

export interface Peer {
  name: string;
  seal(text: string): unknown;
  open(sealed: never): unknown;
  /** Bytes that a database would hold. */
  size(sealed: never): number;
}

export function peers(): Peer[] {
  return [cloak(), jose(), awsSdk('raw keyring', false), awsSdk('caching', true)];
}

function cloak(): Peer {
  const key = parseKeySync(generateKey());
  const keychain = { [key.fingerprint]: { key, createdAt: 0 } };
  return {
    name: '@47ng/cloak',
    seal: (text) => encryptStringSync(text, key),
    open: (sealed: string) => decryptStringSync(sealed, keychain[key.fingerprint]?.key ?? key),
    size: (sealed: string) => Buffer.byteLength(sealed),
  };
}

function jose(): Peer {
  const key = randomBytes(32);
  return {
    name: 'jose, dir + A256GCM',
    seal: (text) =>
      new CompactEncrypt(Buffer.from(text)).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key),
    open: async (sealed: string) => Buffer.from((await compactDecrypt(sealed, key)).plaintext).toString(),
    size: (sealed: string) => Buffer.byteLength(sealed),
  };
}

/** AWS Encryption SDK with key commitment and without signature, the closest equivalent. */
function awsSdk(kind: string, caching: boolean): Peer {
  const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const keyring = new RawAesKeyringNode({
    keyName: 'bench',
    keyNamespace: 'fieldgate',
    unencryptedMasterKey: new Uint8Array(randomBytes(32)),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
  const materials = caching
    ? new NodeCachingMaterialsManager({
        backingMaterials: keyring,
        cache: getLocalCryptographicMaterialsCache(1000),
        maxAge: 60_000,
      })
    : keyring;
  const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
  const encryptionContext = { subject: 'AAAAAAAAAAAAAAAAAAAAAA', field: 'id_number' };
  return {
    name: `@aws-crypto/client-node, ${kind}`,
    seal: async (text) => {
      const options = { encryptionContext, suiteId, plaintextLength: Buffer.byteLength(text) };
      return (await encrypt(materials, text, options)).result;
    },
    open: async (sealed: Buffer) => (await decrypt(materials, sealed)).plaintext.toString(),
    size: (sealed: Buffer) => sealed.length,
  };
}
