import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';

/**
 * HMAC-SHA-256 over `message` (at most 4,096 bytes) by a key that never leaves KMS.
 * @returns 32 bytes; where they serve as a key, the caller must overwrite them
 */
export async function generateMac(kms: KMSClient, keyId: string, message: Uint8Array): Promise<Buffer> {
  const answer = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
  );
  const { Mac: mac } = answer;
  if (mac?.length === 32 && answer.KeyId === keyId && answer.MacAlgorithm === 'HMAC_SHA_256')
    return view(mac);
  if (mac) view(mac).fill(0);
  throw new Error('KMS answered for another key');
}
