/** A programme: who may ask whether somebody is eligible for it, and the one question that it asks. */

import { isTrue } from '../check/predicate.ts';
import type { Labelled, Pack } from '../pack/pack.ts';
import type { PresentContext } from '../types.ts';

/** A predicate about one field, or a combination of such. */
export type Question =
  | { readonly predicate: string; readonly field: string }
  | { readonly all: readonly Question[] }
  | { readonly any: readonly Question[] }
  | { readonly not: Question };

export interface Programme extends Labelled {
  name: string;
  purpose: string;
  /** How a check begins: with the name of a subject, or with a one-time code. */
  start: 'name' | 'code';
  /** Roles that may ask; among those of the purpose. */
  who: readonly string[];
  /** Division-code prefixes. */
  areas: readonly string[];
  /** ISO days in the pack's time zone, both included. */
  from: string;
  until: string;
  /** How long a confirmed eligibility is good for. */
  proofDays: number;
  when: Question;
  /** Every field that the predicates read. A consent must name them all. */
  fields: readonly string[];
  /** The classes that these fields and the decisive ones are of. */
  classes: readonly string[];
  budgets: Budgets;
}

/** Limits of one recipient and day. */
export interface Budgets {
  /** Checks of one subject. */
  subject: number;
  /** Checks of the programme. */
  day: number;
  /** Answers that confirm nothing: when to raise an alert, to answer later and later, and to stop. */
  misses: { alert: number; slow: number; stop: number };
}

/**
 * Whether the programme's question is answered with yes. Total: what is not held makes its predicate false.
 * @param values opened fields by name
 */
export function isEligible(
  pack: Pack,
  programme: Programme,
  context: Omit<PresentContext, 'token'>,
): boolean {
  const caller = { ...context.caller, areas: programme.areas };
  return answer(pack, programme.when, { ...context, caller });
}

function answer(pack: Pack, question: Question, context: Omit<PresentContext, 'token'>): boolean {
  if ('all' in question) return question.all.every((part) => answer(pack, part, context));
  if ('any' in question) return question.any.some((part) => answer(pack, part, context));
  if ('not' in question) return !answer(pack, question.not, context);
  return isTrue(pack, question.field, question.predicate, context);
}
