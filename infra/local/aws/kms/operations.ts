/**
 * The operations of the KMS API that the gateway calls, stricter than the service: unknown members are
 * refused, and Decrypt and ReEncrypt require the id of the key that made the ciphertext.
 */

import { createHmac, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import * as v from 'valibot';
import { defined } from '../../../../shared/defined.ts';
import { ACCOUNT } from '../sts.ts';
import { type EncryptionContext, readContext } from './context.ts';
import { KmsError } from './errors.ts';
import type { Key, KeyRing, KeySpec } from './keys.ts';
import { sm2Message, sm2Sign, sm2Spki } from './sm2.ts';
import { unwrap, wrap } from './wrap.ts';

/** One operation: its input and its result. */
export interface Operation<Input = unknown> {
  input: v.GenericSchema<unknown, Input>;
  run(ring: KeyRing, input: Input): Record<string, unknown>;
}

/** Request parameters in the trail record: all but bytes, which are plaintext, ciphertext or messages. */
export const parametersIn = (input: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => !(value instanceof Uint8Array))
      .map(([name, value]) => [
        name.charAt(0).toLowerCase() + name.slice(1),
        typeof value === 'object' ? plain(value as EncryptionContext) : value,
      ]),
  );

/** Key ids that a call names. */
export const keysIn = (input: object): string[] =>
  Object.entries(input).flatMap(([name, value]) => (name.endsWith('KeyId') ? [String(value)] : []));

const keyId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
const context = v.optional(v.pipe(v.unknown(), v.transform(readContext)), {});
const symmetric = v.optional(v.literal('SYMMETRIC_DEFAULT'), 'SYMMETRIC_DEFAULT');
const blob = (most: number) =>
  v.pipe(
    v.string(),
    v.check((text) => Buffer.from(text, 'base64').toString('base64') === text),
    v.transform((text) => Buffer.from(text, 'base64')),
    v.check((bytes) => bytes.length >= 1 && bytes.length <= most),
  );

const generateDataKey = operation({
  input: v.pipe(
    v.strictObject({
      KeyId: keyId,
      EncryptionContext: context,
      KeySpec: v.optional(v.picklist(['AES_128', 'AES_256'])),
      NumberOfBytes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024))),
    }),
    v.check((input) => (input.KeySpec === undefined) !== (input.NumberOfBytes === undefined)),
  ),
  run(ring, input) {
    const key = usable(ring, input.KeyId, 'SYMMETRIC_DEFAULT');
    const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      CiphertextBlob: wrap(ring.suite, key, plaintext, input.EncryptionContext).toString('base64'),
    };
  },
});

const decrypt = operation({
  input: v.strictObject({
    KeyId: keyId,
    CiphertextBlob: blob(6144),
    EncryptionContext: context,
    EncryptionAlgorithm: symmetric,
  }),
  run(ring, input) {
    const key = usable(ring, input.KeyId, 'SYMMETRIC_DEFAULT');
    const plaintext = unwrap(key, input.CiphertextBlob, input.EncryptionContext);
    return {
      KeyId: key.arn,
      Plaintext: plaintext.toString('base64'),
      EncryptionAlgorithm: input.EncryptionAlgorithm,
    };
  },
});

const reEncrypt = operation({
  input: v.strictObject({
    SourceKeyId: keyId,
    DestinationKeyId: keyId,
    CiphertextBlob: blob(6144),
    SourceEncryptionContext: context,
    DestinationEncryptionContext: context,
    SourceEncryptionAlgorithm: symmetric,
    DestinationEncryptionAlgorithm: symmetric,
  }),
  run(ring, input) {
    const source = usable(ring, input.SourceKeyId, 'SYMMETRIC_DEFAULT');
    const target = usable(ring, input.DestinationKeyId, 'SYMMETRIC_DEFAULT');
    const plaintext = unwrap(source, input.CiphertextBlob, input.SourceEncryptionContext);
    return {
      KeyId: target.arn,
      SourceKeyId: source.arn,
      CiphertextBlob: wrap(ring.suite, target, plaintext, input.DestinationEncryptionContext).toString(
        'base64',
      ),
      SourceEncryptionAlgorithm: input.SourceEncryptionAlgorithm,
      DestinationEncryptionAlgorithm: input.DestinationEncryptionAlgorithm,
    };
  },
});

const generateMac = operation({
  input: v.strictObject({ KeyId: keyId, Message: blob(4096), MacAlgorithm: v.literal('HMAC_SHA_256') }),
  run(ring, input) {
    const key = usable(ring, input.KeyId, 'HMAC_256');
    return {
      KeyId: key.arn,
      Mac: createHmac('sha256', key.object).update(input.Message).digest('base64'),
      MacAlgorithm: input.MacAlgorithm,
    };
  },
});

const SIGNING = {
  ECDSA_SHA_256: 'ECC_NIST_P256',
  ED25519_SHA_512: 'ECC_NIST_EDWARDS25519',
  SM2DSA: 'SM2',
} as const;

