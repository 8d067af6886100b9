/** Each way of moving or changing stored bytes, with a twin that differs only in that and opens. */

import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { openField } from '../../shared/crypto/open.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { checkManifest, isDigestOf, manifestMac, sheetDigest } from '../../shared/crypto/sheet.ts';
import { SUITES } from '../../shared/crypto/suites.ts';
import { asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';
import { RUNS } from '../support/runs.ts';
import { broken, type Changes, id, keyPair, sameRaw, useOf } from './keys.ts';

const OTHER: [string, Changes][] = [
  ['subject', { subject: asSubjectId(id()) }],
  ['owner', { owner: 'MCA' }],
  ['class', { class: 'identity-number' }],
  ['collection', { collection: 'adults' }],
  ['sheet version', { version: 2 }],
  ['key id', { keyId: asKeyId(id()) }],
];

describe.each(SUITES)('under suite $id', (suite) => {
  describe('a field ciphertext', () => {
    const pair = keyPair({}, suite);
    const sealed = sealField(pair.sealing, 'name', '张三');

    it('opens where it was sealed', () => {
      expect(openField(pair.opening, 'name', sealed)).toBe('张三');
    });

    it.each(['names', 'nam', 'Name', '', 'id_number', '__proto__'])(
      'does not open as the field %j',
      (field) => {
        broken(() => openField(pair.opening, field, sealed));
        expect(openField(pair.opening, field, sealField(pair.sealing, field, 1))).toBe(1);
      },
    );

    it.each(OTHER)('does not open under the same bytes of key for another %s', (_, changes) => {
      const moved = sameRaw(pair, changes);
      const renamed = Buffer.from(sealed);
      // Even with the key id in the ciphertext changed to suit.
      Buffer.from(moved.use.keyId, 'base64url').copy(renamed, 2);
      broken(() => openField(moved.opening, 'name', sealed));
      if (changes.keyId) broken(() => openField(moved.opening, 'name', renamed));
      expect(openField(moved.opening, 'name', sealField(moved.sealing, 'name', 1))).toBe(1);
    });

    it('does not open under another key with the same id', () => {
      const other = sameRaw({ ...pair, raw: randomBytes(suite.keyBytes) }, {});
      broken(() => openField(other.opening, 'name', sealed));
    });

    it('does not open with any bit of any byte flipped', () => {
      for (let at = 0; at < sealed.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          const flipped = Buffer.from(sealed);
          flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
          broken(() => openField(pair.opening, 'name', flipped));
        }
      }
    });

    it('does not open cut or grown at any length', () => {
      for (let length = 0; length < sealed.length; length++) {
        broken(() => openField(pair.opening, 'name', sealed.subarray(0, length)));
        broken(() => openField(pair.opening, 'name', sealed.subarray(length + 1)));
      }
      broken(() => openField(pair.opening, 'name', Buffer.concat([sealed, Buffer.alloc(1)])));
      broken(() => openField(pair.opening, 'name', Buffer.concat([sealed, Buffer.alloc(32)])));
    });

    it('does not open with anything changed: property', () => {
      const edit = fc.record({ at: fc.nat(sealed.length - 1), byte: fc.nat(255), insert: fc.boolean() });
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
          const bytes = [...sealed];
          for (const { at, byte, insert } of edits) bytes.splice(at, insert ? 0 : 1, byte);
          const changed = Buffer.from(bytes);
          if (!changed.equals(sealed)) broken(() => openField(pair.opening, 'name', changed));
        }),
        RUNS,
      );
    });

    it('opens nothing under a key that was never compared with a commitment', () => {
      expect(() => openField(pair.sealing, 'name', sealed)).toThrow(TypeError);
    });
  });

  describe('a commitment', () => {
    const pair = keyPair({}, suite);
    const stored = (changes: Changes, raw = pair.raw) => {
      const use = { ...useOf({ ...pair.use.place, ...changes }) };
      const { keyId = pair.use.keyId, version = 1, at = pair.use.at, logId = pair.use.logId } = changes;
      return () =>
        DataKey.fromStored({ ...use, keyId, version, at, logId }, Buffer.from(raw), pair.commitment);
    };

    it('is that of the key and its use', () => {
      expect(stored({})).not.toThrow();
    });

    it.each([
      ...OTHER,
      ['instant', { at: '2026-03-02T08:00:00.001Z' }],
      ['log id', { logId: asLogId(id()) }],
      ['carried instant', { asOf: new Map([['name', '2026-03-01T08:00:00.000Z']]) }],
    ] as const)('is not that of another %s', (_, changes) => broken(stored(changes)));

    it('is not that of another key, nor one of another length', () => {
      broken(stored({}, randomBytes(suite.keyBytes)));
      broken(stored({}, randomBytes(suite.keyBytes - 1)));
      broken(stored({}, Buffer.alloc(0)));
      const from = (bytes: Uint8Array) => () => DataKey.fromStored(pair.use, Buffer.from(pair.raw), bytes);
      for (let length = 0; length < pair.commitment.length; length++)
        broken(from(pair.commitment.subarray(0, length)));
      broken(from(Buffer.concat([pair.commitment, Buffer.alloc(1)])));
      broken(from(Buffer.alloc(32)));
      expect(from(pair.commitment)).not.toThrow();
    });
  });

  describe.each(SUITES)('a manifest over a field of suite $id', (before) => {
    const old = keyPair({ version: 1 }, before);
    const pair = keyPair({ ...old.use.place, version: 2 }, suite);
    const first = sealField(old.sealing, 'former_name', 'a');
    const fields = new Map<string, Uint8Array>([
      ['former_name', first],
      ['name', sealField(pair.sealing, 'name', 'b')],
    ]);
    const manifest = { keyId: pair.use.keyId, mac: manifestMac(pair.sealing, fields) };
    const check = (changed: ReadonlyMap<string, Uint8Array>, key = pair.opening, given = manifest) =>
      checkManifest(key, changed, given);
    const edited = (edit: (map: Map<string, Uint8Array>) => void) => {
      const map = new Map(fields);
      edit(map);
      return map;
    };

    it('holds for exactly these fields, in any order', () => {
      check(fields);
      check(new Map([...fields].reverse()));
    });

    it.each<[string, (map: Map<string, Uint8Array>) => void]>([
      ['a dropped field', (map) => map.delete('former_name')],
      ['an added field', (map) => map.set('alias', sealField(pair.sealing, 'alias', 'c'))],
      ['an added copy under another name', (map) => map.set('alias', first)],
      [
        'two swapped fields',
        (map) => {
          map.set('former_name', fields.get('name') as Uint8Array).set('name', first);
        },
      ],
      ['an older ciphertext of the field', (map) => map.set('name', sealField(old.sealing, 'name', 'z'))],
      ['the same value sealed again', (map) => map.set('name', sealField(pair.sealing, 'name', 'b'))],
      [
        'a renamed field',
        (map) => {
          map.delete('name');
          map.set('nam', fields.get('name') as Uint8Array);
        },
      ],
      ['bytes that are no field', (map) => map.set('name', Buffer.alloc(3))],
      ['no field at all', (map) => map.clear()],
    ])('breaks for %s', (_, edit) => {
      broken(() => check(edited(edit)));
    });

    it.each(['key', 'keyId', 'mac', 'length', 'version'])('breaks under another %s', (what) => {
      const mac = Buffer.from(manifest.mac);
      mac[0] = (mac[0] ?? 0) ^ 1;
      const other = sameRaw(pair, { version: 3 });
      broken(() => {
        if (what === 'key') check(fields, old.opening, { ...manifest, keyId: old.use.keyId });
        if (what === 'keyId') check(fields, pair.opening, { ...manifest, keyId: old.use.keyId });
        if (what === 'mac') check(fields, pair.opening, { ...manifest, mac });
        if (what === 'length') check(fields, pair.opening, { ...manifest, mac: mac.subarray(0, 16) });
        if (what === 'version') check(fields, other.opening);
      });
    });

    it('breaks when any byte of format, suite, key id, nonce or tag changes', () => {
      const name = fields.get('name') as Uint8Array;
      for (let at = 0; at < name.length; at++) {
        if (at >= 18 + suite.nonceBytes && at < name.length - suite.tagBytes) continue;
        const changed = Buffer.from(name);
        changed[at] = (changed[at] ?? 0) ^ 1;
        broken(() => check(edited((map) => map.set('name', changed))));
      }
    });
  });

  describe('the digest of a sheet', () => {
    const { sealing, use } = keyPair({}, suite);
    const fields = new Map<string, Uint8Array>([['name', sealField(sealing, 'name', 'a')]]);
    const manifests = new Map([['identity-name', { keyId: use.keyId, mac: Buffer.alloc(32, 1) }]]);
    const { collection, subject, owner } = use.place;
    const sheet = { collection, subject, owner, version: 1, fields, manifests };
    const hex = (changes: Partial<typeof sheet>) => sheetDigest(suite, { ...sheet, ...changes });

    it('differs for every part of it', () => {
      const all = [
        hex({}),
        hex({ collection: 'adults' }),
        hex({ subject: asSubjectId(id()) }),
        hex({ owner: 'MCA' }),
        hex({ version: 2 }),
        hex({ fields: new Map() }),
        hex({ fields: new Map([...fields, ['alias', Buffer.alloc(0)]]) }),
        hex({ fields: new Map([['nam', fields.get('name') as Uint8Array]]) }),
        hex({ fields: new Map([['name', Buffer.alloc(78)]]) }),
        hex({ manifests: new Map() }),
        hex({ manifests: new Map([['identity', { keyId: use.keyId, mac: Buffer.alloc(32, 1) }]]) }),
        hex({ manifests: new Map([['identity-name', { keyId: asKeyId(id()), mac: Buffer.alloc(32, 1) }]]) }),
        hex({ manifests: new Map([['identity-name', { keyId: use.keyId, mac: Buffer.alloc(32, 2) }]]) }),
      ];
      expect(new Set(all).size).toBe(all.length);
    });

    it('is that of this sheet alone, under the suite that it names', () => {
      const digest = sheetDigest(suite, sheet);
      expect(isDigestOf(digest, sheet)).toBe(true);
      expect(isDigestOf(digest, { ...sheet, version: 2 })).toBe(false);
      const bare = digest.replace(/^s\d\./, '');
      const prefixes = ['', 's', 's0.', 's1.', 's2.', 's3.', 's02.', 's2.s2.', 'S2.', ' '];
      expect(prefixes.map((one) => one + bare).filter((one) => isDigestOf(one, sheet))).toEqual([digest]);
      expect(isDigestOf(`${digest}=`, sheet) || isDigestOf('', sheet)).toBe(false);
    });

    it('does not depend on the order in which a store lists the fields', () => {
      const many = new Map([...'cab'].map((name) => [name, Buffer.from(name)] as const));
      expect(hex({ fields: many })).toBe(hex({ fields: new Map([...many].sort()) }));
    });
  });
});
