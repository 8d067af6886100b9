import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import { evidenceWord, handlerOf } from '../http/handler-of.ts';
import { type ActWords, loggedInAs, personBy, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/authenticate.ts';

/** Who acts and why, as every entry of the act says it. Jobs keep it as JSON. */
export interface Actor {
  handler: Handler;
  words: NonNullable<NewEntry['words']>;
  /** The person's word; `null` where an office names its officer. */
  loggedIn: string | null;
  /** The version in force when the act began. */
  policy?: NewEntry['policy'];
}

/**
 * The words may stand in the token or in the body.
 * @throws Problem INVALID_REQUEST when they stand in both and differ
 */
export function actorOf(
  session: Session,
  body: { [name in keyof ActWords]: string | undefined },
  policy: NewEntry['policy'],
): Actor {
  const words = { ...wordsOf(session, body), ...evidenceWord(session) };
  return { handler: handlerOf(session), words, loggedIn: loggedInAs(session), policy };
}

/** @throws Problem NO_OFFICER, NO_REASON: what two people do, both say why */
export function personOf({ handler, words, loggedIn }: Actor): string {
  return personBy(handler.agency, loggedIn, words);
}

/** What the entries of an act share. */
export function actEntry({ handler, words, policy }: Actor): Pick<NewEntry, 'handler' | 'words' | 'policy'> {
  return { handler, words, ...(policy && { policy }) };
}
