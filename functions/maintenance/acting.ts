import { createHash } from 'node:crypto';
import type { Pending } from '../../shared/contract/common.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import {
  closeAct,
  openAct,
  type PendingAct,
  readAct,
  type Way,
} from '../../shared/records/gateway/pending-acts.ts';
import {
  type ActWords,
  evidenceWord,
  GATEWAY,
  handlerOf,
  loggedInAs,
  personBy,
  wordsOf,
} from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { appendOne } from '../steps/log.ts';
import { type FirstRequest, requestOrApprove } from '../steps/two-people.ts';
import type { MaintenanceDeps } from './deps.ts';

/** The actor and the reason, as every entry of the act states them. Jobs keep it as JSON. */
export interface Actor {
  handler: Handler;
  words: NonNullable<NewEntry['words']>;
  /** Digest of a person who has logged in; `null` if an office names its officer. */
  loggedIn: string | null;
  /** Policy version in force when the act began. */
  policy?: NewEntry['policy'];
}

/** The actor of what the clock starts. */
export const CLOCK: Actor = {
  handler: GATEWAY,
  words: { officer: GATEWAY.agency, reason: 'daily pass' },
  loggedIn: null,
};

/**
 * The words come from the token or the body.
 * @throws Problem INVALID_REQUEST if a word is in both and differs
 */
export function actorOf(
  session: Session,
  body: { [name in keyof ActWords]: string | undefined },
  policy: NewEntry['policy'],
): Actor {
  const words = { ...wordsOf(session, body), ...evidenceWord(session) };
  return { handler: handlerOf(session), words, loggedIn: loggedInAs(session), policy };
}

/** @throws Problem NO_OFFICER, NO_REASON: in an act of two people each gives a name and a reason */
export function personOf({ handler, words, loggedIn }: Actor): string {
  return personBy(handler.agency, loggedIn, words);
}

/** The members that all entries of an act share. */
export function actEntry({ handler, words, policy }: Actor): Pick<NewEntry, 'handler' | 'words' | 'policy'> {
  return { handler, words, ...defined({ policy }) };
}

/** Name of an act on subjects. It is a digest, because it outlives the subjects by a day. */
export function actName(kind: string, ...subjects: (SubjectId | '')[]): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...subjects]))
    .digest('base64url');
}

export function findAct({ now, tables }: MaintenanceDeps, act: string): Promise<PendingAct | null> {
  return readAct(tables.jobs, act, now());
}

/**
 * For an act that two people must request.
 * @returns the answer to the first person, or the first request if this person approves it
 * @throws Problem APPROVER_IS_REQUESTER if one person confirms their own; CONFLICT if another request waits than the call
 * names, or the request changed meanwhile
 */
export async function requestOrApproveAct(
  { deps, session, actor }: { deps: MaintenanceDeps; session: Session; actor: Actor },
  act: string,
  request: NewEntry,
  {
    seen,
    ...more
  }: {
    about: NonNullable<PendingAct['about']>;
    ordered?: boolean;
    into?: SubjectId;
    way?: Way;
    /** The entry that the call names. */
    seen: string | undefined;
  },
): Promise<
  | { pending: Pending }
  | { approved: FirstRequest & { ordered?: boolean; into?: SubjectId | null; way?: Way | undefined } }
> {
  const { tables, now } = deps;
  const person = personOf(actor);
  const readFirst = async () => {
    const known = await findAct(deps, act);
    if (!known) return null;
    const { receipt, expires, ...kept } = known;
    const until = new Date(expires * 1000).toISOString();
    return {
      ...kept,
      person: kept.requester,
      expires: until,
      ...defined({ receipt }),
    };
  };
  const first = await readFirst();
  const repeats = (first?.ordered ?? false) === (more.ordered ?? false);
  return requestOrApprove(
    { session, first, person, seen, now, repeats },
    () => appendOne(deps.log, request),
    async ({ person: requester, expires, ...first }) => {
      const opened = { ...first, ...more, requester, expires: Date.parse(expires) / 1000 };
      if (await openAct(tables.jobs, act, opened, now())) return null;
      // Two people requested concurrently, and the other request was stored first.
      const faster = await readFirst();
      if (!faster) throw new Problem('CONFLICT', { detail: commonTexts.requestChanged });
      return faster;
    },
  );
}

/** Keeps the answer for a day; only the approver can read it. */
export async function keepAnswer(
  { now, tables }: MaintenanceDeps,
  act: string,
  actor: Actor,
  answer: object,
): Promise<void> {
  const kept = { approver: personOf(actor), answer: JSON.stringify(answer), now: now() };
  await closeAct(tables.jobs, act, kept);
}
