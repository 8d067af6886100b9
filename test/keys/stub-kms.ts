/** A KMS whose keys the test knows, for operations that must give the same bytes each time. */
import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';

export interface StubKms {
  kms: KMSClient;
  /** Messages that were sent to be authenticated since the last call of this. */
  messages(): Buffer[];
}

/** @param keys HMAC keys by their ARN */
export function stubKms(keys: ReadonlyMap<string, Buffer>): StubKms {
  const kms = new KMSClient({ region: 'local', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  let messages: Buffer[] = [];
  mockClient(kms)
    .on(GenerateMacCommand)
    .callsFake(({ KeyId, Message }: { KeyId: string; Message: Uint8Array }) => {
      const key = keys.get(KeyId);
      if (!key) throw new Error('no such key');
      messages.push(Buffer.from(Message));
      const mac = createHmac('sha256', key).update(Message).digest();
      return { KeyId, MacAlgorithm: 'HMAC_SHA_256', Mac: Uint8Array.from(mac) };
    });
  return {
    kms,
    messages() {
      const sent = messages;
      messages = [];
      return sent;
    },
  };
}
