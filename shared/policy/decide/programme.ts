/** A programme: which agencies may check eligibility, and the one question of the check. */

import { isKnownFalse, isTrue } from '../check/predicate.ts';
import type { Pack } from '../pack/pack.ts';
import type { Labelled, Programme, Question } from '../pack/parts.ts';
import type { PresentContext } from '../types.ts';

/**
 * Whether the answer to the programme's question is yes. Total: a missing field makes its predicate unknown,
 * and neither an unknown predicate nor its negation is a yes.
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

/**
 * Explains an answer that is not yes: the questions that the opened fields do not answer as the programme needs.
 * @param fields those that may be spoken of
 */
export function unconfirmed(
  pack: Pack,
  programme: Programme,
  context: Omit<PresentContext, 'token'>,
  fields: ReadonlySet<string>,
): Labelled[] {
  const at = { ...context, caller: { ...context.caller, areas: programme.areas } };
  const failing = (question: Question, wanted: boolean): Labelled[] => {
    if (answer(pack, question, at) === wanted) return [];
    if ('not' in question) return failing(question.not, !wanted);
    const parts = 'all' in question ? question.all : 'any' in question ? question.any : null;
    if (parts) return parts.flatMap((part) => failing(part, wanted));
    const named =
      'field' in question && fields.has(question.field) && pack.predicates.get(question.predicate);
    return named ? [{ label: named.label }] : [];
  };
  return failing(programme.when, true);
}

/** @returns `null` for unknown */
function answer(pack: Pack, question: Question, context: Omit<PresentContext, 'token'>): boolean | null {
  if ('all' in question) return both(question.all.map((part) => answer(pack, part, context)));
  if ('any' in question)
    return negated(both(question.any.map((part) => negated(answer(pack, part, context)))));
  if ('not' in question) return negated(answer(pack, question.not, context));
  const { field, predicate } = question;
  if (isTrue(pack, field, predicate, context)) return true;
  return isKnownFalse(pack, field, predicate, context) ? false : null;
}

/** One false decides; otherwise one unknown leaves it undecided. */
function both(answers: readonly (boolean | null)[]): boolean | null {
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function negated(known: boolean | null): boolean | null {
  return known === null ? null : !known;
}
