import type { SubjectId } from '../../shared/ids.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Cell } from '../../shared/policy/types.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import { loadHolding } from '../steps/holding.ts';
import type { LoadedSubject } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** One round trip: key item, sheets and casework of every subject, all in parallel. */
export function loadSubjects(
  deps: ReleaseDeps,
  names: readonly FoundSubject[],
  collection: string,
): Promise<LoadedSubject[]> {
  return Promise.all(
    names.map(async (name) => {
      const query = (subject: SubjectId) => queryCasework(deps.tables.casework, subject);
      const [holding, own] = await Promise.all([loadHolding(deps, name.subject), query(name.subject)]);
      const survivor = holding.item?.subject ?? name.subject;
      const casework = survivor === name.subject ? own : [...own, ...(await query(survivor))];
      return holding.item?.collection === collection
        ? { ...name, ...holding, casework }
        : { ...name, item: null, sheets: new Map(), casework: [] };
    }),
  );
}

/**
 * The department whose value this cell shows: the first owner that holds the field. A predicate is answered and a
 * token is made even if no department holds the field; then it is the first owner.
 * @returns `null` if nothing is shown because no department holds the field
 */
export function holderOf(
  pack: Pack,
  { sheets }: Pick<LoadedSubject, 'sheets'>,
  field: string,
  { form }: Cell,
): string | null {
  const owners = pack.fields.get(field)?.owners ?? [];
  const holder = owners.find((owner) => sheets.get(owner)?.fields.has(field));
  return holder ?? (form === 'predicate' || form === 'token' ? (owners[0] ?? null) : null);
}
