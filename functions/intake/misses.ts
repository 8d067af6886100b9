import { defined } from '../../shared/defined.ts';
import type { Problem } from '../../shared/errors.ts';
import { resultOf } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import type { Failed, Found, IntakeCall, Prepared, Refused } from './call.ts';
import type { IntakeDeps } from './deps.ts';

/** Refusals from which the caller learns something of the named record. */
export function missedIn(rows: readonly (Found | Prepared | Refused | Failed)[]): number {
  return rows.filter(({ state }) => state === 'refused').length;
}

/** Before any entry. @returns the problem BUDGET_SPENT, or that the misses are not known to be counted */
export async function countMissed(
  deps: IntakeDeps,
  { pack, session }: IntakeCall,
  missed: number,
): Promise<Problem | undefined> {
  const { officer } = session.grant;
  const asker = askerOf({ deps, session, now: deps.now() }, { officer });
  const base = () => ({
    operation: 'store' as const,
    handler: handlerOf(session),
    owners: [...session.caller.departments],
    collection: pack.collection,
    policy: policyOf(pack),
    words: { ...defined({ officer }), ...evidenceWord(session) },
  });
  return (await resultOf(settleMisses(asker, missed, base))) ?? undefined;
}
