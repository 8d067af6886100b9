/**
 * A sheet is what one owner holds about one subject: sealed fields by name, and for each class a manifest,
 * a MAC over all fields of the class, made under the newest data key of the class.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { view } from '../bytes.ts';
import type { DataKey } from './data-key.ts';
import { encodeParts } from './encoding.ts';
import { parseField } from './field-format.ts';
import { SealBroken } from './seal-broken.ts';

export interface Manifest {
  /** The newest data key of the class. */
  keyId: string;
  mac: Uint8Array;
}

export interface Sheet {
  collection: string;
  subject: string;
  owner: string;
  version: number;
  fields: ReadonlyMap<string, Uint8Array>;
  /** By class; a class without fields has none. */
  manifests: ReadonlyMap<string, Manifest>;
}

/**
 * MAC over the version of the key's write and, for every field of the class in name order, its name,
 * key id, nonce and tag, so that a field can be neither dropped, added nor swapped for an older one.
 */
export function manifestMac(key: DataKey, fields: ReadonlyMap<string, Uint8Array>): Buffer {
  const mac = createHmac(key.suite.hash, key.manifest);
  mac.update(encodeParts('fieldgate manifest v1', key.use.version, fields.size));
  for (const name of [...fields.keys()].sort()) {
    const parts = parseField(view(fields.get(name) as Uint8Array));
    if (!parts) throw new SealBroken();
    mac.update(encodeParts(name, parts.keyId, parts.nonce, parts.tag));
  }
  return mac.digest();
}

/** @throws SealBroken unless the manifest is the one of exactly these fields under this key */
export function checkManifest(
  key: DataKey,
  fields: ReadonlyMap<string, Uint8Array>,
  manifest: Manifest,
): void {
  const mac = manifestMac(key, fields);
  const given = manifest.mac;
  if (manifest.keyId !== key.use.keyId || given.length !== mac.length || !timingSafeEqual(given, mac)) {
    throw new SealBroken();
  }
}

/** SHA-256 over the whole sheet, as the head names it: 32 bytes. */
export function sheetDigest(sheet: Sheet): Buffer {
  const hash = createHash('sha256');
  hash.update(
    encodeParts(
      'fieldgate sheet v1',
      sheet.collection,
      sheet.subject,
      sheet.owner,
      sheet.version,
      sheet.fields.size,
    ),
  );
  for (const name of [...sheet.fields.keys()].sort()) {
    hash.update(encodeParts(name, sheet.fields.get(name) as Uint8Array));
  }
  for (const name of [...sheet.manifests.keys()].sort()) {
    const { keyId, mac } = sheet.manifests.get(name) as Manifest;
    hash.update(encodeParts(name, keyId, mac));
  }
  return hash.digest();
}
