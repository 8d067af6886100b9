import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';
import { perClient } from './kms.ts';

export type KmsSigningAlgorithm = 'ECDSA_SHA_256' | 'ED25519_SHA_512' | 'SM2DSA';

/**
 * Signs `message` under a KMS key. Ed25519 and SM2 send the message itself, at most 4,096 bytes; KMS takes SM2's default identity
 * for it. P-256 sends its SHA-256 digest, so the length is not limited.
 * @returns 64 bytes: r‖s for P-256, as JWS requires (KMS itself gives DER); the plain signature for Ed25519. DER for SM2.
 */
export async function kmsSign(
  kms: KMSClient,
  keyId: string,
  algorithm: KmsSigningAlgorithm,
  message: Uint8Array,
): Promise<Buffer> {
  const digested = algorithm === 'ECDSA_SHA_256';
  const answer = await kms.send(
    new SignCommand({
      KeyId: keyId,
      SigningAlgorithm: algorithm,
      MessageType: digested ? 'DIGEST' : 'RAW',
      Message: digested ? createHash('sha256').update(message).digest() : message,
    }),
  );
  if (answer.KeyId !== keyId || answer.SigningAlgorithm !== algorithm || !answer.Signature) {
    throw new Error('KMS answered for another key');
  }
  const signature = view(answer.Signature);
  if (digested) return derToRaw(signature);
  if (algorithm !== 'SM2DSA' && signature.length !== 64) throw new Error('malformed Ed25519 signature');
  return signature;
}

const publicKeys = perClient<KeyObject>(100);

/** The public half of a KMS signing key. It never changes for a key id, so it is cached for each client. */
export function publicKeyOf(kms: KMSClient, keyId: string): Promise<KeyObject> {
  return publicKeys(kms, keyId, () => fetchPublicKey(kms, keyId));
}

async function fetchPublicKey(kms: KMSClient, keyId: string): Promise<KeyObject> {
  const answer = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }));
  if (answer.KeyId !== keyId || !answer.PublicKey) throw new Error('KMS answered for another key');
  return createPublicKey({ key: Buffer.from(answer.PublicKey), format: 'der', type: 'spki' });
}

/**
 * DER SEQUENCE of two positive INTEGERs below 2²⁵⁶ to their 32-byte big-endian concatenation.
 * @throws Error for anything but the one encoding that DER allows
 */
function derToRaw(der: Buffer): Buffer {
  const raw = Buffer.alloc(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const integer = der.subarray(at + 2, at + 2 + length);
    const [first = 0x80, second = 0] = integer;
    // A leading zero is present exactly if the number would otherwise read as negative. Zero itself is not a
    // valid r or s.
    const digits = first === 0 ? integer.subarray(1) : integer;
    const minimal = first === 0 ? second >= 0x80 : first < 0x80;
    if (der[at] !== 0x02 || integer.length !== length || digits.length > 32 || !minimal) throw malformed();
    digits.copy(raw, end - digits.length);
    at += 2 + length;
  }
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || at !== der.length) throw malformed();
  return raw;
}

function malformed(): Error {
  return new Error('malformed DER signature');
}
