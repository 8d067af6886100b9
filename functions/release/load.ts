import type { Json } from '../../shared/json.ts';
import type { Approval } from '../../shared/policy/types.ts';
import { type CaseworkItem, queryCasework } from '../../shared/records/casework/casework.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import { type Loaded, loadHolding } from '../steps/holding.ts';
import type { Holding, OpenKeys } from '../steps/open-sheets.ts';
import type { ReleaseCall } from './release-fields.ts';

export interface Spare {
  decoy: Holding;
  ids: ReadonlySet<string>;
}

/** One subject on its way through the release; later steps fill in what they open. */
export interface LoadedSubject extends Loaded, FoundSubject {
  casework: readonly CaseworkItem[];
  /** What a named request approves of this subject. */
  approval?: Approval;
  /** Data keys unwrapped for this subject so far; they live as long as the request. */
  keys: OpenKeys;
  /** Keys of the decoy that are unwrapped too should the subject be refused by its facts. */
  spare?: Spare;
  /** Field to values by owner, in the pack's order of precedence. */
  values: Map<string, { owner: string; value: Json }[]>;
}

/** One round trip: key item, sheets and casework of every subject, all in parallel. */
export function loadSubjects(
  { deps, ask }: ReleaseCall,
  names: readonly FoundSubject[],
): Promise<LoadedSubject[]> {
  return Promise.all(
    names.map(async (name) => {
      const blank = { ...name, keys: new Map(), values: new Map() };
      const nobody = { ...blank, item: null, sheets: new Map(), casework: [] };
      const casework = (subject: string) => queryCasework(deps.dynamo, deps.env.caseworkTable, subject);
      const [holding, own] = await Promise.all([loadHolding(deps, name.subject), casework(name.subject)]);
      const survivor = holding.item?.subject ?? name.subject;
      const all = survivor === name.subject ? own : [...own, ...(await casework(survivor))];
      return holding.item?.collection === ask.collection ? { ...blank, ...holding, casework: all } : nobody;
    }),
  );
}
