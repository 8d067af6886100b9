import { invalid } from '../../shared/errors.ts';
import { verifyTexts } from '../../shared/messages/verify.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { readKey } from '../steps/match-key.ts';

/** A member of `match` that is only the caller's own note: no purpose of this route may open the field to compare it. */
const NOTE = 'name';

/**
 * Normalised match keys by field.
 * @throws Problem INVALID_REQUEST for a match key that the policy does not know, or that is malformed. It depends on
 * the request only.
 */
export function matchKeys(
  pack: Pack,
  match: Readonly<Record<string, string>>,
  now: number,
): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [field, value] of Object.entries(match)) {
    if (field === NOTE && pack.fields.get(field)?.matchable !== true) continue;
    const read = readKey({ pack, now, own: false }, field, value);
    if (!('key' in read)) throw invalid(`/subject/match${read.path}`, read.message);
    keys.set(field, read.key);
  }
  if (keys.size === 0) throw invalid('/subject/match', verifyTexts.noMatchKey);
  return keys;
}
