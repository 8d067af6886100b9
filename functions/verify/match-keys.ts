import { invalid } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { verifyTexts } from '../../shared/messages/verify.ts';
import { normaliseKey } from '../../shared/policy/check/validate.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';

/** A member of `match` that is only the caller's own note: no purpose of this route may open the field to compare it. */
const NOTE = 'name';

/**
 * Normalised match keys by field.
 * @throws Problem INVALID_REQUEST for a match key that the policy does not know, or that is malformed. It depends on
 * the request only.
 */
export function matchKeys(pack: Pack, match: Readonly<Record<string, string>>): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [field, value] of Object.entries(match)) {
    const matchable = pack.fields.get(field)?.matchable === true;
    if (!matchable && field === NOTE) continue;
    const normalised = matchable ? normaliseKey(pack, field, value) : null;
    if (normalised === null) throw invalid('/subject/match', commonTexts.notAMatchKey);
    keys.set(field, normalised);
  }
  if (keys.size === 0) throw invalid('/subject/match', verifyTexts.noMatchKey);
  return keys;
}
