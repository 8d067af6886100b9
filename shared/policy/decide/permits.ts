/** The one decision about permitted acts, apart from the release matrix. */

import { type ActName, actDef, RELATIONS, type Relation } from '../../acts.ts';
import type { ProblemCode } from '../../errors.ts';
import type { ClientId } from '../../ids.ts';
import { type ActRow, KNOWN, type Known, type Way } from '../acts/rows.ts';
import type { Pack } from '../pack/pack.ts';
import type { Caller } from '../types.ts';
import { mayHold } from './screen.ts';
import { placingPurposes, spokenFor } from './speaks.ts';

/** The acting office and person. */
export interface Actor {
  caller: Caller;
  /** The actions granted by both the token and the register. */
  actions: readonly string[];
  person: Known;
}

/** The facts about the act that rows ask for. A fact that is absent counts as false. */
export interface Matter extends Partial<Record<Relation, boolean>> {
  of?: string;
  purpose?: string;
}

export type Verdict = { ok: true; row: ActRow } | { ok: false; code: ProblemCode; rule: string };

/** For the check before the lookup: every relation may still hold. */
export const ANY_MATTER: Matter = Object.fromEntries(RELATIONS.map((name) => [name, true]));

/**
 * Checks actions first, then roles, then relations, then the person. The code states which check failed. If the row hides
 * what exists, a thing of a kind that the caller's ways do not cover looks like none.
 * @param matter `ANY_MATTER` before the lookup, afterwards the facts that were found. Its `of` and `purpose`
 * count if present
 */
export function permits(pack: Pack, actor: Actor, act: ActName, matter: Matter): Verdict {
  const row = pack.acts.get(act);
  if (!row) return { ok: false, code: 'ROLE_REQUIRED', rule: '' };
  const no = (code: ProblemCode): Verdict => ({ ok: false, code, rule: row.rule });
  const granted = row.who.filter(({ actions }) => isGranted(actor, actions));
  if (granted.length === 0) return no('ACTION_NOT_GRANTED');
  const able = granted.filter((way) => isHeld(pack, actor, way));
  const held = able.filter((way) => isAbout(way, matter));
  if (held.length === 0)
    return no(able.length > 0 && row.refuses === 'NOT_FOUND' ? 'NOT_FOUND' : 'ROLE_REQUIRED');
  const { spoken = [] } = actDef(act);
  if (!held.some((way) => way.needs.every((name) => holds(pack, actor, { way, matter, name, spoken }))))
    return no(row.refuses);
  if (KNOWN.indexOf(actor.person) < KNOWN.indexOf(row.person))
    return no(row.person === 'authenticated' ? 'PERSON_REQUIRED' : 'NO_OFFICER');
  return { ok: true, row };
}

function isGranted({ actions }: Actor, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((action) => actions.includes(action));
}

function isHeld(pack: Pack, { caller }: Actor, { roles, departments }: Way): boolean {
  if (roles && !roles.some((role) => mayHold(pack, caller, role))) return false;
  return !departments || departments.some((code) => caller.departments.includes(code));
}

function isAbout({ of, purposes }: Way, matter: Matter): boolean {
  if (of && matter.of !== undefined && !of.includes(matter.of)) return false;
  return !purposes || matter.purpose === undefined || purposes.includes(matter.purpose);
}

interface Held {
  way: Way;
  matter: Matter;
  name: Relation;
  spoken: readonly Relation[];
}

/** What the caller lacks in itself no matter proves: an office that speaks for no department never owns or holds anything. */
function holds(pack: Pack, { caller }: Actor, { way, matter, name, spoken }: Held): boolean {
  if (name === 'department') return caller.departments.length > 0;
  const departments = () => spokenFor(pack, caller);
  if (name === 'speaks') return departments().some((code) => way.departments?.includes(code) ?? true);
  if (matter[name] !== true) return false;
  if (OF_DEPARTMENTS.has(name) || spoken.includes(name)) return departments().length > 0;
  return name !== 'placed' || placingPurposes(pack, caller).length > 0;
}

const OF_DEPARTMENTS: ReadonlySet<Relation> = new Set(['owner', 'holder', 'decider']);

/** One of the two people of an act. */
export interface Hand {
  /** The person's digest. Two digests are two people only if both people are authenticated. */
  person: string;
  clientId: ClientId;
  departments: readonly string[];
}

/** Whether the second person may carry out the act that the first one requested. */
export function seconds(row: Pick<ActRow, 'second'>, first: Hand, second: Hand): boolean {
  if (first.person === second.person) return false;
  if (row.second?.by !== 'other-line') return true;
  if (first.clientId === second.clientId) return false;
  return !first.departments.some((code) => second.departments.includes(code));
}
