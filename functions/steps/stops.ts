/**
 * Budgets of acts by which one person stops something for another: a freeze, an objection, a conflict, a hold, a record
 * that is kept. Such an act gives nothing, and can still do harm.
 */

import { hash } from 'node:crypto';
import { officerKey } from '../../shared/identity/agencies/rate.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { EntryBase } from './entry-base.ts';
import { type Asker, type Asking, settleMisses } from './misses.ts';

/**
 * Counts one such act of the session's act, once it is known that it will be done and before its entry.
 * @param refusal the entry of a refusal by a function that may write no denial
 * @throws Problem BUDGET_SPENT, after logging it
 */
export async function countStop(
  { deps, session, now }: Asking,
  officer: string | undefined,
  base: () => EntryBase,
  refusal?: NewEntry,
): Promise<void> {
  const { name, pack } = session.act;
  const { stops } = pack;
  if (!stops || !pack.acts.get(name)?.limits.includes('stops')) return;
  const person = hash('sha256', officerKey(officer, session.person) ?? '', 'base64url');
  const asker: Asker = {
    deps,
    pack,
    now,
    refusal,
    clientId: session.caller.clientId,
    budgets: [
      { counter: 'stops', limits: { ...stops.office, slow: Infinity } },
      { counter: `stops.${person}`, limits: { ...stops.person, slow: Infinity } },
    ],
    says: { rule: stops.rule, reason: 'STOPPED_ENOUGH', alert: 'MANY_STOPS' },
  };
  await settleMisses(asker, 1, base);
}
