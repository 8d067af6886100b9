import { DescribeKeyCommand, EncryptCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { SUITES, suiteFor } from '../../shared/crypto/suites.ts';
import { CONTEXT, kmsBench, message, refusal } from './kms-bench.ts';

const { ring, kms, keys, wrapped, generate, decrypt, reEncrypt, mac, sign } = await kmsBench();

const flipped = (at: number) => {
  const copy = Uint8Array.from(wrapped);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
const long = (length: number) => Buffer.alloc(length, 1);

/** What is refused, by which error, and its twin that is allowed. */
type Row<Change> = [what: string, name: string, refused: Change, allowed: Change];
const OPENS_NOT = 'InvalidCiphertextException';
const INVALID = 'ValidationException';

const callsOf = <Change>(call: (change: Change) => Promise<unknown>, rows: Row<Change>[]) =>
  rows.map(
    ([what, name, refused, allowed]) => [what, name, () => call(refused), () => call(allowed)] as const,
  );

/** A data key that is made in one context and opened in another. */
async function reopen([made, opened]: [made: Record<string, string>, opened: Record<string, string>]) {
  const { CiphertextBlob } = await generate({ EncryptionContext: made });
  return decrypt({ CiphertextBlob, EncryptionContext: opened });
}

const TWINS = [
  ...callsOf(reopen, [
    ['another normal form', OPENS_NOT, [{ a: 'é' }, { a: 'e\u0301' }], [{ a: 'é' }, { a: '\u00e9' }]],
    [
      'a context whose parts are cut elsewhere',
      OPENS_NOT,
      [
        { a: 'bc', d: '' },
        { ab: 'c', d: '' },
      ],
      [
        { a: 'bc', d: '' },
        { d: '', a: 'bc' },
      ],
    ],
  ]),
  ...callsOf(decrypt, [
    [
      'another context value',
      OPENS_NOT,
      { EncryptionContext: { ...CONTEXT, subject: 'AAECAg' } },
      { EncryptionContext: { ...CONTEXT, subject: 'AAECAw' } },
    ],
    ['no context', OPENS_NOT, { EncryptionContext: undefined }, {}],
    [
      'a flipped bit in the tag',
      OPENS_NOT,
      { CiphertextBlob: flipped(wrapped.length - 1) },
      { CiphertextBlob: Uint8Array.from(wrapped) },
    ],
    [
      'a cut tag',
      OPENS_NOT,
      { CiphertextBlob: wrapped.subarray(0, -12) },
      { CiphertextBlob: wrapped.subarray(0) },
    ],
    ['a blob of another version', OPENS_NOT, { CiphertextBlob: flipped(0) }, {}],
    ['no key id', INVALID, { KeyId: undefined }, { KeyId: keys.data }],
    ['another key', 'IncorrectKeyException', { KeyId: keys.other }, { KeyId: 'alias/data' }],
    ['a key that does not exist', 'NotFoundException', { KeyId: 'alias/none' }, { KeyId: 'alias/data' }],
    [
      'an ARN of another account',
      'NotFoundException',
      { KeyId: keys.data.replace('000000000000', '111111111111') },
      { KeyId: keys.data },
    ],
    ['a member that is not known', INVALID, { GrantTokens: ['x'] }, {}],
  ]),
  ...callsOf(reEncrypt, [
    ['another source key', 'IncorrectKeyException', { SourceKeyId: keys.other }, {}],
    ['no source key', INVALID, { SourceKeyId: undefined }, { SourceKeyId: 'alias/data' }],
  ]),
  ...callsOf(generate, [
    ['a MAC key for data keys', 'InvalidKeyUsageException', { KeyId: keys.mac }, { KeyId: keys.data }],
    ['a data key without a length', INVALID, { NumberOfBytes: undefined }, { NumberOfBytes: 1 }],
    [
      'a data key with two lengths',
      INVALID,
      { KeySpec: 'AES_256' },
      { KeySpec: 'AES_256', NumberOfBytes: undefined },
    ],
    ['a data key that is too long', INVALID, { NumberOfBytes: 1025 }, { NumberOfBytes: 1024 }],
    [
      'a context that is too long',
      INVALID,
      { EncryptionContext: { a: 'x'.repeat(8192) } },
      { EncryptionContext: { a: 'x'.repeat(8191) } },
    ],
  ]),
  ...callsOf(mac, [
    ['a data key for MACs', 'InvalidKeyUsageException', { KeyId: keys.data }, { KeyId: keys.mac }],
    ['a MAC message that is too long', INVALID, { Message: long(4097) }, { Message: long(4096) }],
    ['an empty message', INVALID, { Message: long(0) }, { Message: long(1) }],
  ]),
  ...callsOf(
    (change: Parameters<typeof sign>[0]) => sign({ SigningAlgorithm: 'ED25519_SHA_512', ...change }),
    [
      ['an algorithm of another key', 'InvalidKeyUsageException', {}, { KeyId: keys.ed25519 }],
      [
        'a digest for Ed25519',
        INVALID,
        { KeyId: keys.ed25519, MessageType: 'DIGEST' },
        { KeyId: keys.ed25519, MessageType: 'RAW' },
      ],
    ],
  ),
  ...callsOf(
    (change: Parameters<typeof sign>[0]) =>
      sign({ KeyId: keys.sm2, SigningAlgorithm: 'SM2DSA', MessageType: 'DIGEST', ...change }),
    [
      ['a digest of another length', INVALID, { Message: long(31) }, { Message: long(32) }],
      ['a key of another curve', 'InvalidKeyUsageException', { KeyId: keys.p256 }, { Message: long(32) }],
      [
        'ECDSA with a key of SM2',
        'InvalidKeyUsageException',
        { Message: long(32), SigningAlgorithm: 'ECDSA_SHA_256' },
        { Message: long(32) },
      ],
      [
        'SM2 with a key for data',
        'InvalidKeyUsageException',
        { KeyId: keys.data, Message: long(32) },
        { Message: long(32) },
      ],
    ],
  ),
  ...callsOf(sign, [
    ['a message to sign that is too long', INVALID, { Message: long(4097) }, { Message: long(4096) }],
  ]),
  ...callsOf(
    (KeyId: string) => kms.send(new GetPublicKeyCommand({ KeyId })),
    [['the public part of a secret', 'UnsupportedOperationException', keys.mac, keys.p256]],
  ),
  ...callsOf(
    (command: EncryptCommand | null) => (command ? kms.send(command) : generate({})),
    [
      [
        'an operation that nothing needs',
        'UnknownOperationException',
        new EncryptCommand({ KeyId: keys.data, Plaintext: message }),
        null,
      ],
    ],
  ),
];

test.each(TWINS)('%s: %s, and its twin is allowed', async (_what, name, refused, allowed) => {
  expect(await refusal(refused())).toBe(name);
  expect(await refusal(allowed())).toBe('allowed');
});

test.each(['standard', 'national'])('a flipped bit anywhere in a blob of %s never opens', async (word) => {
  ring.suite = suiteFor(word);
  const { CiphertextBlob = long(0), Plaintext } = await generate({});
  // Under either setting, the blob opens as it was made.
  for (const now of SUITES) {
    ring.suite = now;
    expect((await decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext);
  }
  ring.suite = suiteFor('standard');
  // The two lowest bits lead from each suite to the other and to none.
  for (const bit of [1, 2, 3, 128])
    for (let at = 0; at < CiphertextBlob.length; at++) {
      const bent = CiphertextBlob.map((byte, index) => (index === at ? byte ^ bit : byte));
      expect(await refusal(decrypt({ CiphertextBlob: bent }))).toMatch(
        at >= 1 && at < 17 ? /^IncorrectKeyException$/ : /^InvalidCiphertextException$/,
      );
    }
});

test('ReEncrypt moves a data key from AES to SM4 and back, and its context with it', async () => {
  let CiphertextBlob: Uint8Array = wrapped;
  for (const suite of [...SUITES, ...SUITES]) {
    ring.suite = suite;
    const moved = await reEncrypt({ CiphertextBlob, DestinationKeyId: keys.data });
    CiphertextBlob = moved.CiphertextBlob ?? long(0);
    expect(CiphertextBlob[0]).toBe(suite.id);
    expect(CiphertextBlob).toHaveLength(17 + suite.nonceBytes + 32 + suite.tagBytes);
    const opened = await decrypt({ CiphertextBlob });
    expect(opened.Plaintext).toEqual((await decrypt({})).Plaintext);
    expect(await refusal(decrypt({ CiphertextBlob, EncryptionContext: {} }))).toBe(OPENS_NOT);
  }
  ring.suite = suiteFor('standard');
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
