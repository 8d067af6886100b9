import { view } from '../../shared/bytes.ts';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { SealBroken } from '../../shared/crypto/field-format.ts';
import type { KeyUse } from '../../shared/crypto/place.ts';
import { type ClassKeys, keysOfClass } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import { commitmentOf, equal, type FileKey } from '../../shared/files/chunks.ts';
import type { KeyPlace } from '../../shared/keys/kms.ts';
import { unwrapDataKey } from '../../shared/keys/unwrap.ts';
import type { StoredKey } from '../../shared/records/subject/key-items.ts';
import type { Deps } from '../deps.ts';
import { contextOf } from './file-keys.ts';

export interface UnwrapDeps extends Pick<Deps<never>, 'kms'> {
  classKeys: ClassKeys;
}

/**
 * One KMS Decrypt: the key that opens what was sealed under it. The caller appends the log entry first.
 * @throws Problem INTEGRITY_FAULT for a key of another use or suite than its commitment says; KMS_UNAVAILABLE for one wrapped under a
 * version that this instance does not know yet, because a deployment is in progress
 */
export async function storedDataKey(
  { kms, classKeys }: UnwrapDeps,
  use: KeyUse,
  stored: Pick<StoredKey, 'kms' | 'wrapped' | 'commitment'>,
): Promise<DataKey> {
  const classKey = keysOfClass(classKeys, use.place)[(stored.kms ?? 1) - 1];
  if (!classKey) throw new Problem('KMS_UNAVAILABLE');
  const raw = await unwrapDataKey(kms, classKey, { ...use.place, keyId: use.keyId }, stored.wrapped);
  try {
    return DataKey.fromStored(use, raw, stored.commitment);
  } catch (error) {
    throw error instanceof SealBroken ? new Problem('INTEGRITY_FAULT', { cause: error }) : error;
  }
}

/**
 * One KMS Decrypt. The caller appends the log entry first.
 * @throws Problem INTEGRITY_FAULT for a key of another object than its commitment says
 */
export async function storedFileKey(
  { kms, classKeys }: UnwrapDeps,
  place: KeyPlace,
  { kms: version = 1, wrapped, commitment, file }: StoredKey,
): Promise<FileKey> {
  const classKey = keysOfClass(classKeys, place)[version - 1];
  if (!classKey) throw new Problem('KMS_UNAVAILABLE');
  const key = { key: await unwrapDataKey(kms, classKey, place, wrapped), context: contextOf(place) };
  if (file && equal(await commitmentOf(key, file.salt), commitment)) return key;
  view(key.key).fill(0);
  throw new Problem('INTEGRITY_FAULT');
}
