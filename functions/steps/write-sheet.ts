/** Makes the next version of a sheet. No old value is opened: untouched ciphertexts are copied as bytes. */

import { randomId } from '../../shared/bytes.ts';
import type { DataKey } from '../../shared/crypto/data-key.ts';
import { keyIdOf } from '../../shared/crypto/field-format.ts';
import { sealField } from '../../shared/crypto/seal.ts';
import { type Manifest, manifestMac, sheetDigest } from '../../shared/crypto/sheet.ts';
import { Problem } from '../../shared/errors.ts';
import { asKeyId, type KeyId, type LogId, type SubjectId } from '../../shared/ids.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json } from '../../shared/policy/types.ts';
import type { StoredKey } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import type { Deps } from '../deps.ts';
import { isFileOf } from './file-keys.ts';
import { leaksAfter } from './leaks.ts';
import { marksAfter } from './marks.ts';
import { newDataKey, type SealDeps } from './new-data-key.ts';

interface SheetWrite {
  collection: string;
  subject: SubjectId;
  owner: string;
  /** The subject's id in the log. */
  logId: LogId;
  /** The current sheet, as its head names it; `null` for the owner's first. */
  before: StoredSheet | null;
  /** The version is at least this; otherwise the one after `before`. */
  reached?: number;
  /** Accepted fields; `null` deletes. At least one, unless there are fields to touch. */
  fields: ReadonlyMap<string, Json>;
  /** Fields whose sealed bytes in `before` differ from those of the current sheet: their classes get new manifests. */
  touch?: readonly string[];
  /** The original time of write of a field, if that is not now: maintenance moves values and makes none. */
  asOf?: ReadonlyMap<string, string>;
}

type SheetDeps = SealDeps & Deps<'indexKey' | 'leakKey'>;

export interface NewSheet {
  sheet: StoredSheet;
  addKeys: Map<KeyId, StoredKey>;
}

/** Most bytes of a stored sheet, below DynamoDB's 400 KB for an item. */
const SHEET_BYTES = 300 * 1024;

/**
 * In parallel, one KMS GenerateDataKey for each class that the write touches, and a GenerateMac for each form by which a written text
 * is found again and one for the person's tokens; no other call.
 */
export async function makeSheet(deps: SheetDeps, pack: Pack, write: SheetWrite): Promise<NewSheet> {
  const { collection, subject, owner, logId, before } = write;
  const version = Math.max((before?.head.version ?? 0) + 1, write.reached ?? 0);
  const at = new Date(deps.now()).toISOString();
  const classOf = (field: string) => pack.fields.get(field)?.class ?? '';

  const touched = new Set([...write.fields.keys(), ...(write.touch ?? [])].map(classOf));
  const addKeys = new Map<KeyId, StoredKey>();
  const dataKeys = new Map<string, DataKey>();
  const known = before?.leaks ?? new Map<string, string[]>();
  const [leaks, marks] = await Promise.all([
    leaksAfter(deps, pack, subject, known, write.fields),
    marksAfter(deps, pack, subject, before?.marks ?? new Map(), write.fields),
    ...[...touched].map(async (name) => {
      const keyId = asKeyId(randomId());
      const place = { collection, subject, owner, class: name };
      const asOf = new Map([...(write.asOf ?? [])].filter(([field]) => classOf(field) === name));
      const { key, stored } = await newDataKey(deps, { place, logId, keyId, version, at, asOf });
      dataKeys.set(name, key);
      addKeys.set(keyId, { class: name, owner, version, at, asOf, ...stored });
    }),
  ]);

  const fields = new Map(before?.fields);
  for (const [field, value] of write.fields) {
    if (value === null) fields.delete(field);
    else fields.set(field, sealField(dataKeys.get(classOf(field)) as DataKey, field, value));
  }
  const manifests = new Map<string, Manifest>(before?.manifests);
  for (const [name, key] of dataKeys) {
    const members = new Map([...fields].filter(([field]) => classOf(field) === name));
    if (members.size > 0) manifests.set(name, { keyId: key.use.keyId, mac: manifestMac(key, members) });
    else {
      manifests.delete(name);
      addKeys.delete(key.use.keyId);
    }
  }
  const size = [...fields].reduce((sum, [name, bytes]) => sum + name.length + bytes.length, 0);
  if (size > SHEET_BYTES) throw new Problem('TOO_LARGE', { detail: commonTexts.sheetBytes(SHEET_BYTES) });
  const digest = sheetDigest(deps.suite, { collection, subject, owner, version, fields, manifests });
  return { sheet: { owner, head: { version, digest }, fields, manifests, leaks, marks }, addKeys };
}

/**
 * Ids of the owner's keys that neither a field nor a manifest of the new sheet uses. The key of a file goes with the value that
 * named it: once the field is written again or deleted, nothing opens the old object.
 */
export function unnamedKeys(keys: ReadonlyMap<KeyId, StoredKey>, sheet: StoredSheet): KeyId[] {
  const named = new Set([...sheet.manifests.values()].map((manifest) => manifest.keyId));
  for (const sealed of sheet.fields.values()) named.add(keyIdOf(sealed));
  const isNamed = (id: KeyId, key: StoredKey) => (key.file ? isFileOf(keys, sheet, key) : named.has(id));
  return [...keys].filter(([id, key]) => key.owner === sheet.owner && !isNamed(id, key)).map(([id]) => id);
}
