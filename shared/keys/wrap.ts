import { GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';
import { encryptionContext, isKeyOf, type KeyPlace } from './kms.ts';

/** A new data key: raw bytes, which the caller must overwrite, and the same key wrapped by KMS. */
interface NewDataKey {
  raw: Uint8Array;
  wrapped: Uint8Array;
}

/** One KMS GenerateDataKey under the class key. @param bytes of the new key */
export async function generateDataKey(
  kms: KMSClient,
  classKey: string,
  place: KeyPlace,
  bytes: 16 | 32,
): Promise<NewDataKey> {
  const answer = await kms.send(
    new GenerateDataKeyCommand({
      KeyId: classKey,
      // In the China regions of AWS this makes an SM4 key.
      KeySpec: bytes === 16 ? 'AES_128' : 'AES_256',
      EncryptionContext: encryptionContext(place),
    }),
  );
  const { Plaintext: raw, CiphertextBlob: wrapped } = answer;
  if (raw?.length === bytes && wrapped && isKeyOf(classKey, answer.KeyId)) return { raw, wrapped };
  if (raw) view(raw).fill(0);
  throw new Error('KMS answered for another key');
}
