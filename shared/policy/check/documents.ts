/** Documents by which people are known: what a giver shows, and what a record holds of those who decide for its person. */

import type { Pack } from '../pack/pack.ts';
import type { Responsible } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { type Day, parseDay } from '../value/age.ts';
import { holds, memberOf } from '../value/conditions.ts';
import { normaliseKey } from './validate.ts';

export interface KnownDocument {
  kind: string;
  /** Normalised. */
  number: string;
}

/** @returns the number as it is compared; `null` for a kind that the policy does not list, or a number of another form */
export function normalNumber(pack: Pack, kind: string, number: string): string | null {
  const documents = pack.casework?.consents.documents ?? {};
  const known = Object.hasOwn(documents, kind) ? documents[kind] : undefined;
  if (!known) return null;
  const text = number.normalize('NFKC').toUpperCase().replaceAll(/\s/gu, '');
  return known.match === undefined ? text : normaliseKey(pack, known.match, text);
}

/** The documents of one of those who decide for the person. */
export function documentsOf(pack: Pack, { numbers, other }: Responsible, one: Json): KnownDocument[] {
  const held = Object.entries(numbers).map(([kind, member]) => [kind, memberOf(one, member)] as const);
  if (other) held.push([String(memberOf(one, other.kind)), memberOf(one, other.number)]);
  return held.flatMap(([kind, value]) => {
    const number = typeof value === 'string' ? normalNumber(pack, kind, value) : null;
    return number === null ? [] : [{ kind, number }];
  });
}

/** Whether one of those who decide may use the word of a giver. */
export function maySpeakAs({ givers }: Responsible, giver: string, one: Json): boolean {
  const conditions = Object.hasOwn(givers, giver) ? givers[giver] : undefined;
  return conditions !== undefined && holds(conditions, (member) => memberOf(one, member), null);
}

/** A field holds one record, or a list of them. */
export function recordsIn(value: Json | undefined): Json[] {
  const all = Array.isArray(value) ? value : [value ?? null];
  return all.filter((one) => typeof one === 'object' && one !== null);
}

/** Those who decide for the person on this day. */
export function inOffice(responsible: Responsible, value: Json | undefined, today: Day): Json[] {
  return recordsIn(value).filter((one) => isWithin(termOf(responsible, one), today));
}

/** First and last day on which someone decides for a person, both inclusive. */
export interface Term {
  from: Day;
  until: Day;
}

/** Of one of those who decide: without a day it is open on that side, and text that is no day is never. */
export function termOf({ from, until }: Responsible, one: Json): Term {
  const [begins, ends] = [memberOf(one, from), memberOf(one, until)];
  return {
    from: typeof begins === 'string' ? (parseDay(begins) ?? FAR) : -FAR,
    until: typeof ends === 'string' ? (parseDay(ends) ?? -FAR) : FAR,
  };
}

/** A day that no date reaches, and that four bytes hold. */
const FAR = 2 ** 31 - 1;

export const isWithin = ({ from, until }: Term, today: Day): boolean => from <= today && today <= until;
