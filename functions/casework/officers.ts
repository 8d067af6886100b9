/** The people of the office whom the names of officers mean, by their subjects, as far as they have logged in. */

import { invalid } from '../../shared/errors.ts';
import type { ClientId } from '../../shared/ids.ts';
import { caseworkTexts } from '../../shared/messages/casework.ts';
import type { CaseRecord } from '../../shared/policy/decide/cases.ts';
import { sameText } from '../../shared/policy/value/conditions.ts';
import { type KnownOfficer, noteOfficer, officersOf } from '../../shared/records/casework/officers.ts';
import { loggedInAs, wordOf } from '../session/actor.ts';
import type { Act } from './act.ts';

/**
 * Also notes the caller's own person.
 * @param given names of people of the caller's office, or what the issuer calls them
 * @throws Problem INVALID_REQUEST for a name by which two people of the office have logged in
 */
export async function namedOfficers(
  { deps, session }: Act,
  given: readonly string[],
  at: (place: number) => string = (place) => `/officers/${place}`,
): Promise<Pick<CaseRecord, 'officers' | 'known'>> {
  const { clientId } = session.caller;
  const { casework } = deps.tables;
  const issuer = session.person?.issuer;
  // An office may have changed its issuer: a person known by the earlier one can't log in any more.
  const before = (await officersOf(casework, clientId)).filter(
    ({ person, subject }) => issuer === undefined || person === wordOf(issuer, subject),
  );
  const word = loggedInAs(session);
  const own = session.person && word !== null ? [{ ...ownOf(session.person), person: word }] : [];
  for (const one of own)
    await noteOfficer(casework, clientId, one, before.find(({ person }) => person === one.person) ?? null);
  return whoIsMeant([...before.filter(({ person }) => person !== word), ...own], given, at);
}

/**
 * The people of another office, as far as they have acted in casework.
 * @throws Problem as `namedOfficers`
 */
export async function officersAt(
  { deps }: Pick<Act, 'deps'>,
  office: ClientId,
  given: readonly string[],
): Promise<Pick<CaseRecord, 'officers' | 'known'>> {
  return whoIsMeant(await officersOf(deps.tables.casework, office), given);
}

function whoIsMeant(
  people: readonly KnownOfficer[],
  given: readonly string[],
  at: (place: number) => string = (place) => `/officers/${place}`,
): { officers: string[]; known: Record<string, string[]> } {
  const known: Record<string, string[]> = Object.create(null);
  const officers = given.map((text, i) => {
    const [found, ...others] = meant(people, text);
    if (others.length > 0) throw invalid(at(i), caseworkTexts.twoOfficersNamed);
    if (!found) return text;
    known[found.name] = [...(known[found.name] ?? []), found.person];
    return found.name;
  });
  return { officers: [...new Set(officers)], known };
}

const ownOf = ({ name, subject }: Omit<KnownOfficer, 'person'>) => ({ name, subject });

function meant(people: readonly KnownOfficer[], text: string): readonly KnownOfficer[] {
  const bySubject = people.filter(({ subject }) => subject === text);
  return bySubject.length > 0 ? bySubject : people.filter(({ name }) => sameText(name, text));
}
