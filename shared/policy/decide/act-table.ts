/** The complete table of acts in words, made by calling `permits` for every act, caller, relation and person. */

import { createHash } from 'node:crypto';
import { ACT_NAMES, type ActName, actDef, type Relation } from '../../acts.ts';
import { asClientId } from '../../ids.ts';
import { KNOWN, type Known } from '../acts/rows.ts';
import type { Pack } from '../pack/pack.ts';
import type { Caller } from '../types.ts';
import { type Actor, type Matter, permits } from './permits.ts';
import { placingPurposes, spokenFor } from './speaks.ts';

/** One kind of caller of one act, about one kind of thing. */
interface ActCell {
  act: ActName;
  /** The kind of thing; `''` if the act has no kinds. */
  of: string;
  /** A role with the department that holds it, as `role@department`; `@department` for an office without a role. */
  who: string;
  /** `casework: if filer and area, claimed; audit: always, none`. */
  may: string;
  /** About whose record: see `whoseOf`. */
  whose: Whose;
}

/** About people to whom the record or a filing ties the caller, about others of its area too, or about no person. */
export type Whose = 'own' | 'any' | 'none';

/** The kinds of caller that a reader tells apart: an office that decides for its department, an institution of one, another office of one, a body outside. */
export const PARTY_KINDS = ['decides', 'institution', 'office', 'outside'] as const;
export type PartyKind = (typeof PARTY_KINDS)[number];

export function kindOfParty(pack: Pack, caller: Pick<Caller, 'roles' | 'departments'>): PartyKind {
  if (caller.departments.length === 0) return 'outside';
  if (spokenFor(pack, caller).length > 0) return 'decides';
  return placingPurposes(pack, caller).length > 0 ? 'institution' : 'office';
}

/** @returns a cell for each act, kind of thing and caller for whom some way is open */
export function* actCells(pack: Pack): Generator<ActCell> {
  const parties = partiesOf(pack);
  for (const act of ACT_NAMES) {
    for (const of of actDef(act).of ?? ['']) {
      for (const [who, caller] of parties) {
        const may = wordsFor(pack, act, of, caller);
        if (may !== '') yield { act, of, who, may, whose: whoseOf(pack, act, of, caller) };
      }
    }
  }
}

/**
 * SHA-256 of the table in hex. It is part of the policy hash, so a different engine can't decide under the
 * same hash.
 */
export function actTableHash(pack: Pack): string {
  const hash = createHash('sha256');
  for (const cell of actCells(pack)) hash.update(`${Object.values(cell).join('\t')}\n`);
  return hash.digest('hex');
}

/** Of those who may do an act about people at all: whether also about one who is not theirs. */
function whoseOf(pack: Pack, act: ActName, of: string, caller: Caller): Whose {
  const { proves, finds, said = [] } = actDef(act);
  if (!finds && !proves.some((name) => TIES_OR_AREA.has(name))) return 'none';
  const knows = placingPurposes(pack, caller).length === 0;
  const matter: Matter = {
    ...Object.fromEntries([...LOOSE, ...said].map((name) => [name, true])),
    knows,
    ...(of !== '' && { of }),
  };
  const actions = pack.acts.get(act)?.who.flatMap((way) => way.actions) ?? [];
  return permits(pack, { caller, actions, person: 'authenticated' }, act, matter).ok ? 'any' : 'own';
}

/** Relations that any office of the area has to every person. */
const LOOSE = ['area', 'other', 'other-line'] as const;
const TIES_OR_AREA: ReadonlySet<Relation> = new Set(['area', 'owner', 'holder', 'addressee', 'decider']);

/** Each role with each department that may hold it, and offices without a role. */
export function partiesOf(pack: Pack): ReadonlyMap<string, Caller> {
  const parties = new Map<string, Caller>();
  const add = (role: string | null, department: string | null) =>
    parties.set(`${role ?? ''}${department === null ? '' : `@${department}`}`, {
      clientId: asClientId(''),
      departments: department === null ? [] : [department],
      roles: role === null ? [] : [role],
      areas: [],
      purposes: [],
    });
  for (const [role, { departments }] of pack.roles) {
    for (const department of departments) add(role, department);
    if (departments.length === 0) add(role, null);
  }
  for (const department of pack.departments.keys()) add(null, department);
  add(null, null);
  return parties;
}

function wordsFor(pack: Pack, act: ActName, of: string, caller: Caller): string {
  const actions = new Set(pack.acts.get(act)?.who.flatMap((way) => way.actions));
  const texts = [...actions, ''].sort().map((action) => {
    const ways = leastOf(pack, act, of, { caller, actions: action === '' ? [] : [action] });
    return ways === '' ? '' : `${action || 'any token'}: ${ways}`;
  });
  const open = texts.find((text) => text.startsWith('any token'));
  return open ?? texts.filter((text) => text !== '').join('; ');
}

/** The smallest sets of relations that permit the act, the weakest authentication of the person, and its age. */
function leastOf(pack: Pack, act: ActName, of: string, actor: Omit<Actor, 'person'>): string {
  const may = (needs: readonly Relation[], person: Known) => {
    const matter: Matter = {
      ...Object.fromEntries(needs.map((name) => [name, true])),
      ...(of !== '' && { of }),
    };
    return permits(pack, { ...actor, person }, act, matter).ok;
  };
  const { proves } = actDef(act);
  // No relation takes a permission away, so what all of them do not permit, none of their sets does.
  if (!may(proves, 'authenticated')) return '';
  const least: Relation[][] = [];
  for (const set of subsets(proves)) {
    if (least.some((known) => known.every((name) => set.includes(name)))) continue;
    if (may(set, 'authenticated')) least.push(set);
  }
  const [first] = least;
  if (!first) return '';
  const person = KNOWN.find((known) => may(first, known)) ?? 'authenticated';
  const { fresh } = pack.acts.get(act) ?? {};
  const login = fresh === undefined ? '' : `, fresh${fresh === 'always' ? '' : ` if ${fresh}`}`;
  return `${least.map((set) => (set.length === 0 ? 'always' : `if ${set.join(' and ')}`)).join(' or ')}, ${person}${login}`;
}

/** Smaller sets first. */
function subsets<Item>(items: readonly Item[]): Item[][] {
  const all = Array.from({ length: 2 ** items.length }, (_, bits) =>
    items.filter((__, at) => bits & (1 << at)),
  );
  return all.sort((a, b) => a.length - b.length);
}
