/** Questions of the pack's closed list, answered from opened values. Only the answer leaves this module. */

import type { Pack } from '../pack/pack.ts';
import type { Json, PresentContext } from '../types.ts';
import { dayOf } from '../value/age.ts';
import {
  type ConditionContext,
  holds,
  isAnswerable,
  type Lookup,
  memberOf,
  sameText,
} from '../value/conditions.ts';
import { inOffice } from './documents.ts';
import { normaliseKey } from './validate.ts';

type Context = Omit<PresentContext, 'token'>;

/** Whether the predicate holds for the field; `false` also for a predicate that the pack does not name. */
export function isTrue(pack: Pack, field: string, predicate: string, context: Context): boolean {
  const alternatives = pack.predicates.get(predicate)?.any ?? [];
  const look = inOfficeNow(pack, lookup(field, context), context);
  const about: ConditionContext = {
    now: context.now,
    utcOffsetMinutes: pack.calendar.utcOffsetMinutes,
    areas: context.caller.areas,
    lists: pack.lists,
    compare: (path, value) => isSame(pack, path, value, context),
  };
  return alternatives.some((conditions) => holds(conditions, look, about));
}

/**
 * Whether the predicate is known not to hold, which needs every field that it reads. A missing field proves
 * nothing.
 */
export function isKnownFalse(pack: Pack, field: string, predicate: string, context: Context): boolean {
  const alternatives = pack.predicates.get(predicate)?.any ?? [];
  const look = lookup(field, context);
  const known = alternatives.length > 0 && alternatives.every((conditions) => isAnswerable(conditions, look));
  return known && !isTrue(pack, field, predicate, context);
}

/** Of those who decide for the person, a question reads the ones who do so today. */
function inOfficeNow({ consent, calendar }: Pack, look: Lookup, { now }: Context): Lookup {
  const { responsible } = consent.evidence;
  const today = dayOf(now, calendar.utcOffsetMinutes);
  return (name) => (name === responsible?.field ? inOffice(responsible, look(name), today) : look(name));
}

/** `this` stands for the field of the cell, so that one predicate serves several fields. */
export function lookup(field: string, { values }: Pick<PresentContext, 'values'>): Lookup {
  return (name) => values.get(name === 'this' ? field : name);
}

/** Compares as the blind index does: differences of spelling are ignored. */
function isSame(pack: Pack, path: string, value: Json | undefined, { ask }: Context): boolean | null {
  const [name = '', member] = path.split('.', 2);
  const given = ask.compare && Object.hasOwn(ask.compare, name) ? ask.compare[name] : undefined;
  const compared = member === undefined ? given : memberOf(given, member);
  if (compared === undefined || compared === null) return null;
  if (value === undefined) return false;
  if (member === undefined && pack.fields.get(name)?.matchable) {
    const key = normaliseKey(pack, name, value);
    return key !== null && key === normaliseKey(pack, name, compared);
  }
  return typeof value === 'string' && typeof compared === 'string' && sameText(value, compared);
}
