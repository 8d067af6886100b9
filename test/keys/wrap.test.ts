import {
  DecryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  KMSInvalidStateException,
} from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { asKeyId, asSubjectId } from '../../shared/ids.ts';
import { encryptionContext, generateMac } from '../../shared/keys/kms.ts';
import { unwrapDataKey } from '../../shared/keys/unwrap.ts';
import { generateDataKey } from '../../shared/keys/wrap.ts';

const kms = new KMSClient({ region: 'local', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const mock = mockClient(kms);
beforeEach(() => mock.reset());

const KEY = 'arn:aws:kms:local:000000000000:key/class';
const OTHER = 'arn:aws:kms:local:000000000000:key/other';
const PLACE = {
  ...{ collection: 'children', class: 'facts', owner: 'MCA' },
  ...{ subject: asSubjectId('s'), keyId: asKeyId('k') },
};
const WRAPPED = Uint8Array.from([1, 2, 3]);
const raw = (length = 32) => new Uint8Array(length).fill(7);
const wiped = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
const calls = () => mock.commandCalls(DecryptCommand).map((call) => call.args[0].input);

describe('unwrap', () => {
  const unwrap = () => unwrapDataKey(kms, KEY, PLACE, WRAPPED);

  it('is one Decrypt that names the key and rebuilds the context', async () => {
    mock.on(DecryptCommand).resolves({ KeyId: KEY, Plaintext: raw() });
    expect(await unwrap()).toEqual(raw());
    expect(mock.calls()).toHaveLength(1);
    expect(calls()).toStrictEqual([{ KeyId: KEY, CiphertextBlob: WRAPPED, EncryptionContext: { ...PLACE } }]);
  });

  it.each([
    ['another key', { KeyId: OTHER }, 32],
    ['no key at all', {}, 32],
    ['the key by its alias', { KeyId: 'alias/fieldgate/class/facts' }, 32],
    ['17 bytes', { KeyId: KEY }, 17],
    ['31 bytes', { KeyId: KEY }, 31],
    ['33 bytes', { KeyId: KEY }, 33],
    ['no bytes', { KeyId: KEY }, 0],
  ])('refuses and wipes an answer of %s', async (_, answer, length) => {
    const bytes = raw(length);
    mock.on(DecryptCommand).resolves({ ...answer, Plaintext: bytes });
    await expect(unwrap()).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
    expect(wiped(bytes)).toBe(true);
  });

  it('refuses an answer without a plaintext', async () => {
    mock.on(DecryptCommand).resolves({ KeyId: KEY });
    await expect(unwrap()).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
  });

  const options = { $metadata: {}, message: 'of another place' };
  it.each([new InvalidCiphertextException(options), new IncorrectKeyException(options)])(
    'tells a wrapped key of another place or key as any other broken bytes: $name',
    async (error) => {
      mock.on(DecryptCommand).rejects(error);
      await expect(unwrap()).rejects.toMatchObject({ code: 'INTEGRITY_FAULT' });
    },
  );

  it('lets other failures of KMS through', async () => {
    mock.on(DecryptCommand).rejects(new KMSInvalidStateException(options));
    await expect(unwrap()).rejects.toBeInstanceOf(KMSInvalidStateException);
  });
});

describe('a new data key', () => {
  it.each([
    [32, 'AES_256'],
    [16, 'AES_128'],
  ] as const)('of %i bytes is one GenerateDataKey in the context of its place', async (bytes, spec) => {
    mock.on(GenerateDataKeyCommand).resolves({ KeyId: KEY, Plaintext: raw(bytes), CiphertextBlob: WRAPPED });
    expect(await generateDataKey(kms, KEY, PLACE, bytes)).toEqual({ raw: raw(bytes), wrapped: WRAPPED });
    const inputs = mock.commandCalls(GenerateDataKeyCommand).map((call) => call.args[0].input);
    expect(inputs).toStrictEqual([{ KeyId: KEY, KeySpec: spec, EncryptionContext: { ...PLACE } }]);
  });

  it.each([
    ['another key', { KeyId: OTHER, CiphertextBlob: WRAPPED }, 32, 32],
    ['no wrapped key', { KeyId: KEY }, 32, 32],
    ['16 bytes in place of 32', { KeyId: KEY, CiphertextBlob: WRAPPED }, 16, 32],
    ['32 bytes in place of 16', { KeyId: KEY, CiphertextBlob: WRAPPED }, 32, 16],
  ] as const)('refuses and wipes an answer of %s', async (_, answer, length, asked) => {
    const bytes = raw(length);
    mock.on(GenerateDataKeyCommand).resolves({ ...answer, Plaintext: bytes });
    await expect(generateDataKey(kms, KEY, PLACE, asked)).rejects.toThrow('KMS answered for another key');
    expect(wiped(bytes)).toBe(true);
  });
});

describe('a MAC', () => {
  const message = Buffer.from('message');

  it('is one GenerateMac, whose answer is not copied', async () => {
    const bytes = raw();
    mock.on(GenerateMacCommand).resolves({ KeyId: KEY, MacAlgorithm: 'HMAC_SHA_256', Mac: bytes });
    (await generateMac(kms, KEY, message)).fill(0);
    expect(wiped(bytes)).toBe(true);
    const inputs = mock.commandCalls(GenerateMacCommand).map((call) => call.args[0].input);
    expect(inputs).toStrictEqual([{ KeyId: KEY, MacAlgorithm: 'HMAC_SHA_256', Message: message }]);
  });

  it.each([
    ['another key', { KeyId: OTHER, MacAlgorithm: 'HMAC_SHA_256' as const }, 32],
    ['another algorithm', { KeyId: KEY, MacAlgorithm: 'HMAC_SHA_384' as const }, 32],
    ['48 bytes', { KeyId: KEY, MacAlgorithm: 'HMAC_SHA_256' as const }, 48],
  ])('refuses and wipes an answer of %s', async (_, answer, length) => {
    const bytes = raw(length);
    mock.on(GenerateMacCommand).resolves({ ...answer, Mac: bytes });
    await expect(generateMac(kms, KEY, message)).rejects.toThrow('KMS answered for another key');
    expect(wiped(bytes)).toBe(true);
  });
});

it('the context takes its five members and nothing else', () => {
  const more = { ...PLACE, name: '张三', idNumber: '99000120130506001X' };
  expect(Object.keys(encryptionContext(more)).sort()).toEqual([
    'class',
    'collection',
    'keyId',
    'owner',
    'subject',
  ]);
});
