import { Problem } from '../../shared/errors.ts';
import { blindIndexes } from '../../shared/keys/blind-index.ts';
import { normaliseKey } from '../../shared/policy/check/validate.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { lookUpIndex } from '../../shared/records/subject/index-entries.ts';
import type { VerifyCall } from './call.ts';

/** A member of `match` that is the asker's own note: no purpose of this route may open what it would be compared with. */
const NOTE = 'name';

/**
 * Keys by field, normalised.
 * @throws Problem INVALID_REQUEST for a key that the policy does not match by, or that is malformed; that
 * follows from the request alone
 */
export function matchKeys(pack: Pack, match: Readonly<Record<string, string>>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [field, value] of Object.entries(match)) {
    const matchable = pack.fields.get(field)?.matchable === true;
    if (!matchable && field === NOTE) continue;
    const normalised = matchable ? normaliseKey(pack, field, value) : null;
    if (normalised === null) throw invalid('/subject/match', 'not a match key of the policy, or malformed');
    keys.set(field, normalised);
  }
  if (keys.size === 0) throw invalid('/subject/match', 'expected a match key of the policy');
  return keys;
}

export function invalid(path: string, message: string): Problem {
  return new Problem('INVALID_REQUEST', { errors: [{ path, message }] });
}

/** One KMS GenerateMac and one index query a key, whether or not it leads anywhere. */
export async function look(
  { deps, pack }: Pick<VerifyCall, 'deps' | 'pack'>,
  field: string,
  value: string,
): Promise<string | null> {
  const key = { collection: pack.collection, field, scope: '', value };
  const indexes = await blindIndexes(deps.kms, deps.env.indexKey, key);
  const subjects = await Promise.all(indexes.map((index) => lookUpIndex(deps.tables.index, index)));
  return subjects.find((subject) => subject !== null) ?? null;
}
