/** A local KMS with one key of each kind and the calls that the tests vary by a member or two. */
import {
  DecryptCommand,
  type DecryptCommandInput,
  GenerateDataKeyCommand,
  type GenerateDataKeyCommandInput,
  GenerateMacCommand,
  type GenerateMacCommandInput,
  ReEncryptCommand,
  type ReEncryptCommandInput,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail, type TrailRecord } from '../../infra/local/aws/kms/trail.ts';

export const CONTEXT = { collection: 'children', class: 'identity', subject: 'AAECAw' };
export const message = Buffer.from('message');

export async function kmsBench() {
  const now = () => 1_700_000_000_000;
  const ring = openKeyRing(null, now);
  const records: TrailRecord[] = [];
  const trail = openTrail(null);
  trail.subscribe((record) => records.push(record));
  const kms = localKms(ring, trail, now).client('fieldgate-test');
  const keys = {
    data: ring.ensure('alias/data', 'SYMMETRIC_DEFAULT').arn,
    other: ring.ensure('alias/other', 'SYMMETRIC_DEFAULT').arn,
    mac: ring.ensure('alias/mac', 'HMAC_256').arn,
    p256: ring.ensure('alias/p256', 'ECC_NIST_P256').arn,
    ed25519: ring.ensure('alias/ed25519', 'ECC_NIST_EDWARDS25519').arn,
    sm2: ring.ensure('alias/sm2', 'SM2').arn,
  };
  const data = { KeyId: keys.data, EncryptionContext: CONTEXT };
  const generate = (change: Partial<GenerateDataKeyCommandInput> = {}) =>
    kms.send(new GenerateDataKeyCommand({ ...data, NumberOfBytes: 32, ...change }));
  const made = await generate();
  const wrapped = made.CiphertextBlob as Uint8Array;
  const moved = {
    SourceKeyId: keys.data,
    DestinationKeyId: keys.other,
    CiphertextBlob: wrapped,
    SourceEncryptionContext: CONTEXT,
    DestinationEncryptionContext: CONTEXT,
  };
  const hashed = { KeyId: keys.mac, Message: message, MacAlgorithm: 'HMAC_SHA_256' } as const;
  const signed = {
    KeyId: keys.p256,
    Message: message,
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
  } as const;
  return {
    ring,
    kms,
    records,
    keys,
    /** A data key of `data` under CONTEXT, and what it holds. */
    wrapped,
    plaintext: made.Plaintext as Uint8Array,
    generate,
    decrypt: (change: Partial<DecryptCommandInput> = {}) =>
      kms.send(new DecryptCommand({ ...data, CiphertextBlob: wrapped, ...change })),
    reEncrypt: (change: Partial<ReEncryptCommandInput> = {}) =>
      kms.send(new ReEncryptCommand({ ...moved, ...change })),
    mac: (change: Partial<GenerateMacCommandInput> = {}) =>
      kms.send(new GenerateMacCommand({ ...hashed, ...change })),
    sign: (change: Partial<SignCommandInput> = {}) => kms.send(new SignCommand({ ...signed, ...change })),
  };
}

/** Name of the typed exception that the SDK raises, or `allowed`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'allowed',
    (error: Error) => error.name,
  );
}
