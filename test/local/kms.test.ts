import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHmac, createPublicKey, hash, hkdfSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeKeyCommand, EncryptCommand, GetPublicKeyCommand } from '@aws-sdk/client-kms';
import { describe, expect, test } from 'vitest';
import { contextBytes } from '../../infra/local/aws/kms/context.ts';
import { suiteFor } from '../../shared/crypto/suites.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { parseSm2Key, sm2Digest, sm2Verify } from '../../shared/tree/sm2.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { CONTEXT, kmsBench, message, refusal } from './kms-bench.ts';

const { ring, kms, records, keys, wrapped, plaintext, generate, decrypt, reEncrypt, mac, sign } =
  await kmsBench();

describe('answers', () => {
  test('a data key comes back as it was made', async () => {
    expect(plaintext).toHaveLength(32);
    const opened = await decrypt({});
    expect(opened.Plaintext).toEqual(plaintext);
    expect(opened.KeyId).toBe(keys.data);
    expect((await generate({ NumberOfBytes: undefined, KeySpec: 'AES_256' })).Plaintext).toHaveLength(32);
  });

  test('SM4 wraps as the parts of the platform make it: counter mode, then HMAC-SM3', async () => {
    ring.suite = suiteFor('national');
    const made = await generate({ NumberOfBytes: undefined, KeySpec: 'AES_128' });
    ring.suite = suiteFor('standard');
    const [blob, raw] = [Buffer.from(made.CiphertextBlob ?? []), ring.find(keys.data).object.export()];
    const derived = (use: string, bytes: number) =>
      Buffer.from(hkdfSync('sm3', raw, Buffer.alloc(0), Buffer.from(`local KMS ${use}`), bytes));
    const [header, nonce, body] = [blob.subarray(0, 17), blob.subarray(17, 33), blob.subarray(33, -32)];
    const decipher = createDecipheriv('sm4-ctr', derived('encryption', 16), nonce);
    expect(decipher.update(body)).toEqual(Buffer.from(made.Plaintext ?? []));
    const aad = Buffer.concat([header, contextBytes(new Map(Object.entries(CONTEXT)))]);
    const tag = createHmac('sm3', derived('authentication', 32)).update(encodeParts(aad, nonce, body));
    expect(blob.subarray(-32)).toEqual(tag.digest());
    expect(body).toHaveLength(16);
  });

  test('a key answers to its id, ARN and alias', async () => {
    const id = ring.find(keys.data).id;
    for (const KeyId of [id, keys.data, 'alias/data', 'arn:aws:kms:local:000000000000:alias/data']) {
      expect((await decrypt({ KeyId })).KeyId).toBe(keys.data);
    }
  });

  test('the order of a context does not matter', async () => {
    const reversed = Object.fromEntries(Object.entries(CONTEXT).reverse());
    expect((await decrypt({ EncryptionContext: reversed })).Plaintext).toEqual(plaintext);
  });

  test('ReEncrypt moves a data key to another key and context without showing it', async () => {
    const moved = await reEncrypt({ DestinationEncryptionContext: { a: 'b' } });
    expect(moved).toMatchObject({ SourceKeyId: keys.data, KeyId: keys.other });
    expect(moved).not.toHaveProperty('Plaintext');
    const opened = await decrypt({
      KeyId: keys.other,
      CiphertextBlob: moved.CiphertextBlob,
      EncryptionContext: { a: 'b' },
    });
    expect(opened.Plaintext).toEqual(plaintext);
  });

  test('MACs repeat and depend on key and message', async () => {
    const first = (await mac({})).Mac;
    expect(first).toHaveLength(32);
    expect((await mac({})).Mac).toEqual(first);
    expect((await mac({ Message: Buffer.from('other') })).Mac).not.toEqual(first);
  });

  test('P-256 signs as DER, Ed25519 as RFC 8032; both verify under GetPublicKey', async () => {
    for (const [KeyId, SigningAlgorithm, hash] of [
      [keys.p256, 'ECDSA_SHA_256', 'sha256'],
      [keys.ed25519, 'ED25519_SHA_512', null],
    ] as const) {
      const { Signature } = await sign({ KeyId, SigningAlgorithm });
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
      const key = createPublicKey({
        key: Buffer.from(PublicKey as Uint8Array),
        format: 'der',
        type: 'spki',
      });
      expect(verify(hash, message, key, Signature as Uint8Array)).toBe(true);
    }
  });

  test('SM2 signs by the default identity, and a digest as it is', async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keys.sm2 }));
    const key = parseSm2Key(PublicKey as Uint8Array) ?? expect.fail('no key of SM2');
    const digest = sm2Digest((bytes) => hash('sm3', bytes, 'buffer'), key, message);
    for (const change of [{}, { MessageType: 'DIGEST', Message: digest }] as const) {
      const { Signature } = await sign({ KeyId: keys.sm2, SigningAlgorithm: 'SM2DSA', ...change });
      expect(sm2Verify(key, digest, Signature as Uint8Array)).toBe(true);
    }
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keys.sm2 }));
    expect(KeyMetadata).toMatchObject({
      KeySpec: 'SM2',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['SM2DSA'],
    });
  });

  test.skipIf(!hasOpenssl)('openssl takes signatures of SM2, and its signatures are taken here', async () => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keys.sm2 }));
    const { Signature } = await sign({ KeyId: keys.sm2, SigningAlgorithm: 'SM2DSA' });
    const folder = mkdtempSync(join(tmpdir(), 'fieldgate-sm2-'));
    const at = (name: string) => join(folder, name);
    const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder });
    const identity = '-sigopt distid:1234567812345678';
    writeFileSync(at('theirs.der'), PublicKey as Uint8Array);
    writeFileSync(at('signature'), Signature as Uint8Array);
    writeFileSync(at('message'), message);
    const check = `dgst -sm3 -verify theirs.der -keyform DER ${identity} -signature signature message`;
    expect(String(openssl(check))).toContain('Verified OK');
    openssl('genpkey -algorithm SM2 -out own.pem');
    openssl('pkey -in own.pem -pubout -outform DER -out own.der');
    openssl(`dgst -sm3 -sign own.pem ${identity} -out signature message`);
    const key = parseSm2Key(readFileSync(at('own.der'))) ?? expect.fail('no key of SM2');
    const digest = sm2Digest((bytes) => hash('sm3', bytes, 'buffer'), key, message);
    expect(sm2Verify(key, digest, readFileSync(at('signature')))).toBe(true);
    writeFileSync(at('message'), 'another message');
    expect(() => openssl(check)).toThrow();
    rmSync(folder, { recursive: true });
  });

  test('DescribeKey returns state and use', async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/mac' }));
    expect(KeyMetadata).toMatchObject({
      Arn: keys.mac,
      Enabled: true,
      KeyState: 'Enabled',
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      CreationDate: new Date(1_700_000_000_000),
    });
  });
});

