/** The canary's key: KMS holds it and signs with it, so that the function has nothing to lose. */
import { createPublicKey } from 'node:crypto';
import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { KeptKey } from '../../shared/client/wire/sign.ts';
import type { Plan } from './plan.ts';

/** Client id of its office. */
export const CLIENT = 'canary';
/** As the register names the key. */
const KID = 'canary-1';

/**
 * What two stewards register: an office that may do what the plan does, and nothing else.
 * @param der its public key, as KMS gives it
 * @param trained until when (a day) its officer counts as trained
 */
export function officeFor({ office }: Plan, der: Uint8Array, trained: string) {
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  const jwk = { ...key.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'ES256' };
  const name = { en: 'Canary', zh: '运行探测' };
  return {
    clientId: CLIENT,
    name,
    ...office,
    jwks: { keys: [jwk] },
    trainedUntil: trained,
    suspended: false,
  };
}

/** @param id of a KMS key of P-256 */
export function kmsKey(kms: KMSClient, id: string): KeptKey {
  return {
    kid: KID,
    async sign(data) {
      const { Signature } = await kms.send(
        new SignCommand({ KeyId: id, Message: data, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
      if (!Signature) throw new Error('KMS answered without a signature');
      return rawOf(Signature);
    },
  };
}

/** Of DER (two integers of a sequence, as KMS gives them), 32 bytes each. */
export function rawOf(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    // A leading zero says that the number is positive; leading zeros of the number itself are left out.
    const number = der.subarray(at + 2, at + 2 + length).subarray(-32);
    raw.set(number, end - number.length);
    at += 2 + length;
  }
  return raw;
}
