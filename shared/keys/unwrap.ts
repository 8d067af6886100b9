import {
  DecryptCommand,
  type DecryptCommandOutput,
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';
import { Problem } from '../errors.ts';
import { encryptionContext, isKeyOf, type KeyPlace } from './kms.ts';

/**
 * One KMS Decrypt, the only way to a plaintext data key. Nothing is cached, so the KMS policy and CloudTrail
 * cover every use.
 * @returns 16 or 32 raw bytes, which the caller must overwrite
 * @throws Problem INTEGRITY_FAULT for a wrapped key of another place or class key, or with a changed byte
 */
export async function unwrapDataKey(
  kms: KMSClient,
  classKey: string,
  place: KeyPlace,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const { KeyId, Plaintext: raw } = await decrypt(kms, classKey, place, wrapped);
  if (raw && (raw.length === 32 || raw.length === 16) && isKeyOf(classKey, KeyId)) return raw;
  if (raw) view(raw).fill(0);
  throw new Problem('INTEGRITY_FAULT');
}

async function decrypt(
  kms: KMSClient,
  classKey: string,
  place: KeyPlace,
  wrapped: Uint8Array,
): Promise<DecryptCommandOutput> {
  try {
    return await kms.send(
      new DecryptCommand({
        KeyId: classKey,
        CiphertextBlob: wrapped,
        EncryptionContext: encryptionContext(place),
      }),
    );
  } catch (error) {
    if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException) {
      throw new Problem('INTEGRITY_FAULT', { cause: error });
    }
    throw error;
  }
}
