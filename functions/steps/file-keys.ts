/** The keys of files: each opens one object, and nothing is derived from it. */

import { randomBytes } from 'node:crypto';
import { keyIdOf } from '../../shared/crypto/field-format.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { keysOfClass } from '../../shared/env.ts';
import { commitmentOf, type FileKey } from '../../shared/files/chunks.ts';
import { asSubjectId, type KeyId } from '../../shared/ids.ts';
import type { KeyPlace } from '../../shared/keys/kms.ts';
import { generateDataKey } from '../../shared/keys/wrap.ts';
import { type HeadMove, type StoredKey, stepOf } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { droppable } from '../../shared/records/subject/trail.ts';
import type { SealDeps } from './new-data-key.ts';

/** Stands for the subject while a file belongs to no person. No subject has such an id. */
export const UPLOAD = asSubjectId('upload');

/** Number of the format; see docs/formats/files.md. */
const SUITE = 1;

/** What an object is bound to: it opens as no other file, of no other class or department. */
export const contextOf = ({ collection, class: name, owner, keyId }: Omit<KeyPlace, 'subject'>) =>
  encodeParts('fieldgate file v1', SUITE, collection, name, owner, keyId);

/** One KMS GenerateDataKey. @returns the key, which the caller must overwrite, and what is stored of it */
export async function newFileKey({ kms, classKeys }: SealDeps, place: KeyPlace) {
  const arns = keysOfClass(classKeys, place);
  const { raw, wrapped } = await generateDataKey(kms, arns.at(-1) ?? '', place, 32);
  const key: FileKey = { key: raw, context: contextOf(place) };
  const salt = randomBytes(24);
  return { key, salt, commitment: await commitmentOf(key, salt), wrapped, kms: arns.length };
}

/**
 * Whether the sheet's value of the field is this file: the file's key is of the write that made the value's own key. While a merge
 * can be undone a record holds the keys of files that were replaced, and of the other person's.
 */
export function isFileOf(
  keys: ReadonlyMap<KeyId, StoredKey>,
  sheet: StoredSheet | undefined,
  { owner, version, file }: StoredKey,
): boolean {
  const sealed = file && sheet?.owner === owner ? sheet.fields.get(file.field) : undefined;
  return sealed !== undefined && keys.get(keyIdOf(sealed))?.version === version;
}

/** The id of the key of the file that the sheet's value of the field is; none for another value. */
export const fileKeysOf = (
  keys: ReadonlyMap<KeyId, StoredKey>,
  sheet: StoredSheet | undefined,
  field: string,
): KeyId[] =>
  [...keys].flatMap(([id, key]) => (key.file?.field === field && isFileOf(keys, sheet, key) ? [id] : []));

/** Ids of the files whose keys the move has dropped: nothing opens their objects. A double's wait until its merge can't be undone. */
export const droppedFiles = (move: HeadMove): KeyId[] =>
  droppable(move.before?.keys, move.dropKeys, stepOf(move)).filter(
    (id) => move.before?.keys.get(id)?.file && !move.before.undo?.double.keys.has(id),
  );