describe('the trail', () => {
  test('holds each call with key, context and caller, and no secret', async () => {
    records.length = 0;
    await decrypt({});
    await mac({});
    await refusal(decrypt({ EncryptionContext: { subject: 'AAECAg' } }));
    await refusal(kms.send(new EncryptCommand({ KeyId: keys.data, Plaintext: message })));
    expect(records.map((record) => [record.eventName, record.errorCode])).toEqual([
      ['Decrypt', undefined],
      ['GenerateMac', undefined],
      ['Decrypt', 'InvalidCiphertextException'],
      ['Unknown', 'UnknownOperationException'],
    ]);
    expect(records[0]).toMatchObject({
      eventSource: 'kms.amazonaws.com',
      eventTime: '2023-11-14T22:13:20Z',
      userIdentity: { arn: 'arn:aws:sts::000000000000:assumed-role/fieldgate-test/local' },
      requestParameters: { keyId: keys.data, encryptionContext: CONTEXT },
      resources: [{ ARN: keys.data }],
    });
    expect(records[1]?.requestParameters).toEqual({ keyId: keys.mac, macAlgorithm: 'HMAC_SHA_256' });
    const everything = JSON.stringify(records);
    for (const secret of [plaintext, wrapped, message]) {
      expect(everything).not.toContain(Buffer.from(secret).toString('base64'));
    }
  });

  test('gives every event an id of its own', async () => {
    records.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => decrypt({})));
    expect(new Set(records.map((record) => record.eventID)).size).toBe(20);
  });
});
