import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import { resultOf } from '../http/problem.ts';
import { decoySubject, type Loaded, loadHolding } from '../steps/holding.ts';
import type { LoadedParties, Party, VerifyCall } from './call.ts';

/**
 * One round trip, the same for every subject id: key items, sheets, casework, and the subject's budget.
 * @param take counts the check; its result says whether the budget allows it
 */
export async function loadParties(
  call: VerifyCall,
  subject: SubjectId,
  take: (call: VerifyCall, subject: SubjectId) => Promise<boolean>,
): Promise<LoadedParties> {
  const { deps, pack } = call;
  const decoyId = await decoySubject(deps, pack.collection);
  const casework = (of: SubjectId) => queryCasework(deps.tables.casework, of);
  const [holding, decoy, own, withinBudget] = await Promise.all([
    resultOf(loadHolding(deps, subject)),
    loadHolding(deps, decoyId),
    casework(subject),
    take(call, subject),
  ]);
  // A broken record must look like a missing one. A store that cannot be reached fails the same way for every subject.
  const broken = holding instanceof Problem && holding.code === 'INTEGRITY_FAULT';
  if (holding instanceof Problem && !broken) throw holding;
  const real = holding instanceof Problem ? null : partyOf(holding, pack.collection);
  const survivor = real?.item.subject ?? subject;
  const all = survivor === subject ? own : [...own, ...(await casework(survivor))];
  return {
    subject: survivor,
    real,
    broken,
    decoy: partyOf(decoy, pack.collection),
    casework: all,
    withinBudget,
  };
}

function partyOf({ item, sheets }: Loaded, collection: string): Party | null {
  if (item?.collection !== collection) return null;
  return { item, sheets, keys: new Map(), values: new Map() };
}
