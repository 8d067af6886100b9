import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Cell } from '../../shared/policy/types.ts';
import type { LoadedSubject } from './load.ts';

/**
 * The department whose field this cell shows: the first owner that holds it. A predicate is answered and a
 * token made whether or not anybody holds the field; then it is the first owner.
 * @returns `null` when nothing is shown because nobody holds the field
 */
export function holderOf(
  pack: Pack,
  { sheets }: LoadedSubject,
  field: string,
  { form }: Cell,
): string | null {
  const owners = pack.fields.get(field)?.owners ?? [];
  const holder = owners.find((owner) => sheets.get(owner)?.fields.has(field));
  return holder ?? (form === 'predicate' || form === 'token' ? (owners[0] ?? null) : null);
}
