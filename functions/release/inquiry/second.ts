/**
 * The word of a second clerk, without whom an answer leaves out the restricted classes. It is a ticket under a MAC, for
 * one person, inquirer and desk: nothing is stored, and it reveals nothing of a record.
 */

import { timingSafeEqual } from 'node:crypto';
import { fromBase64url, toBase64url } from '../../../shared/bytes.ts';
import { defined } from '../../../shared/defined.ts';
import { encodeParts } from '../../../shared/encoding.ts';
import { invalid } from '../../../shared/errors.ts';
import { generateMac, keyVersions } from '../../../shared/keys/kms.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { releaseTexts } from '../../../shared/messages/release.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import type { SubjectName } from '../../http/contract/asks.ts';
import type { SecondClerk } from '../../http/contract/inquiries.ts';
import { evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { handOf, requireSecond } from '../../session/acts.ts';
import { packFor } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { findSubjects } from '../../steps/find-subjects.ts';
import { appendOne } from '../../steps/log.ts';
import type { ReleaseDeps } from '../deps.ts';

/** Milliseconds for which a ticket is good: the person is still at the desk. */
const LIFETIME = 30 * 60_000;

interface Ticket {
  /** The word of the clerk. */
  person: string;
  /** Epoch milliseconds. */
  expires: number;
}

interface About {
  session: Session;
  inquirer: string;
  subject: SubjectName;
}

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
  const expires = deps.now() + LIFETIME;
  const [found] = await findSubjects(deps, { pack, session, now: deps.now() }, [subject], () => '/subject');
  const receipt = await appendOne(deps.log, {
    ...{ kind: 'request', operation: 'use', owners: allOwners(pack), handler: handlerOf(session) },
    ...{ collection: pack.collection, policy: { version: pack.version, hash: pack.hash } },
    ...{ outcome: 'submitted', code: 'SECOND_CLERK', rule: pack.casework?.inquiries.rule ?? '' },
    words: { ...words, ...defined({ subject: found?.subject }), ...evidenceWord(session) },
  });
  const payload = toBase64url(Buffer.from(JSON.stringify({ person, expires } satisfies Ticket)));
  const mac = await macOf(deps, { session, inquirer, subject }, payload);
  return { second: `${payload}.${toBase64url(mac)}`, expires: new Date(expires).toISOString(), receipt };
}

/**
 * @throws Problem APPROVER_IS_REQUESTER unless two different people who have logged in are named; INVALID_REQUEST for a
 * ticket of another person, inquirer or desk, or one that has expired
 */
export async function requireSecondClerk(
  deps: ReleaseDeps,
  about: About,
  person: string,
  second: string,
): Promise<void> {
  const [payload = '', mac = ''] = second.split('.');
  const right = await macOf(deps, about, payload);
  const given = fromBase64url(mac);
  if (given?.length !== right.length || !timingSafeEqual(given, right)) throw invalid('/second', WRONG);
  const ticket = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Ticket;
  if (ticket.expires <= deps.now()) throw invalid('/second', WRONG);
  // The word is of this desk, so both people are.
  const hand = handOf(about.session, person);
  requireSecond(about.session, { ...hand, person: ticket.person }, hand);
}

/** The same for a ticket that ended and for one of another person. */
const WRONG = releaseTexts.noSecondClerk;

/** Over the person as the desk named it: whether a record exists makes no difference. */
function macOf(
  { kms, env }: ReleaseDeps,
  { session, inquirer, subject: { ref = '', match = {} } }: About,
  payload: string,
): Promise<Buffer> {
  const [key = ''] = keyVersions(env.referenceKey);
  const named = JSON.stringify([ref, Object.entries(match).sort()]);
  const parts = [session.caller.clientId, named, inquirer, payload];
  return generateMac(kms, key, encodeParts('fieldgate second clerk v1', ...parts));
}
