/** The subject of a record, and what its owner holds about it. */

import type { IntakeRecord } from '../../shared/contract/routes/intake.ts';
import { Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import { toProblem } from '../http/problem.ts';
import type { Failed, Found, IntakeCall, RecordPlan, Refused, Resolved } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { ended } from './entries.ts';
import { covers, planRecord } from './plan-record.ts';
import { resolve } from './resolve.ts';

/**
 * The subject of a record and what its owner holds about it.
 * @returns in place of them, how the record ends: if it is refused before anything is looked up, without an entry
 */
export async function lookUp(
  deps: IntakeDeps,
  call: IntakeCall,
  record: IntakeRecord | Problem,
): Promise<Found | Refused | Failed> {
  try {
    if (record instanceof Problem) throw record;
    const plan = planRecord(call, record, deps.now());
    return ended(call, plan, findRecord(deps, call, plan));
  } catch (error) {
    return { state: 'failed', problem: toProblem(error) };
  }
}

/**
 * By reads alone, but that keys which lead to an erased subject are removed. May be repeated after a concurrent writer has
 * moved a key or the head.
 * @throws Problem as `resolve` and `checkSubject`
 */
export async function findRecord(deps: IntakeDeps, call: IntakeCall, plan: RecordPlan): Promise<Found> {
  const { resolved, item, sheets } = await resolve(deps, call, plan);
  const before = sheets.get(plan.owner) ?? null;
  checkSubject(call, plan, resolved, item, before);
  const named = item ? namedIn(item, resolved.subject) : resolved.subject;
  return { state: 'found', plan, resolved, item, before, named };
}

/** @throws Problem REFUSED if the subject is unknown, of another collection or out of area; VERSION_CONFLICT */
function checkSubject(
  { session, request }: IntakeCall,
  plan: RecordPlan,
  resolved: Resolved,
  item: KeyItem | null,
  sheet: StoredSheet | null,
): void {
  // A merge was undone since the name was looked up.
  if (item && resolved.subject !== item.subject && !item.joined.has(resolved.subject))
    throw new Problem('CONFLICT', { detail: commonTexts.recordBeingChanged });
  const reachable = item
    ? item.collection === request.collection && covers(session.caller, item.county)
    : resolved.fresh;
  if (!reachable) throw new Problem('REFUSED');
  if (plan.ifVersion !== null && plan.ifVersion !== (sheet?.head.version ?? 0)) {
    throw new Problem('VERSION_CONFLICT');
  }
}
