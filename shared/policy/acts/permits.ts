/** Who may do what, beside what the release matrix says: the one place that decides it. */

import type { ProblemCode } from '../../errors.ts';
import { mayHold } from '../decide/screen.ts';
import type { Pack } from '../pack/pack.ts';
import type { Caller } from '../types.ts';
import { type ActName, RELATIONS, type Relation } from './names.ts';
import { type ActRow, KNOWN, type Known, type Way } from './rows.ts';

/** Who acts. */
export interface Actor {
  caller: Caller;
  /** Granted by the token and by the register. */
  actions: readonly string[];
  person: Known;
}

/** What the act is about, as far as rows ask: what does not stand here does not hold. */
export interface Matter extends Partial<Record<Relation, boolean>> {
  of?: string;
  purpose?: string;
}

export type Verdict = { ok: true; row: ActRow } | { ok: false; code: ProblemCode; rule: string };

/** For the look before anything is known of the matter: every relation may hold yet. */
export const ANY_MATTER: Matter = Object.fromEntries(RELATIONS.map((name) => [name, true]));

/**
 * Actions first, then roles, then what the caller is to the matter, then the person; the code says which it was.
 * @param matter `ANY_MATTER` before the look-up; afterwards what was found. Its `of` and `purpose` count where given
 */
export function permits(pack: Pack, actor: Actor, act: ActName, matter: Matter): Verdict {
  const row = pack.acts.get(act);
  if (!row) return { ok: false, code: 'ROLE_REQUIRED', rule: '' };
  const no = (code: ProblemCode): Verdict => ({ ok: false, code, rule: row.rule });
  const granted = row.who.filter(({ actions }) => isGranted(actor, actions));
  if (granted.length === 0) return no('ACTION_NOT_GRANTED');
  const held = granted.filter((way) => isHeld(pack, actor, way) && isAbout(way, matter));
  if (held.length === 0) return no('ROLE_REQUIRED');
  if (!held.some(({ needs }) => needs.every((name) => holds(actor, matter, name)))) return no(row.refuses);
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

/** An office of no department is none by itself, whatever it is to the matter. */
function holds({ caller }: Actor, matter: Matter, name: Relation): boolean {
  if (name === 'department') return caller.departments.length > 0;
  return matter[name] === true;
}

/** One of two people of an act. */
export interface Hand {
  /** The word of the person; two words are two people where both are authenticated. */
  person: string;
  clientId: string;
  departments: readonly string[];
}

/** Whether the second hand may carry out what the first one asked for. */
export function seconds(row: Pick<ActRow, 'second'>, first: Hand, second: Hand): boolean {
  if (first.person === second.person) return false;
  if (row.second?.by !== 'other-line') return true;
  if (first.clientId === second.clientId) return false;
  return !first.departments.some((code) => second.departments.includes(code));
}
