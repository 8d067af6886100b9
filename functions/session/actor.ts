import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { APPOINTED } from '../../shared/identity/people/people.ts';
import { asClientId, type ClientId } from '../../shared/ids.ts';
import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import type { Session } from './session.ts';

const KINDS = ['case', 'officer', 'reason'] as const;
export type ActWords = Partial<Record<(typeof KINDS)[number], string>>;

/**
 * The words of an act, each from the token or from the body.
 * @param at JSON Pointer of the body's part that holds them
 * @throws Problem INVALID_REQUEST if both give a word and the two differ.
 */
export function wordsOf(
  { grant }: Session,
  body: { [name in keyof ActWords]: string | undefined },
  at = '',
): ActWords {
  const words: ActWords = {};
  for (const name of KINDS) {
    const [granted, given] = [grant[name], body[name]];
    if (granted !== undefined && given !== undefined && granted !== given) {
      throw invalid(`${at}/${name}`, commonTexts.differsFromToken);
    }
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  return words;
}

/**
 * One word for the person who acts: a digest of issuer and subject if a person has logged in, otherwise the digest of
 * the officer whom the agency names.
 * @throws Problem NO_OFFICER, NO_REASON: in an act of two people, each gives both words.
 */
export function personOf(session: Session, words: ActWords): string {
  return personBy(session.caller.clientId, loggedInAs(session), words);
}

/** The word of the session's person; `null` if no person has logged in. */
export function loggedInAs({ person }: Session): string | null {
  return person && wordOf(person.issuer, person.subject);
}

/** One word for a person of an issuer. */
export const wordOf = (issuer: string, subject: string) => AUTHENTICATED + digest(issuer, subject);

/** Whether the person who has logged in supervises the cases and tasks of the office. */
export function isSupervisor({ casework }: Pack, { person }: Session): boolean {
  const supervisors = casework?.cases?.supervisors ?? [];
  return person?.roles.some((role) => supervisors.includes(role)) === true;
}

/** How the officer is known, for the decision. */
export function officerOf(session: Session): Pick<Ask, 'authenticated' | 'appointed' | 'person'> {
  const { person } = session;
  const appointed = person?.roles.includes(APPOINTED) === true;
  return defined({ authenticated: person !== null, appointed, person: loggedInAs(session) ?? undefined });
}

/** As `personOf`, for work that continues after the session has ended. */
export function personBy(agency: ClientId, loggedIn: string | null, words: ActWords): string {
  const officer = words.officer ?? '';
  if (officerName(officer) === '') throw new Problem('NO_OFFICER');
  if (words.reason === undefined) throw new Problem('NO_REASON');
  return loggedIn ?? officerDigest(agency, officer);
}

/** Marks the word of a person who has logged in. A digest contains no dot. */
const AUTHENTICATED = 'a.';

function digest(...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/** Whether the word is that of a person who has logged in. */
export function isLoggedIn(person: string): boolean {
  return person.startsWith(AUTHENTICATED);
}

/** The actor of scheduled work. */
export const GATEWAY: Handler = { departments: [], agency: asClientId('fieldgate') };

/** The `handler` of a log entry: the actor, how the named officer is known, and whether a signature proves it. */
export function handlerOf({ caller, person, evidence }: Session): Handler {
  return {
    departments: caller.departments,
    agency: caller.clientId,
    officerBy: person ? 'authenticated' : 'claimed',
    evidence: evidence ? 'signed' : 'none',
  };
}

/**
 * The session's words in an entry: the person who has logged in, by issuer and subject, and the signature.
 * Words are stored apart from the log, so that they can be deleted at the end of their period.
 */
export function evidenceWord({ evidence, person }: Session): NonNullable<NewEntry['words']> {
  return {
    ...(person && { person: JSON.stringify([person.issuer, person.subject]) }),
    ...(evidence && { evidence: JSON.stringify(evidence) }),
  };
}

/** Digest of an officer whom an agency names. Full-width forms, case and whitespace do not change it. */
export function officerDigest(agency: ClientId | '', officer: string): string {
  return digest(agency, officerName(officer));
}

function officerName(officer: string): string {
  return officer.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}
