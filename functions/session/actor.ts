import { hash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import type { Session } from './session.ts';

const KINDS = ['officer', 'reason', 'case'] as const;
export type ActWords = Partial<Record<(typeof KINDS)[number], string>>;

/**
 * The words of an act, which may stand in the token or in the body.
 * @throws Problem INVALID_REQUEST when they stand in both and differ.
 */
export function wordsOf(
  { grant }: Session,
  body: { [name in keyof ActWords]: string | undefined },
): ActWords {
  const words: ActWords = {};
  for (const name of KINDS) {
    const [granted, given] = [grant[name], body[name]];
    if (granted !== undefined && given !== undefined && granted !== given) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: `/${name}`, message: 'differs from the token' }],
      });
    }
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  return words;
}

/**
 * Who acts, as one word: for a person who has logged in a digest of issuer and subject, else of the officer whom the
 * office names. Letters of other width or case and blanks make no other officer.
 * @throws Problem NO_OFFICER, NO_REASON: what two people do, both say why.
 */
export function personOf(session: Session, words: ActWords): string {
  return personBy(session.caller.clientId, loggedInAs(session), words);
}

/** The word of a session's person; `null` where nobody has logged in. */
export function loggedInAs({ person }: Session): string | null {
  return person && AUTHENTICATED + digest(person.issuer, person.subject);
}

/** As `personOf`, for what has no session at hand any more. */
export function personBy(agency: string, loggedIn: string | null, words: ActWords): string {
  const officer = (words.officer ?? '').normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  if (officer === '') throw new Problem('NO_OFFICER');
  if (words.reason === undefined) throw new Problem('NO_REASON');
  return loggedIn ?? digest(agency, officer);
}

/** Marks the word of somebody who has logged in; no digest holds the dot. */
const AUTHENTICATED = 'a.';

function digest(...parts: string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/**
 * For acts of two people.
 * @param first, second what `personOf` made of either.
 * @throws Problem APPROVER_IS_REQUESTER when they may be one: the same, or one who has logged in and one whom an
 * office only names, who could be the same human being.
 */
export function demandAnother(first: string, second: string): void {
  const isAuthenticated = (person: string) => person.startsWith(AUTHENTICATED);
  if (first === second) throw new Problem('APPROVER_IS_REQUESTER');
  if (isAuthenticated(first) !== isAuthenticated(second)) {
    throw new Problem('APPROVER_IS_REQUESTER', {
      detail: 'the two either both have logged in, or are both named by their offices',
    });
  }
}

/** @throws Problem ACTION_NOT_GRANTED unless the token and the register grant one of the actions */
export function demandAction({ grant, agency }: Session, ...actions: string[]): void {
  const granted = (action: string) =>
    grant.actions.includes(action) && (agency.actions as readonly string[]).includes(action);
  if (!actions.some(granted)) {
    throw new Problem('ACTION_NOT_GRANTED', {
      detail: `this route needs the action ${actions.join(' or ')}`,
    });
  }
}

/** Who acts where nobody called. */
export const GATEWAY: Handler = { departments: [], agency: 'fieldgate' };

/**
 * Who acted, as a log entry says it, whether a signature of theirs proves it, and how the officer whom the entry
 * names is known.
 */
export function handlerOf({ caller, person, evidence }: Session): Handler {
  return {
    departments: caller.departments,
    agency: caller.clientId,
    officerBy: person ? 'authenticated' : 'claimed',
    evidence: evidence ? 'signed' : 'none',
  };
}

/** The signature as a word beside the entry, where it can be checked later and forgotten when its time is over. */
export function evidenceWord({ evidence }: Session): NonNullable<NewEntry['words']> {
  return evidence ? { evidence: JSON.stringify(evidence) } : {};
}

/** Digest of an officer whom an office names. Letters of other width or case and blanks make no other officer. */
export function officerDigest(agency: string, officer: string): string {
  const name = officer.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  return hash('sha256', JSON.stringify([agency, name]), 'base64url');
}
