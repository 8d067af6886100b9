import {
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { Problem } from '../errors.ts';
import { encryptionContext, isKeyOf, type KeyPlace } from './kms.ts';

/**
 * One KMS ReEncrypt: the same data key wrapped under another KMS key. No plaintext leaves KMS.
 * @throws Problem INTEGRITY_FAULT for a wrapped key of another place or KMS key, or with a changed byte
 */
export async function rewrapDataKey(
  kms: KMSClient,
  from: string,
  to: string,
  place: KeyPlace,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const context = encryptionContext(place);
  try {
    const answer = await kms.send(
      new ReEncryptCommand({
        SourceKeyId: from,
        DestinationKeyId: to,
        CiphertextBlob: wrapped,
        SourceEncryptionContext: context,
        DestinationEncryptionContext: context,
      }),
    );
    const { KeyId, SourceKeyId, CiphertextBlob } = answer;
    if (CiphertextBlob && isKeyOf(to, KeyId) && isKeyOf(from, SourceKeyId)) return CiphertextBlob;
  } catch (error) {
    if (!(error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException)) throw error;
  }
  throw new Problem('INTEGRITY_FAULT');
}
