import { createHash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Handler, NewEntry } from '../../shared/log/entry.ts';
import type { Session } from '../http/auth.ts';
import { handlerOf } from '../http/handler-of.ts';

const WORDS = ['officer', 'reason', 'case'] as const;
export type ActWords = Partial<Record<(typeof WORDS)[number], string>>;

/** Who acts and why, as every entry of the act says it. */
export interface Actor {
  handler: Handler;
  words: ActWords;
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

/**
 * The words may stand in the token or in the body.
 * @throws Problem INVALID_REQUEST when they stand in both and differ
 */
export function actorOf(session: Session, body: { [name in keyof ActWords]: string | undefined }): Actor {
  const words: ActWords = {};
  for (const name of WORDS) {
    const [granted, given] = [session.grant[name], body[name]];
    if (granted !== undefined && given !== undefined && granted !== given) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: `/${name}`, message: 'differs from the token' }],
      });
    }
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  return { handler: handlerOf(session), words };
}

/**
 * Digest of the person who acts: an officer of an agency. Letters of other width or case and blanks make no
 * other person.
 * @throws Problem NO_OFFICER, NO_REASON: what two people do, both say why
 */
export function personOf({ handler, words }: Actor): string {
  if (words.officer === undefined) throw new Problem('NO_OFFICER');
  if (words.reason === undefined) throw new Problem('NO_REASON');
  const officer = words.officer.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  if (officer === '') throw new Problem('NO_OFFICER');
  return createHash('sha256')
    .update(JSON.stringify([handler.agency, officer]))
    .digest('base64url');
}

/** What the entries of an act share. */
export function actEntry({ handler, words }: Actor): Pick<NewEntry, 'handler' | 'words'> {
  return { handler, words };
}
