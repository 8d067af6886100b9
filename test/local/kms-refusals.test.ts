import { DescribeKeyCommand, EncryptCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { CONTEXT, kmsBench, message, refusal } from './kms-bench.ts';

const { ring, kms, keys, wrapped, generate, decrypt, reEncrypt, mac, sign } = await kmsBench();

const flipped = (at: number) => {
  const copy = Uint8Array.from(wrapped);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
const long = (length: number) => Buffer.alloc(length, 1);

test.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
  [
    'another context value',
    'InvalidCiphertextException',
    () => decrypt({ EncryptionContext: { ...CONTEXT, subject: 'AAECAg' } }),
    () => decrypt({ EncryptionContext: { ...CONTEXT, subject: 'AAECAw' } }),
  ],
  [
    'a context value in another normal form',
    'InvalidCiphertextException',
    async () =>
      decrypt({
        CiphertextBlob: (await generate({ EncryptionContext: { a: 'é' } })).CiphertextBlob,
        EncryptionContext: { a: 'e\u0301' },
      }),
    async () =>
      decrypt({
        CiphertextBlob: (await generate({ EncryptionContext: { a: 'é' } })).CiphertextBlob,
        EncryptionContext: { a: '\u00e9' },
      }),
  ],
  [
    'a context whose parts are cut elsewhere',
    'InvalidCiphertextException',
    async () =>
      decrypt({
        CiphertextBlob: (await generate({ EncryptionContext: { a: 'bc', d: '' } })).CiphertextBlob,
        EncryptionContext: { ab: 'c', d: '' },
      }),
    async () =>
      decrypt({
        CiphertextBlob: (await generate({ EncryptionContext: { a: 'bc', d: '' } })).CiphertextBlob,
        EncryptionContext: { d: '', a: 'bc' },
      }),
  ],
  [
    'no context',
    'InvalidCiphertextException',
    () => decrypt({ EncryptionContext: undefined }),
    () => decrypt({}),
  ],
  [
    'a flipped bit in the tag',
    'InvalidCiphertextException',
    () => decrypt({ CiphertextBlob: flipped(wrapped.length - 1) }),
    () => decrypt({ CiphertextBlob: Uint8Array.from(wrapped) }),
  ],
  [
    'a cut tag',
    'InvalidCiphertextException',
    () => decrypt({ CiphertextBlob: wrapped.subarray(0, -12) }),
    () => decrypt({ CiphertextBlob: wrapped.subarray(0) }),
  ],
  [
    'a blob of another version',
    'InvalidCiphertextException',
    () => decrypt({ CiphertextBlob: flipped(0) }),
    () => decrypt({}),
  ],
  [
    'no key id',
    'ValidationException',
    () => decrypt({ KeyId: undefined }),
    () => decrypt({ KeyId: keys.data }),
  ],
  [
    'another key',
    'IncorrectKeyException',
    () => decrypt({ KeyId: keys.other }),
    () => decrypt({ KeyId: 'alias/data' }),
  ],
  [
    'another source key',
    'IncorrectKeyException',
    () => reEncrypt({ SourceKeyId: keys.other }),
    () => reEncrypt({}),
  ],
  [
    'no source key',
    'ValidationException',
    () => reEncrypt({ SourceKeyId: undefined }),
    () => reEncrypt({ SourceKeyId: 'alias/data' }),
  ],
  [
    'a key that does not exist',
    'NotFoundException',
    () => decrypt({ KeyId: 'alias/none' }),
    () => decrypt({ KeyId: 'alias/data' }),
  ],
  [
    'an ARN of another account',
    'NotFoundException',
    () => decrypt({ KeyId: keys.data.replace('000000000000', '111111111111') }),
    () => decrypt({ KeyId: keys.data }),
  ],
  [
    'a MAC key for data keys',
    'InvalidKeyUsageException',
    () => generate({ KeyId: keys.mac }),
    () => generate({ KeyId: keys.data }),
  ],
  [
    'a data key for MACs',
    'InvalidKeyUsageException',
    () => mac({ KeyId: keys.data }),
    () => mac({ KeyId: keys.mac }),
  ],
  [
    'an algorithm of another key',
    'InvalidKeyUsageException',
    () => sign({ SigningAlgorithm: 'ED25519_SHA_512' }),
    () => sign({ KeyId: keys.ed25519, SigningAlgorithm: 'ED25519_SHA_512' }),
  ],
  [
    'the public part of a secret',
    'UnsupportedOperationException',
    () => kms.send(new GetPublicKeyCommand({ KeyId: keys.mac })),
    () => kms.send(new GetPublicKeyCommand({ KeyId: keys.p256 })),
  ],
  [
    'a digest for Ed25519',
    'ValidationException',
    () => sign({ KeyId: keys.ed25519, SigningAlgorithm: 'ED25519_SHA_512', MessageType: 'DIGEST' }),
    () => sign({ KeyId: keys.ed25519, SigningAlgorithm: 'ED25519_SHA_512', MessageType: 'RAW' }),
  ],
  [
    'a MAC message that is too long',
    'ValidationException',
    () => mac({ Message: long(4097) }),
    () => mac({ Message: long(4096) }),
  ],
  [
    'a message to sign that is too long',
    'ValidationException',
    () => sign({ Message: long(4097) }),
    () => sign({ Message: long(4096) }),
  ],
  [
    'an empty message',
    'ValidationException',
    () => mac({ Message: long(0) }),
    () => mac({ Message: long(1) }),
  ],
  [
    'a data key without a length',
    'ValidationException',
    () => generate({ NumberOfBytes: undefined }),
    () => generate({ NumberOfBytes: 1 }),
  ],
  [
    'a data key with two lengths',
    'ValidationException',
    () => generate({ KeySpec: 'AES_256' }),
    () => generate({ KeySpec: 'AES_256', NumberOfBytes: undefined }),
  ],
  [
    'a data key that is too long',
    'ValidationException',
    () => generate({ NumberOfBytes: 1025 }),
    () => generate({ NumberOfBytes: 1024 }),
  ],
  [
    'a context that is too long',
    'ValidationException',
    () => generate({ EncryptionContext: { a: 'x'.repeat(8192) } }),
    () => generate({ EncryptionContext: { a: 'x'.repeat(8191) } }),
  ],
  [
    'a member that is not known',
    'ValidationException',
    () => decrypt({ GrantTokens: ['x'] }),
    () => decrypt({}),
  ],
  [
    'an operation that nothing needs',
    'UnknownOperationException',
    () => kms.send(new EncryptCommand({ KeyId: keys.data, Plaintext: message })),
    () => generate({}),
  ],
])('%s: %s, and its twin is allowed', async (_what, name, refused, allowed) => {
  expect(await refusal(refused())).toBe(name);
  expect(await refusal(allowed())).toBe('allowed');
});

