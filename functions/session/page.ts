/**
 * What a person may ask for at the console. The roles `release` and `verify` open it, within the purposes that the
 * office's record opens to its people.
 */

import type { ActName } from '../../shared/acts.ts';
import { Problem } from '../../shared/errors.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { Session } from './session.ts';

/** Actions of which each use has a purpose, so that it needs a token of its own. */
const ASKING: ReadonlySet<string> = new Set(['release', 'verify']);

export const asks = (action: string): boolean => ASKING.has(action);

/** The person of a token of the issuer, which names no purpose: it asks for nothing. */
export function asBearer(person: Person): Person {
  return { ...person, actions: person.actions.filter((action) => !asks(action)) };
}

/** Whether this is a token of the console by which a person asks for one purpose. */
function isAsking({ page, grant }: Pick<Session, 'page' | 'grant'>): boolean {
  return page !== null && grant.purpose !== undefined;
}

/**
 * The caller with the purposes that are open to its people, if a person asks. A purpose that is not among them is then
 * refused and logged as one that the office does not have.
 */
export function narrowed(caller: Caller, session: Pick<Session, 'page' | 'grant' | 'agency'>): Caller {
  if (!isAsking(session)) return caller;
  const { byPeople = [] } = session.agency;
  return { ...caller, purposes: caller.purposes.filter((code) => byPeople.includes(code)) };
}

/** What such a token is for. Lists, cards and searches of leaks are the office's own calls. */
const BY_PEOPLE: ReadonlySet<ActName> = new Set(['release.make', 'verification.make', 'statistics.count']);

/** @throws Problem ACTION_NOT_GRANTED for any other act under the token of a person who asks */
export function requireOfPage(session: Session): void {
  if (isAsking(session) && !BY_PEOPLE.has(session.act.name))
    throw new Problem('ACTION_NOT_GRANTED', { detail: commonTexts.notByPeople });
}
