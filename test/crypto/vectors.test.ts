import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { SealBroken } from '../../shared/crypto/field-format.ts';
import { openField } from '../../shared/crypto/open.ts';
import { derivationInfo, fieldAad } from '../../shared/crypto/place.ts';
import { sealWithNonce } from '../../shared/crypto/seal-with-nonce.ts';
import { checkManifest, manifestMac, sheetDigest } from '../../shared/crypto/sheet.ts';
import { AES_256_GCM_HKDF_SHA256 as SUITE } from '../../shared/crypto/suites.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { asClientId, asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { encryptionContext } from '../../shared/keys/kms.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { stubKms } from '../keys/stub-kms.ts';
import * as second from './second-implementation.ts';

const file = new URL('../vectors/envelope-v1.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const bytes = (hex: string) => Buffer.from(hex, 'hex');

const keys = vectors.dataKeys.map(({ raw, use, commitment }) => {
  const { collection, owner, class: name, asOf, version, at } = use;
  const ids = { logId: asLogId(use.logId), keyId: asKeyId(use.keyId) };
  const instants = asOf && { asOf: new Map(Object.entries(asOf)) };
  const whole = {
    place: { collection, subject: asSubjectId(use.subject), owner, class: name },
    version,
    at,
    ...ids,
    ...instants,
  };
  const ours = DataKey.fromStored(whole, bytes(raw), bytes(commitment));
  return { use, whole, ours, theirs: second.derive(bytes(raw), use) };
});
const keyOf = (index: number) => keys[index] ?? expect.fail('no such key');

describe.each(['this implementation', 'a second one, written from the page'])('%s', (which) => {
  const ours = which === 'this implementation';

  it.each(vectors.parts)('encodes $list', ({ list, encoded }) => {
    const parts = list.map((part) => (typeof part === 'object' ? bytes(part.bytes) : part));
    expect((ours ? encodeParts(...parts) : second.parts(...parts)).toString('hex')).toBe(encoded);
  });

  it.each(vectors.dataKeys)('derives the commitment of $use.keyId', ({ raw, use, commitment }) => {
    const derived = ours
      ? (keys.find((key) => key.use === use)?.ours.commitment ?? Buffer.alloc(0))
      : second.derive(bytes(raw), use).commitment;
    expect(derived.toString('hex')).toBe(commitment);
  });

  it.each(vectors.fields)('opens $desc', ({ key, field, value, sealed }) => {
    const { ours: mine, theirs, use } = keyOf(key);
    const opened = ours
      ? openField(mine, field, bytes(sealed))
      : second.open(theirs.encryption, use, field, bytes(sealed));
    expect(opened).toStrictEqual(value);
  });

  it.each(vectors.fields)('seals $desc to the same bytes', ({ key, field, value, nonce, sealed }) => {
    const { ours: mine, theirs, use } = keyOf(key);
    const made = ours
      ? sealWithNonce(mine, field, value, bytes(nonce))
      : second.seal(theirs.encryption, use, field, value, bytes(nonce));
    expect(made.toString('hex')).toBe(sealed);
  });

  it.each(vectors.broken)('refuses $desc', ({ key, field, sealed }) => {
    const { ours: mine, theirs, use } = keyOf(key);
    if (ours) expect(() => openField(mine, field, bytes(sealed))).toThrow(SealBroken);
    else expect(() => second.open(theirs.encryption, use, field, bytes(sealed))).toThrow();
  });

  it('makes the manifests and the digest of the sheet', () => {
    const { sheet } = vectors;
    const all = vectors.fields
      .filter(({ key }) => keyOf(key).use.version <= sheet.version)
      .map(({ key, field, sealed }) => ({ key, field, sealed: bytes(sealed) }));
    const manifests = sheet.manifests.map(({ class: name, key, mac }) => {
      const { use, ours: mine, theirs } = keyOf(key);
      const members = all.filter((field) => keyOf(field.key).use.class === name);
      const map = new Map(members.map(({ field, sealed }) => [field, sealed]));
      const made = ours
        ? manifestMac(mine, map)
        : second.manifest(theirs.manifest, use.version, Object.fromEntries(map));
      expect(made.toString('hex')).toBe(mac);
      expect(() => checkManifest(mine, map, { keyId: asKeyId(use.keyId), mac: made })).not.toThrow();
      return [name, { keyId: asKeyId(use.keyId), mac: made }] as const;
    });
    const fields = new Map(all.map(({ field, sealed }) => [field, sealed]));
    const digest = ours
      ? sheetDigest(SUITE, {
          ...{ ...sheet, subject: asSubjectId(sheet.subject) },
          ...{ fields, manifests: new Map(manifests) },
        })
      : second.digest(sheet, Object.fromEntries(fields), Object.fromEntries(manifests)).toString('base64url');
    expect(Buffer.from(digest, 'base64url').toString('hex')).toBe(sheet.digest);
    expect(`${sheet.version}.${digest}`).toBe(sheet.head);
  });

  it.each(vectors.blindIndex.values)('indexes $key.field', async ({ key, values }) => {
    const made = ours
      ? (await blindIndexes(kms, 'index-1 index-2', key)).reverse()
      : second.indexValues(vectors.blindIndex.keys.map(bytes), key);
    expect(made).toEqual(values);
  });

  it.each(vectors.references.agencies)('refers for $clientId', async ({ clientId, references, tokens }) => {
    const { subject } = vectors.references;
    const settings = ['reference-1', 'reference-1 reference-2'];
    const made = ours
      ? await Promise.all(
          settings.map(async (all) =>
            (await referencesOf(kms, all, asClientId(clientId))).toRef(asSubjectId(subject)),
          ),
        )
      : referenceKeys.map((key, i) => second.reference(key, i + 1, clientId, subject));
    expect(made).toEqual(references);
    for (const [purpose, token] of Object.entries(tokens)) {
      const latest = ours && (await referencesOf(kms, 'reference-1 reference-2', asClientId(clientId)));
      const one = latest
        ? latest.token(asSubjectId(subject), purpose)
        : second.token(referenceKeys[0] as Buffer, clientId, purpose, subject);
      expect(one).toBe(token);
    }
  });
});

describe('in between', () => {
  it.each(vectors.dataKeys)('info and context of $use.keyId are those frozen', (one) => {
    const { whole } = keys.find((key) => key.use === one.use) ?? expect.fail();
    const info = derivationInfo(SUITE, whole)('fieldgate encryption v1');
    expect(info.toString('hex')).toBe(one.encryptionInfo);
    expect(encryptionContext({ ...whole.place, keyId: whole.keyId })).toStrictEqual(one.encryptionContext);
  });

  it.each(vectors.fields)('the AAD of $desc is that frozen', ({ key, field, aad }) => {
    expect(fieldAad(SUITE, keyOf(key).whole)(field).toString('hex')).toBe(aad);
  });
});

const referenceKeys = vectors.references.keys.map(bytes);
const { kms } = stubKms(
  new Map([
    ...vectors.blindIndex.keys.map((key, i) => [`index-${i + 1}`, bytes(key)] as const),
    ...referenceKeys.map((key, i) => [`reference-${i + 1}`, key] as const),
  ]),
);

interface Vectors {
  parts: { list: (string | number | { bytes: string })[]; encoded: string }[];
  dataKeys: {
    raw: string;
    use: second.Use;
    encryptionContext: Record<string, string>;
    encryptionInfo: string;
    commitment: string;
  }[];
  fields: {
    desc: string;
    key: number;
    field: string;
    value: unknown;
    nonce: string;
    aad: string;
    sealed: string;
  }[];
  broken: { desc: string; key: number; field: string; sealed: string }[];
  sheet: {
    collection: string;
    subject: string;
    owner: string;
    version: number;
    manifests: { class: string; key: number; mac: string }[];
    digest: string;
    head: string;
  };
  blindIndex: {
    keys: string[];
    values: { key: { collection: string; field: string; scope: string; value: string }; values: string[] }[];
  };
  references: {
    keys: string[];
    subject: string;
    agencies: { clientId: string; references: string[]; tokens: Record<string, string> }[];
  };
}
