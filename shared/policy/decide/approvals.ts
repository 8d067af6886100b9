/**
 * The approvers of a field of a purpose that needs approvals: the departments that own the field, each for its
 * own fields, and never the requester's own line. If that line is the field's only owner, roles that the pack
 * names decide instead.
 */

import type { ClientId } from '../../ids.ts';
import { dueAt, endOf } from '../pack/calendar.ts';
import type { Pack, Purpose } from '../pack/pack.ts';
import type { Caller } from '../types.ts';
import { mayHold } from './screen.ts';
import { speaksFor } from './speaks.ts';

/** The departments or roles that decide on one field for one requester. One of the two lists is empty. */
export interface Deciders {
  departments: readonly string[];
  roles: readonly string[];
  /** The department that gets the task; the others may answer too. */
  lead: string;
}

/** @returns `null` if there is no possible approver outside the requester's line: then nothing is approved */
export function decidersOf(
  pack: Pack,
  purpose: Purpose,
  field: string,
  requester: readonly string[],
): Deciders | null {
  const outside = (departments: readonly string[]) => departments.filter((code) => !requester.includes(code));
  const departments = outside(pack.fields.get(field)?.owners ?? []);
  const [owner] = departments;
  if (owner !== undefined) return { departments, roles: [], lead: owner };
  const roles = (purpose.approvers ?? pack.approvals?.standIns ?? []).filter(
    (role) => outside(pack.roles.get(role)?.departments ?? []).length > 0,
  );
  const [lead] = outside(pack.roles.get(roles[0] ?? '')?.departments ?? []);
  return lead === undefined ? null : { departments: [], roles, lead };
}

/**
 * Whether this office may decide. It does not check the office's line: see `inLine`.
 * @param county of the request; all of it must be in the office's areas
 */
export function mayDecide(pack: Pack, caller: Caller, deciders: Deciders, county: string): boolean {
  if (!caller.areas.some((area) => area !== '' && county.startsWith(area))) return false;
  const own = deciders.departments.filter((code) => caller.departments.includes(code));
  if (own.some((code) => speaksFor(pack, caller, code))) return true;
  return deciders.roles.some((role) => mayHold(pack, caller, role));
}

/** Whether this office decides on requests to this department: a service desk or an institution of it does not. */
export function decidesFor(pack: Pack, caller: Caller, department: string, purpose?: Purpose): boolean {
  if (speaksFor(pack, caller, department)) return true;
  return (purpose?.approvers ?? pack.approvals?.standIns ?? []).some((role) => mayHold(pack, caller, role));
}

/** Whether two offices are in one line: they are the same office or share a department. */
export function inLine(
  a: { clientId: ClientId; departments: readonly string[] },
  b: { clientId: ClientId; departments: readonly string[] },
): boolean {
  return a.clientId === b.clientId || a.departments.some((code) => b.departments.includes(code));
}

/** The kind of task that asks an owner for a field; the pack defines it by the field's level. */
export function askedBy(pack: Pack, field: string): string | null {
  const level = pack.fields.get(field)?.level;
  return pack.approvals?.asks.find(({ levels }) => levels.some((one) => one === level))?.task ?? null;
}

/** The due time (RFC 3339) of a task opened at `now`. @throws Error for a kind that the pack lacks */
export function dueOf(pack: Pack, kind: string, now: number): string {
  const known = pack.tasks.get(kind);
  if (!known) throw new Error('no such kind of task');
  return new Date(dueAt(pack.calendar, known.within, now)).toISOString();
}

/**
 * The times by which an approval of this instant can be collected: the first collection, and any collection
 * within the purpose's time.
 */
export function windowOf(pack: Pack, purpose: Purpose, now: number): { collectBy: string; until: string } {
  const collectBy = dueOf(pack, pack.approvals?.collect ?? '', now);
  const until = purpose.lasts ? new Date(endOf(pack.calendar, purpose.lasts, now)).toISOString() : collectBy;
  const [first] = [collectBy, until].sort();
  return { collectBy: first ?? until, until };
}
