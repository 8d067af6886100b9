/** A KMS whose keys the test knows, for operations that must give the same bytes each time. */
import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { type AwsStub, mockClient } from 'aws-sdk-client-mock';

/** @param keys HMAC keys by their ARN */
export function stubKms(keys: ReadonlyMap<string, Buffer>): {
  kms: KMSClient;
  calls: AwsStub<never, never, never>;
} {
  const kms = new KMSClient({
    region: 'local',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const calls = mockClient(kms);
  calls.on(GenerateMacCommand).callsFake(({ KeyId, Message }: { KeyId: string; Message: Uint8Array }) => {
    const key = keys.get(KeyId);
    if (!key) throw new Error('no such key');
    const mac = createHmac('sha256', key).update(Message).digest();
    return { KeyId, MacAlgorithm: 'HMAC_SHA_256', Mac: Uint8Array.from(mac) };
  });
  return { kms, calls: calls as unknown as AwsStub<never, never, never> };
}
