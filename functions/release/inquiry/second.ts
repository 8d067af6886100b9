/**
 * The word of a second clerk, without whom an answer leaves out the restricted classes. It is a ticket: nothing is
 * stored, and it reveals nothing of a record.
 */

import type { SecondClerk } from '../../../shared/contract/routes/inquiries.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import { allOwners, reasonText } from '../../../shared/policy/pack/pack.ts';
import { evidenceWord, handlerOf, officerDigest, personOf, wordsOf } from '../../session/actor.ts';
import { handOf, requireSecond } from '../../session/acts.ts';
import { packFor } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { findSubjects } from '../../steps/find-subjects.ts';
import { currentFreezes, frozenBy } from '../../steps/freezes.ts';
import { appendOne } from '../../steps/log.ts';
import { ownAskerOf, settleMisses } from '../../steps/misses.ts';
import type { ReleaseDeps } from '../deps.ts';
import { LIFETIME, makeTicket, readTicket, type TicketFor } from './tickets.ts';

/** @returns the ticket, once its entry is durable; for an unknown person likewise, for whom it is good for nothing */
export async function secondInquiry(
  deps: ReleaseDeps,
  session: Session,
  { collection, subject, inquirer, context }: SecondClerk,
): Promise<{ second: string; expires: string; receipt: Receipt }> {
  const pack = await packFor(deps, collection);
  const words = wordsOf(
    session,
    { officer: undefined, reason: undefined, case: undefined, ...context },
    '/context',
  );
  const person = personOf(session, words);
  const { clientId: agency } = session.caller;
  const frozen = frozenBy(await currentFreezes(deps), { ...defined({ officer: words.officer }), agency });
  if (frozen !== null)
    throw new Problem(frozen, { rule: pack.grounds.frozen, reason: reasonText(pack, frozen) });
  const officer = officerDigest(agency, words.officer ?? '');
  const now = deps.now();
  const expires = now + LIFETIME;
  const base = {
    operation: 'use',
    owners: allOwners(pack),
    handler: handlerOf(session),
    collection: pack.collection,
    policy: { version: pack.version, hash: pack.hash },
    words: { ...words, ...evidenceWord(session) },
  } as const;
  const [found] = await findSubjects(deps, { pack, session, now }, [subject], () => '/subject');
  await settleMisses(ownAskerOf({ deps, session, now }, 'seconds'), 1, () => base);
  const receipt = await appendOne(deps.log, {
    ...base,
    kind: 'request',
    outcome: 'submitted',
    code: 'SECOND_CLERK',
    rule: pack.casework?.inquiries.rule ?? '',
    words: { ...base.words, ...defined({ subject: found?.subject }) },
  });
  const second = await makeTicket(
    deps,
    'second clerk',
    { session, inquirer, subject },
    { person, officer, expires },
  );
  return { second, expires: new Date(expires).toISOString(), receipt };
}

/**
 * @throws Problem APPROVER_IS_REQUESTER unless two different people who have logged in are named; INVALID_REQUEST for a
 * ticket of another person, inquirer or desk, of a frozen clerk, or one that has expired
 */
export async function requireSecondClerk(
  deps: ReleaseDeps,
  about: TicketFor,
  person: string,
  second: string,
): Promise<void> {
  const ticket = await readTicket(deps, 'second clerk', about, second);
  const freezes = await currentFreezes(deps);
  const isFrozen = freezes.some(
    ({ target }) => target.kind === 'officer' && target.person === ticket?.officer,
  );
  if (!ticket || isFrozen) throw invalid('/second', releaseTexts.noSecondClerk);
  // The word is of this desk, so both people are.
  const hand = handOf(about.session, person);
  requireSecond(about.session, { ...hand, person: ticket.person }, hand);
}
