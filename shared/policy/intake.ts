/** Who may write which field. */
import { type Pack, reasonText } from './pack/pack.ts';
import type { Caller, Withheld } from './types.ts';

/** @returns the caller's department that owns the field, or why the field is refused. */
export function mayIntake(pack: Pack, caller: Caller, field: string): { owner: string } | Withheld {
  const def = pack.fields.get(field);
  if (!def)
    return {
      code: 'FIELD_UNKNOWN',
      rule: pack.grounds.unknownField,
      reason: reasonText(pack, 'FIELD_UNKNOWN'),
    };
  if (def.virtual)
    return { code: 'FIELD_NOT_STORED', rule: def.rule, reason: reasonText(pack, 'FIELD_NOT_STORED') };
  const owner = def.owners.find((department) => caller.departments.includes(department));
  if (owner !== undefined) return { owner };
  return { code: 'NOT_OWNER', rule: pack.grounds.notOwner, reason: reasonText(pack, 'NOT_OWNER') };
}
