import { DataKey } from '../../shared/crypto/data-key.ts';
import type { KeyUse } from '../../shared/crypto/place.ts';
import type { Suite } from '../../shared/crypto/suites.ts';
import { type ClassKeys, keysOfClass } from '../../shared/env.ts';
import { generateDataKey } from '../../shared/keys/wrap.ts';
import type { StoredKey } from '../../shared/records/subject/key-items.ts';
import type { Deps } from '../deps.ts';

/** What a function needs that seals. */
export interface SealDeps extends Pick<Deps<never>, 'kms'> {
  classKeys: ClassKeys;
  /** Of all that it writes; what others wrote may be of another one. */
  suite: Suite;
}

/** One KMS GenerateDataKey: a key that seals, and what is stored of it. */
export async function newDataKey(
  { kms, classKeys, suite }: SealDeps,
  use: KeyUse,
): Promise<{ key: DataKey; stored: Required<Pick<StoredKey, 'kms' | 'wrapped' | 'commitment'>> }> {
  const arns = keysOfClass(classKeys, use.place);
  const place = { ...use.place, keyId: use.keyId };
  const { raw, wrapped } = await generateDataKey(kms, arns.at(-1) ?? '', place, suite.keyBytes);
  const key = DataKey.fromRaw(use, raw, suite);
  return { key, stored: { kms: arns.length, wrapped, commitment: key.commitment } };
}
