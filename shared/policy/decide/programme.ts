/** A programme: who may ask whether somebody is eligible for it, and the one question that it asks. */

import { isKnownFalse, isTrue } from '../check/predicate.ts';
import type { Pack } from '../pack/pack.ts';
import type { Programme, Question } from '../pack/parts.ts';
import type { PresentContext } from '../types.ts';

/**
 * Whether the programme's question is answered with yes. Total: what is not held makes its predicate unknown, and
 * neither that nor its negation is a yes.
 * @param values opened fields by name
 */
export function isEligible(
  pack: Pack,
  programme: Programme,
  context: Omit<PresentContext, 'token'>,
): boolean {
  const caller = { ...context.caller, areas: programme.areas };
  return answer(pack, programme.when, { ...context, caller }) === true;
}

/** @returns `null` for what is not known */
function answer(pack: Pack, question: Question, context: Omit<PresentContext, 'token'>): boolean | null {
  if ('all' in question) return both(question.all.map((part) => answer(pack, part, context)));
  if ('any' in question)
    return negated(both(question.any.map((part) => negated(answer(pack, part, context)))));
  if ('not' in question) return negated(answer(pack, question.not, context));
  const { field, predicate } = question;
  if (isTrue(pack, field, predicate, context)) return true;
  return isKnownFalse(pack, field, predicate, context) ? false : null;
}

/** One no decides; otherwise one unknown leaves it open. */
function both(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function negated(known: boolean | null): boolean | null {
  return known === null ? null : !known;
}
