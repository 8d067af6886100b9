/**
 * A recent login for acts that a forgotten browser, or a stolen session, must not do (RFC 9470). The rows of the pack's
 * table of acts say which. It is about people alone: an agency that calls by its keys has no login to repeat.
 */

import { Problem, type ProblemOptions } from '../../shared/errors.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { codeText } from '../../shared/language.ts';
import { FRESH_LOGIN, type Fresh } from '../../shared/policy/acts/rows.ts';
import { ruleOf } from './acts.ts';
import type { Weak } from './factors.ts';
import type { Session } from './session.ts';

/**
 * Before the body is read. @throws Problem STEP_UP_REQUIRED if the row demands a recent login for each call, or the operator
 * a second factor
 */
export function requireFreshAlways(session: Session, now: number): void {
  if (session.weak?.always) throw refusal(session);
  if (!session.act.fresh) requireFresh(session, { of: 'always', applies: true, now });
}

/** What a recent login is demanded for. */
interface Demand {
  of: Fresh;
  /** Whether the matter is of that kind. */
  applies: boolean;
  /** Epoch milliseconds. */
  now: number;
}

/** @throws Problem STEP_UP_REQUIRED if the row demands a recent login and the person's is older, or of unknown age */
export function requireFresh(session: Session, { of, applies, now }: Demand): void {
  const { act, person } = session;
  const demanded = act.pack.acts.get(act.name)?.fresh;
  if (demanded === undefined || demanded === of) act.fresh = true;
  if (person === null || demanded !== of || !applies || (isFresh(person, now) && !session.weak)) return;
  throw refusal(session);
}

function refusal(session: Session): Problem {
  const { jkt, weak } = session;
  return stepUp(weak, jkt === '' ? 'Bearer' : 'DPoP', { rule: ruleOf(session) });
}

export function isFresh({ authTime }: Pick<Person, 'authTime'>, now: number): boolean {
  return authTime !== null && now / 1000 - authTime <= FRESH_LOGIN;
}

/** @param weak what the login lacks besides. @param scheme of the caller's token */
export function stepUp(
  weak: Weak | undefined,
  scheme: 'Bearer' | 'DPoP' = 'DPoP',
  about: ProblemOptions = {},
): Problem {
  const acr = weak && weak.acr.length > 0 ? `, acr_values="${weak.acr.join(' ')}"` : '';
  const challenge = `${scheme} error="insufficient_user_authentication", max_age="${FRESH_LOGIN}"${acr}`;
  return new Problem('STEP_UP_REQUIRED', {
    ...about,
    ...(weak && { reason: codeText('SECOND_FACTOR') }),
    maxAge: FRESH_LOGIN,
    headers: { 'www-authenticate': challenge },
  });
}
