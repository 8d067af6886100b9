import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';

/** HMAC-SHA-256 over `message` (at most 4,096 bytes) by a key that never leaves KMS: 32 bytes. */
export async function generateMac(kms: KMSClient, keyId: string, message: Uint8Array): Promise<Buffer> {
  const answer = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
  );
  if (answer.KeyId !== keyId || answer.Mac?.length !== 32) throw new Error('KMS answered for another key');
  return Buffer.from(answer.Mac);
}
