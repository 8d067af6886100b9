/** A programme: who may ask whether somebody is eligible for it, and the one question that it asks. */

import { isTrue } from '../check/predicate.ts';
import type { Pack } from '../pack/pack.ts';
import type { Programme, Question } from '../pack/parts.ts';
import type { PresentContext } from '../types.ts';

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
