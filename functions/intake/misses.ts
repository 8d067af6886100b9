import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { resultOf } from '../http/problem.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { policyOf } from '../session/policy.ts';
import { STOP_WRITTEN } from '../steps/codes.ts';
import type { EntryBase } from '../steps/entry-base.ts';
import { askerOf, settleMisses } from '../steps/misses.ts';
import { countStopIn, noteStop } from '../steps/stops.ts';
import type { Failed, Found, IntakeCall, Prepared, Refused } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { isFirst } from './prepare.ts';

/** Refusals from which the caller learns something of the named record. */
export function missedIn(rows: readonly (Found | Prepared | Refused | Failed)[]): number {
  return rows.filter(({ state }) => state === 'refused').length;
}

/** Before any entry. @returns the problem BUDGET_SPENT, or that the misses are not known to be counted */
export async function countMissed(
  deps: IntakeDeps,
  call: IntakeCall,
  missed: number,
): Promise<Problem | undefined> {
  const { session } = call;
  const { officer } = session.grant;
  const asker = askerOf({ deps, session, now: deps.now() }, { officer });
  return (await resultOf(settleMisses(asker, missed, () => baseOf(call)))) ?? undefined;
}

/** Of entries about a budget. */
export function baseOf({ pack, session }: IntakeCall): EntryBase {
  return {
    operation: 'store',
    handler: handlerOf(session),
    owners: [...session.caller.departments],
    collection: pack.collection,
    policy: policyOf(pack),
    words: { ...defined({ officer: session.grant.officer }), ...evidenceWord(session) },
  };
}

type Row = Prepared | Refused | Failed;

/**
 * A record may say that the person and one who decides for it are in conflict: then the word of that one opens nothing any more,
 * which otherwise two people of two bodies say. Or that the person has died, which ends help. So what changes an owner's sheet to
 * say either counts among the stops of a day. What an owner's first sheet says is stored in any case, as records come. Another
 * line reviews both.
 * @returns the rows; what is beyond the budget has failed with BUDGET_SPENT
 */
export function countStops(deps: IntakeDeps, call: IntakeCall, rows: readonly Row[]): Promise<Row[]> {
  const { pack, session } = call;
  const base = () => baseOf(call);
  const asking = { deps, session, now: deps.now() };
  const of = { deps, pack, clientId: session.caller.clientId, now: asking.now };
  return Promise.all(
    rows.map(async (row): Promise<Row> => {
      if (row.state !== 'prepared' || row.entry.code !== STOP_WRITTEN) return row;
      const count = isFirst(row)
        ? noteStop(of, base)
        : countStopIn(pack, asking, session.grant.officer, base);
      const problem = await resultOf(count);
      return problem instanceof Problem ? { state: 'failed', problem } : row;
    }),
  );
}
