import {
  IncorrectKeyException,
  InvalidCiphertextException,
  type KMSClient,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import { Problem } from '../errors.ts';
import { encryptionContext, isKeyOf, type KeyPlace } from './kms.ts';

/**
 * One KMS ReEncrypt: the same data key wrapped under another KMS key, or for another place. No plaintext leaves KMS.
 * @param home the place that the key gets; by default it keeps its own
 * @throws Problem INTEGRITY_FAULT for a wrapped key of another place or KMS key, or with a changed byte
 */
export async function rewrapDataKey(
  kms: KMSClient,
  from: string,
  to: string,
  place: KeyPlace,
  wrapped: Uint8Array,
  home: KeyPlace = place,
): Promise<Uint8Array> {
  try {
    const answer = await kms.send(
      new ReEncryptCommand({
        SourceKeyId: from,
        DestinationKeyId: to,
        CiphertextBlob: wrapped,
        SourceEncryptionContext: encryptionContext(place),
        DestinationEncryptionContext: encryptionContext(home),
      }),
    );
    const { KeyId, SourceKeyId, CiphertextBlob } = answer;
    if (CiphertextBlob && isKeyOf(to, KeyId) && isKeyOf(from, SourceKeyId)) return CiphertextBlob;
  } catch (error) {
    if (!(error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException)) throw error;
  }
  throw new Problem('INTEGRITY_FAULT');
}