const signMessage = operation({
  input: v.strictObject({
    KeyId: keyId,
    Message: blob(4096),
    MessageType: v.optional(v.picklist(['RAW', 'DIGEST']), 'RAW'),
    SigningAlgorithm: v.picklist(['ECDSA_SHA_256', 'ED25519_SHA_512', 'SM2DSA']),
  }),
  run(ring, input) {
    const key = usable(ring, input.KeyId, SIGNING[input.SigningAlgorithm]);
    return {
      KeyId: key.arn,
      Signature: Buffer.from(signWith(key.object, input)).toString('base64'),
      SigningAlgorithm: input.SigningAlgorithm,
    };
  },
});

/** P-256 and SM2 signatures are DER, as in the service. A given digest is signed directly, which node:crypto can't do. */
function signWith(
  key: KeyObject,
  input: { Message: Buffer; MessageType: string; SigningAlgorithm: string },
): Uint8Array {
  const sm2 = input.SigningAlgorithm === 'SM2DSA';
  const p256Key = input.SigningAlgorithm === 'ECDSA_SHA_256';
  if (input.MessageType === 'RAW') {
    return sm2
      ? sm2Sign(key, sm2Message(key, input.Message))
      : sign(p256Key ? 'sha256' : null, input.Message, key);
  }
  if (!(sm2 || p256Key) || input.Message.length !== 32) {
    throw new KmsError('ValidationException', 'Digest is invalid length for algorithm');
  }
  if (sm2) return sm2Sign(key, input.Message);
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
  return p256.sign(input.Message, scalar, { prehash: false, format: 'der' });
}

const getPublicKey = operation({
  input: v.strictObject({ KeyId: keyId }),
  run(ring, input) {
    const key = enabled(ring.find(input.KeyId));
    const algorithm = signingAlgorithm(key.spec);
    if (!algorithm) throw new KmsError('UnsupportedOperationException', 'The key has no public part');
    return {
      KeyId: key.arn,
      PublicKey: publicKey(key).toString('base64'),
      KeySpec: key.spec,
      CustomerMasterKeySpec: key.spec,
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: [algorithm],
    };
  },
});

function publicKey({ spec, object }: Key): Buffer {
  return spec === 'SM2' ? sm2Spki(object) : createPublicKey(object).export({ format: 'der', type: 'spki' });
}

const describeKey = operation({
  input: v.strictObject({ KeyId: keyId }),
  run(ring, input) {
    const key = ring.find(input.KeyId);
    return {
      KeyMetadata: {
        AWSAccountId: ACCOUNT,
        KeyId: key.id,
        Arn: key.arn,
        CreationDate: key.created / 1000,
        Enabled: key.state === 'Enabled',
        KeyState: key.state,
        ...defined({ DeletionDate: key.deletion === undefined ? undefined : key.deletion / 1000 }),
        KeySpec: key.spec,
        CustomerMasterKeySpec: key.spec,
        ...usageOf(key.spec),
        KeyManager: 'CUSTOMER',
        Origin: 'AWS_KMS',
        MultiRegion: false,
      },
    };
  },
});

/** By exact name; any other operation is unknown. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['GenerateDataKey', generateDataKey],
  ['Decrypt', decrypt],
  ['ReEncrypt', reEncrypt],
  ['GenerateMac', generateMac],
  ['Sign', signMessage],
  ['GetPublicKey', getPublicKey],
  ['DescribeKey', describeKey],
]);

/** Connects input and methods of one entry for the type checker. */
function operation<Input>(one: Operation<Input>): Operation {
  return one as unknown as Operation;
}

function usable(ring: KeyRing, id: string, spec: KeySpec): Key {
  const key = enabled(ring.find(id));
  if (key.spec !== spec) throw new KmsError('InvalidKeyUsageException', 'The key is not for this use');
  return key;
}

function enabled(key: Key): Key {
  if (key.state === 'Disabled') throw new KmsError('DisabledException', `${key.arn} is disabled`);
  if (key.state === 'PendingDeletion') {
    throw new KmsError('KMSInvalidStateException', `${key.arn} is pending deletion`);
  }
  return key;
}

function usageOf(spec: KeySpec): Record<string, unknown> {
  if (spec === 'SYMMETRIC_DEFAULT') {
    return { KeyUsage: 'ENCRYPT_DECRYPT', EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] };
  }
  if (spec === 'HMAC_256') return { KeyUsage: 'GENERATE_VERIFY_MAC', MacAlgorithms: ['HMAC_SHA_256'] };
  return { KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: [signingAlgorithm(spec)] };
}

function signingAlgorithm(spec: KeySpec): string | undefined {
  return Object.entries(SIGNING).find(([, needed]) => needed === spec)?.[0];
}

/** A context in the trail; null prototype, because the caller chooses its keys. */
function plain(context: EncryptionContext): Record<string, string> {
  const members: Record<string, string> = Object.create(null);
  for (const [key, value] of context) members[key] = value;
  return members;
}
