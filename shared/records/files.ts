/**
 * Files on their way to a person: uploaded sealed, not yet a value. Such an item names no person until an intake takes the file,
 * and goes after a week.
 */

import type { KeyId, SubjectId } from '../ids.ts';
import { readDocument, swapDocument, type Table } from '../store/table.ts';
import { newUpdate } from '../store/update.ts';

export interface StagedFile {
  file: KeyId;
  /** Client id of the agency that uploads it. */
  agency: string;
  collection: string;
  class: string;
  owner: string;
  field: string;
  type: string;
  /** Of the file itself, and the hex SHA-256 of it. */
  bytes: number;
  sha256: string;
  /** base64: what the object begins with, and the key under the place of uploads. */
  salt: string;
  commitment: string;
  wrapped: string;
  /** Version of the class's KMS key that wrapped it. */
  kms: number;
  /** What the store calls the upload. */
  upload: string;
  /** Epoch second. */
  expires: number;
  /** base64 SHA-256 of the parts. Other ones are sealed bytes of another file under the same nonces. */
  parts?: string[];
  complete?: true;
  /** The record that takes it. */
  taken?: SubjectId;
}

/** Seconds that an upload may take until its file is a value. */
export const STAGED_SECONDS = 7 * 86_400;

const keyOf = (file: string) => ({ claim: { S: `file:${file}` } });

export const readStaged = (table: Table, file: string): Promise<StagedFile | null> =>
  readDocument<StagedFile>(table, keyOf(file));

/** @param before what it was; `null` for a new one. @returns whether nothing else was written meanwhile */
export const swapStaged = (table: Table, staged: StagedFile, before: StagedFile | null): Promise<boolean> =>
  swapDocument(table, keyOf(staged.file), staged, before, { expires: { N: String(staged.expires) } });

/** Forgets the upload and its key. What is left of the item says nothing, and goes when the upload would have. May be repeated. */
export async function dropStaged(table: Table, file: string): Promise<void> {
  const update = newUpdate();
  update.remove('document');
  await update.send(table, keyOf(file), `attribute_exists(${update.name('document')})`);
}