test('a flipped bit anywhere in a blob never opens', async () => {
  for (let at = 0; at < wrapped.length; at++) {
    expect(await refusal(decrypt({ CiphertextBlob: flipped(at) }))).toMatch(
      at >= 1 && at < 17 ? /^IncorrectKeyException$/ : /^InvalidCiphertextException$/,
    );
  }
});

test.each([
  ['Disabled', 'DisabledException'],
  ['PendingDeletion', 'KMSInvalidStateException'],
] as const)('a key that is %s: %s, until it is enabled again', async (state, name) => {
  for (const [KeyId, call] of [
    [keys.data, () => decrypt({})],
    [keys.data, () => generate({})],
    [keys.other, () => reEncrypt({})],
    [keys.mac, () => mac({})],
    [keys.p256, () => sign({})],
    [keys.p256, () => kms.send(new GetPublicKeyCommand({ KeyId: keys.p256 }))],
  ] as const) {
    ring.setState(KeyId, state);
    expect(await refusal(call())).toBe(name);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: state });
    ring.setState(KeyId, 'Enabled');
    expect(await refusal(call())).toBe('allowed');
  }
});

test('a destroyed key is gone for good', async () => {
  ring.destroy(keys.data);
  expect(await refusal(decrypt({}))).toBe('NotFoundException');
});
