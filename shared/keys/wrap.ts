import { GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';
import { encryptionContext, type KeyPlace } from './kms.ts';

/** A new data key: 32 raw bytes, which the caller must overwrite, and the same key wrapped by KMS. */
interface NewDataKey {
  raw: Uint8Array;
  wrapped: Uint8Array;
}

/** One KMS GenerateDataKey under the class key. */
export async function generateDataKey(
  kms: KMSClient,
  classKey: string,
  place: KeyPlace,
): Promise<NewDataKey> {
  const answer = await kms.send(
    new GenerateDataKeyCommand({
      KeyId: classKey,
      KeySpec: 'AES_256',
      EncryptionContext: encryptionContext(place),
    }),
  );
  const { Plaintext: raw, CiphertextBlob: wrapped } = answer;
  if (raw?.length === 32 && wrapped && answer.KeyId === classKey) return { raw, wrapped };
  if (raw) view(raw).fill(0);
  throw new Error('KMS answered for another key');
}
