import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Cell } from '../../shared/policy/types.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import { loadHolding } from '../steps/holding.ts';
import type { LoadedSubject, ReleaseCall } from './call.ts';

/** One round trip: key item, sheets and casework of every subject, all in parallel. */
export function loadSubjects(
  { deps, ask }: ReleaseCall,
  names: readonly FoundSubject[],
): Promise<LoadedSubject[]> {
  return Promise.all(
    names.map(async (name) => {
      const blank = { ...name, keys: new Map(), values: new Map() };
      const nobody = { ...blank, item: null, sheets: new Map(), casework: [] };
      const casework = (subject: string) => queryCasework(deps.tables.casework, subject);
      const [holding, own] = await Promise.all([loadHolding(deps, name.subject), casework(name.subject)]);
      const survivor = holding.item?.subject ?? name.subject;
      const all = survivor === name.subject ? own : [...own, ...(await casework(survivor))];
      return holding.item?.collection === ask.collection ? { ...blank, ...holding, casework: all } : nobody;
    }),
  );
}

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
