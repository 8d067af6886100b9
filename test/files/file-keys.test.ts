/** The key of a file: from the place of uploads to a person's without being shown, and gone with the value that named it. */

import { randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { unnamedKeys } from '../../functions/steps/write-sheet.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { randomId } from '../../shared/bytes.ts';
import { asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { encryptionContext } from '../../shared/keys/kms.ts';
import { rewrapDataKey } from '../../shared/keys/rewrap.ts';
import { formatKeyItem, parseKeyItem, type StoredKey } from '../../shared/records/subject/key-item-format.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';

const keyId = asKeyId(randomId());
const person = {
  collection: 'people',
  class: 'scans',
  owner: 'OFFICE',
  subject: asSubjectId(randomId()),
  keyId,
};
const upload = { ...person, subject: asSubjectId('upload') };

it('is re-homed by KMS: it opens for the person and no longer for the upload', async () => {
  const ring = openKeyRing(null, Date.now);
  const kms = localKms(ring, openTrail(null), Date.now).client('fieldgate-test');
  const KeyId = ring.ensure('alias/data', 'SYMMETRIC_DEFAULT').arn;
  const made = await kms.send(
    new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 32, EncryptionContext: encryptionContext(upload) }),
  );
  const wrapped = made.CiphertextBlob as Uint8Array;
  const home = await rewrapDataKey(kms, KeyId, KeyId, upload, wrapped, person);
  const open = (place: typeof person) =>
    kms.send(
      new DecryptCommand({ KeyId, CiphertextBlob: home, EncryptionContext: encryptionContext(place) }),
    );
  expect((await open(person)).Plaintext).toEqual(made.Plaintext);
  await expect(open(upload)).rejects.toThrow();
  // A person's key is none of an upload, and goes to no other person as if it were.
  const other = { ...person, subject: asSubjectId(randomId()) };
  await expect(rewrapDataKey(kms, KeyId, KeyId, upload, home, other)).rejects.toThrow('INTEGRITY_FAULT');
});

const stored = (file?: StoredKey['file']): StoredKey => ({
  ...{ class: 'scans', owner: 'OFFICE', version: 1, at: '2026-03-02T08:00:00.000Z', kms: 1 },
  ...{ wrapped: randomBytes(60), commitment: randomBytes(32) },
  ...(file && { file }),
});
const file = { field: 'report', salt: randomBytes(24) };

it('is stored with its field and object', () => {
  const item = {
    ...{ subject: person.subject, collection: 'people', logId: asLogId(randomId()), county: '990001' },
    ...{ area: null, heads: new Map(), indexes: new Map(), revision: 1, merging: null },
    ...{ joined: new Map(), undo: null, trail: [], keys: new Map([[keyId, stored(file)]]) },
  };
  expect(parseKeyItem(formatKeyItem(item)).keys.get(keyId)?.file).toEqual(file);
});

it('stays while its field is untouched, and goes when that is written or deleted', () => {
  const [data, later] = [asKeyId(randomId()), asKeyId(randomId())];
  const keys = new Map([
    [keyId, stored(file)],
    [data, stored()],
    [later, { ...stored(), version: 2 }],
  ]);
  const sealed = (key: string) =>
    Buffer.concat([Buffer.from([1, 1]), Buffer.from(key, 'base64url'), randomBytes(12 + 32 + 16)]);
  const sheet = (of: Record<string, string>): StoredSheet => ({
    ...{ owner: 'OFFICE', head: { version: 2, digest: '' }, manifests: new Map() },
    fields: new Map(Object.entries(of).map(([name, key]) => [name, sealed(key)])),
    ...{ leaks: new Map(), marks: new Map() },
  });
  expect(unnamedKeys(keys, sheet({ report: data, name: later }))).toEqual([]);
  // Written again, under a key of before and under one that the item does not have yet.
  expect(unnamedKeys(keys, sheet({ report: later, name: data }))).toEqual([keyId]);
  expect(unnamedKeys(keys, sheet({ report: randomId(), name: data }))).toEqual([keyId, later]);
  expect(unnamedKeys(keys, sheet({ name: data }))).toEqual([keyId, later]);
  expect(unnamedKeys(new Map([[keyId, stored()]]), sheet({ report: data }))).toEqual([keyId]);
});
