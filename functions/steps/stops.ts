/**
 * Budgets of acts by which one person stops something for another: a freeze, an objection, a conflict, a hold, a record
 * that is kept. Such an act gives nothing, and can still do harm.
 */

import { officerKey } from '../../shared/identity/agencies/rate.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { EntryBase } from './entry-base.ts';
import { type Asker, type Asking, counterOf, settleMisses } from './misses.ts';

/**
 * Counts one such act of the session's act, once it is known that it will be done and before its entry.
 * @param refusal the entry of a refusal by a function that may write no denial
 * @throws Problem BUDGET_SPENT, after logging it
 */
export async function countStop(
  asking: Asking,
  officer: string | undefined,
  base: () => EntryBase,
  refusal?: NewEntry,
): Promise<void> {
  const { name, pack } = asking.session.act;
  if (pack.acts.get(name)?.limits.includes('stops')) await countStopIn(pack, asking, officer, base, refusal);
}

/** As `countStop`, for an act that stops something at times: its row names no such limit. */
export async function countStopIn(
  pack: Pack,
  { deps, session, now }: Asking,
  officer: string | undefined,
  base: () => EntryBase,
  refusal?: NewEntry,
): Promise<void> {
  const { stops } = pack;
  if (!stops) return;
  const person = officerKey(officer, session.person) ?? '';
  const budgets = [
    { counter: 'stops', limits: { ...stops.office, slow: Infinity } },
    { counter: counterOf('stops', person), limits: { ...stops.person, slow: Infinity } },
  ];
  const { clientId } = session.caller;
  await settleMisses({ deps, pack, now, refusal, clientId, budgets, says: saysOf(stops) }, 1, base);
}

/**
 * Counts what is stored in any case, because the record must be right: so a security officer is called, and no colleague of the
 * office loses a stop.
 */
export async function noteStop(
  of: Pick<Asker, 'deps' | 'pack' | 'clientId' | 'now'>,
  base: () => EntryBase,
): Promise<void> {
  const { stops } = of.pack;
  if (!stops) return;
  const limits = { alert: stops.office.alert, slow: Infinity, stop: Number.MAX_SAFE_INTEGER };
  await settleMisses({ ...of, budgets: [{ counter: 'stops.stored', limits }], says: saysOf(stops) }, 1, base);
}

const saysOf = ({ rule }: NonNullable<Pack['stops']>) =>
  ({ rule, reason: 'STOPPED_ENOUGH', alert: 'MANY_STOPS' }) as const;
