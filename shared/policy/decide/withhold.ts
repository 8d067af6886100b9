/** What is withheld, or refused, whatever the person has: a class that is frozen or closed, and what leaves sealed alone. */

import { mustSealHybrid, type Pack, reasonText } from '../pack/pack.ts';
import type { Ask, Cell, Refusal, RefusalCode, Screening, Withheld } from '../types.ts';

/**
 * Withholds fields of a class that is frozen or that KMS opens for no caller, whether or not the person has any.
 * @returns a refusal if the decision itself needs one of them
 */
export function withoutClasses(
  pack: Pack,
  screening: Screening,
  { frozen = [], closed = [] }: Pick<Ask, 'frozen' | 'closed'>,
): Screening | Refusal {
  if (frozen.length + closed.length === 0) return screening;
  const codeOf = (fields: readonly string[]) => {
    const isFrozen = fields.some((field) => frozen.includes(pack.fields.get(field)?.class ?? ''));
    return isFrozen ? 'CLASS_FROZEN' : closedBy(pack, closed, fields);
  };
  const { frozen: rule, unknownField } = pack.grounds;
  const rules = { CLASS_FROZEN: rule, CLASS_UNAVAILABLE: unknownField, HELD_BY_OWNER: unknownField };
  const decisive = codeOf(screening.facts);
  if (decisive) return refuse(pack, decisive, rules[decisive]);
  return without(screening, (_, { sources }) => {
    const code = codeOf(sources);
    return code && { code, rule: rules[code], reason: reasonText(pack, code) };
  });
}

/** Why none of these fields opens for any person. @param closed see `Ask` */
export function closedBy(pack: Pack, closed: readonly string[], fields: readonly string[]) {
  const some = fields.flatMap((field) => pack.fields.get(field) ?? []);
  if (some.some((one) => closed.includes(one.class))) return 'CLASS_UNAVAILABLE';
  const isHeld = some.some((one) => one.owners.some((owner) => closed.includes(`${owner}/${one.class}`)));
  return isHeld ? 'HELD_BY_OWNER' : null;
}

/** Withholds what leaves sealed to a hybrid key alone, whether or not the person has any. */
export function withoutHybrid(pack: Pack, screening: Screening): Screening {
  const [code, reason] = ['NO_HYBRID_KEY', reasonText(pack, 'NO_HYBRID_KEY')];
  const word = ({ rule }: Cell) => ({ code, rule, reason });
  return without(screening, (field, cell) => (mustSealHybrid(pack, field, cell) ? word(cell) : null));
}

/** @param why `null` for a field that stays */
function without(screening: Screening, why: (field: string, cell: Cell) => Withheld | null): Screening {
  const [cells, withheld] = [new Map(screening.cells), new Map(screening.withheld)];
  const needsApproval = new Set(screening.needsApproval);
  for (const [field, cell] of screening.cells) {
    const reason = why(field, cell);
    if (!reason) continue;
    withheld.set(field, reason);
    cells.delete(field);
    needsApproval.delete(field);
  }
  return { ...screening, cells, withheld, needsApproval };
}

export function refuse(pack: Pack, code: RefusalCode, rule: string, alert = false): Refusal {
  return { ok: false, code, rule, reason: reasonText(pack, code), alert };
}
