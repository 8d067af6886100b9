import { DecryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { encryptionContext, type KeyPlace } from './context.ts';

/**
 * One KMS Decrypt, the only way to a plaintext data key. Nothing is cached: KMS policy and CloudTrail see
 * every use.
 * @returns 32 raw bytes, which the caller must overwrite
 */
export async function unwrapDataKey(
  kms: KMSClient,
  classKey: string,
  place: KeyPlace,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const answer = await kms.send(
    new DecryptCommand({
      KeyId: classKey,
      CiphertextBlob: wrapped,
      EncryptionContext: encryptionContext(place),
    }),
  );
  if (answer.KeyId !== classKey || answer.Plaintext?.length !== 32) {
    throw new Error('KMS answered for another key');
  }
  return answer.Plaintext;
}
