import type { Json } from '../../shared/json.ts';
import type { Approval, ConsentArtefact, Situation } from '../../shared/policy/types.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';

/** What was loaded and opened of a subject so far. */
export interface Known {
  casework: readonly CaseworkItem[];
  approval?: Approval;
  /** Field to values by owner, in the pack's order of precedence. */
  values: ReadonlyMap<string, readonly { value: Json }[]>;
}

/** What the decision may know about the subject: facts as opened, consents and flags as stored. */
export function situationOf({ casework, approval, values }: Known, item: KeyItem): Situation {
  const facts: Record<string, Json> = Object.create(null);
  const others: Record<string, Json[]> = Object.create(null);
  for (const [field, [first, ...rest]] of values) {
    if (first) facts[field] = first.value;
    if (rest.length > 0) others[field] = rest.map(({ value }) => value);
  }
  const of = (kind: string) => casework.filter((one) => one.kind === kind);
  return {
    county: item.county || null,
    facts,
    others,
    consents: of('consent').map(({ document }) => document as ConsentArtefact),
    frozen: of('freeze').length > 0,
    conflict: of('conflict').length > 0,
    disputed: of('dispute').map(({ id, document }) => (document as { field?: string }).field ?? id),
    ...(approval && { approval }),
  };
}
