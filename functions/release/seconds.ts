/**
 * The word of a second person for one call of the first: a ticket, never a credential. It is bound to office, people and matter,
 * serves once and for some minutes. Until it is used nothing is stored, and it reveals nothing of a record.
 */

import { hash, randomUUID } from 'node:crypto';
import type { SecondWord } from '../../shared/contract/release.ts';
import type { SecondOfficer, SubjectName } from '../../shared/contract/routes/asks.ts';
import type { SecondClerk } from '../../shared/contract/routes/inquiries.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { releaseTexts } from '../../shared/messages/release.ts';
import { allOwners, type Pack, reasonText } from '../../shared/policy/pack/pack.ts';
import { count, takeBack } from '../../shared/records/limits/counters.ts';
import { evidenceWord, handlerOf, officerDigest, personOf, wordsOf } from '../session/actor.ts';
import { handOf, requireSecond } from '../session/acts.ts';
import { packFor } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { findSubjects, readNames } from '../steps/find-subjects.ts';
import { currentFreezes, frozenBy } from '../steps/freezes.ts';
import { ownAskerOf, settleMisses } from '../steps/misses.ts';
import type { ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';
import { LIFETIME, makeTicket, readTicket, type SecondUse, type TicketFor, type Word } from './tickets.ts';

/** Of each use: milliseconds for which the word holds, the code of its entry, the article behind it, and where the person is named. */
const USES = {
  'second clerk': {
    lasts: LIFETIME,
    code: 'SECOND_CLERK',
    rule: ({ casework }: Pack) => casework?.inquiries.rule,
    at: () => '/subject',
  },
  'second officer': {
    lasts: 10 * 60_000,
    code: 'SECOND_OFFICER',
    rule: ({ approvals }: Pack) => approvals?.review?.rule,
    at: (i: number) => `/subjects/${i}`,
  },
} as const;

/** By a clerk of the same desk, who sees the inquirer too. */
export function secondClerk(
  deps: ReleaseDeps,
  session: Session,
  { subject, inquirer, ...body }: SecondClerk,
): Promise<SecondWord> {
  return secondWord(deps, 'second clerk', clerkFor(session, { subject, inquirer }), body);
}

/** By a colleague of the officer who makes an emergency access. @throws Problem PURPOSE_UNKNOWN, APPROVER_IS_REQUESTER */
export async function secondOfficer(
  deps: ReleaseDeps,
  session: Session,
  { purpose, subjects, first, ...body }: SecondOfficer,
): Promise<SecondWord> {
  if (!(await packFor(deps, body.collection)).purposes.has(purpose)) throw new Problem('PURPOSE_UNKNOWN');
  if (session.person?.name === first) throw new Problem('APPROVER_IS_REQUESTER');
  return secondWord(deps, 'second officer', officerFor(session, { purpose, subjects, first }), body);
}

export const clerkFor = (
  session: Session,
  { subject, inquirer }: { subject: SubjectName; inquirer: string },
): TicketFor => ({ session, subjects: [subject], of: [inquirer] });

const officerFor = (
  session: Session,
  { purpose, subjects, first }: { purpose: string; subjects: readonly SubjectName[]; first: string },
): TicketFor => ({ session, subjects, of: [purpose, officerDigest(session.caller.clientId, first)] });

/** @returns the ticket, once its entry is durable; for an unknown person likewise, for whom it is good for nothing */
async function secondWord(
  deps: ReleaseDeps,
  use: SecondUse,
  about: TicketFor,
  { collection, context }: Pick<SecondClerk, 'collection' | 'context'>,
): Promise<SecondWord> {
  const { session, subjects } = about;
  const { lasts, code, rule, at } = USES[use];
  const pack = await packFor(deps, collection);
  const stated = { officer: undefined, reason: undefined, case: undefined, ...context };
  const words = wordsOf(session, stated, '/context');
  const person = personOf(session, words);
  const { clientId: agency } = session.caller;
  const frozen = frozenBy(await currentFreezes(deps), { ...defined({ officer: words.officer }), agency });
  if (frozen !== null)
    throw new Problem(frozen, { rule: pack.grounds.frozen, reason: reasonText(pack, frozen) });
  const officer = officerDigest(agency, words.officer ?? '');
  const now = deps.now();
  const base = {
    operation: 'use',
    owners: allOwners(pack),
    handler: handlerOf(session),
    collection: pack.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: { ...words, ...evidenceWord(session) },
  } as const;
  readNames({ pack, session, now }, subjects, at);
  // Each person's own: what one spends stops no emergency and no inquiry of the colleagues.
  const asker = ownAskerOf({ deps, session, now }, 'seconds', words.officer);
  await settleMisses(asker, subjects.length, () => base);
  const found = await findSubjects(deps, { pack, session, now }, subjects, at);
  const said = { kind: 'request', outcome: 'submitted', code, rule: rule(pack) ?? '' } as const;
  const [receipt] = (await deps.log.append(
    found.map(({ subject }) => ({ ...base, ...said, words: { ...base.words, subject } })),
  )) as [Receipt];
  const expires = now + lasts;
  const second = await makeTicket(deps, use, about, { person, officer, entry: receipt.entry, expires });
  return { second, expires: new Date(expires).toISOString(), receipt };
}

/**
 * Uses the colleague's ticket that a release presents.
 * @returns `null` if it presents none
 * @throws Problem SECOND_OFFICER_REQUIRED if the officer has not logged in, and as `useSecond`
 */
export async function secondOf(
  deps: ReleaseDeps,
  call: ReleaseCall,
  ticket: string | undefined,
): Promise<EntryId | null> {
  if (ticket === undefined) return null;
  const { session, subjects, ask } = call;
  const { person } = session;
  if (!person) throw new Problem('SECOND_OFFICER_REQUIRED', { detail: releaseTexts.bothLoggedIn });
  const about = officerFor(session, { purpose: ask.purpose, subjects, first: person.name });
  return useSecond(deps, call, { use: 'second officer', about, ticket });
}

/** @returns `null` as `readTicket`, and for the word of a person who has been frozen since */
export async function readWord(
  deps: ReleaseDeps,
  use: SecondUse | 'harm reporter',
  about: TicketFor,
  ticket: string,
): Promise<Word | null> {
  const said = await readTicket(deps, use, about, ticket);
  const freezes = await currentFreezes(deps);
  const isFrozen = freezes.some(({ target }) => target.kind === 'officer' && target.person === said?.officer);
  return isFrozen ? null : said;
}

/**
 * Uses a ticket, once; a call that fails gives it back.
 * @returns the entry of the second person's word
 * @throws Problem TICKET_INVALID for a ticket of another matter, office or first person, of a frozen colleague, that was used or
 * has expired, and for any other text, such as an access token; APPROVER_IS_REQUESTER
 */
export async function useSecond(
  deps: ReleaseDeps,
  { session, ask, undo }: ReleaseCall,
  { use, about, ticket }: { use: SecondUse; about: TicketFor; ticket: string },
): Promise<EntryId> {
  const said = await readWord(deps, use, about, ticket);
  if (!said) throw new Problem('TICKET_INVALID');
  // The word is of this office, so both people are.
  const hand = handOf(session, personOf(session, ask));
  requireSecond(session, { ...hand, person: said.person }, hand);
  const counting = { name: `ticket:${hash('sha256', ticket, 'base64url')}`, expires: said.expires / 1000 };
  const below = { used: 1 };
  const mark = randomUUID();
  if (!(await count(deps.tables.claims, { ...counting, add: { used: 1 }, below, mark })))
    throw new Problem('TICKET_INVALID');
  undo.push(() => takeBack(deps.tables.claims, { ...counting, add: { used: -1 } }, mark));
  return said.entry;
}
