/** The subject of a record, and what its owner holds about it. */

import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import { loadHolding } from '../steps/holding.ts';
import type { IntakeCall } from './call.ts';
import { covers, type RecordPlan } from './plan-record.ts';
import { adoptSubject, dropErasedKeys, foreign, type Resolved, resolveSubject } from './resolve.ts';

/** A record whose subject is known, or to be made. Nothing is written for it yet. */
export interface Found {
  plan: RecordPlan;
  resolved: Resolved;
  /** `null` if there is none yet. */
  item: KeyItem | null;
  /** The owner's sheet, as its head names it. */
  before: StoredSheet | null;
  /** The person whom the record names. */
  named: SubjectId;
}

/**
 * By reads alone, but that keys which lead to an erased subject are removed. May be repeated after a concurrent writer has
 * moved a key or the head.
 * @throws Problem as `resolveSubject` and `checkSubject`
 */
export async function findRecord(call: IntakeCall, plan: RecordPlan): Promise<Found> {
  const { resolved, item, sheets } = await loadResolved(call, plan);
  const before = sheets.get(plan.owner) ?? null;
  checkSubject(call, plan, resolved, item, before);
  const named = item ? namedIn(item, resolved.subject) : resolved.subject;
  return { plan, resolved, item, before, named };
}

/** The subject of the record and its holdings. An erased subject counts as unknown, even if keys still lead to it. */
async function loadResolved(call: IntakeCall, plan: RecordPlan) {
  const { deps } = call;
  for (;;) {
    const resolved = await resolveSubject(call, plan);
    // An id made a moment ago leads nowhere. Under a number of another department the reads are made nevertheless, so that
    // they do not reveal whether it leads anywhere.
    if (resolved.taken && ![...resolved.all.values()].some(foreign))
      return { resolved, item: null, sheets: new Map<string, StoredSheet>() };
    const loaded = await loadHolding(deps, resolved.subject, plan.owner);
    if (loaded.item !== null || resolved.taken || !resolved.fresh) return { resolved, ...loaded };
    await call.claimed;
    const values = [...resolved.indexes].flatMap(([index, { older }]) => [index, ...older]);
    if (await dropErasedKeys(deps, resolved.subject, values)) continue;
    const adopted = await adoptSubject(call, resolved);
    if (adopted) return { resolved: adopted, ...loaded };
  }
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
