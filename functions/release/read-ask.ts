import { createHash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import { screen } from '../../shared/policy/decide/screen.ts';
import type { Ask } from '../../shared/policy/types.ts';
import type { ReleaseRequest } from '../http/contract/asks.ts';
import { evidenceWord, handlerOf, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import type { ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/**
 * Takes the purpose from the token alone; case, officer and reason from the token or from the request.
 * @throws Problem INVALID_REQUEST if both give one of these and the two differ
 */
export function readAsk(session: Session, request: ReleaseRequest): Ask {
  const { grant, evidence } = session;
  const { context = {}, fields, compare } = request;
  const { instrument, activity, imminentDangerAttested, request: named } = context;
  return {
    purpose: grant.purpose ?? '',
    collection: request.collection,
    subjects: request.subjects.length,
    ...wordsOf(session, context, '/context'),
    ...defined({
      fields: fields && [...new Set(fields)],
      compare,
      instrument,
      activity,
      imminentDangerAttested,
      signed: evidence ? true : undefined,
      request: named,
    }),
  };
}

/** The call of a release. @param request its digest */
export function releaseCall(
  deps: ReleaseDeps,
  {
    pack,
    session,
    ask,
    subjects,
    request,
  }: Pick<ReleaseCall, 'pack' | 'session' | 'ask' | 'subjects' | 'request'>,
): ReleaseCall {
  const now = deps.now();
  const screened = screen(pack, session.caller, ask, now);
  const [handler, evidence] = [handlerOf(session), evidenceWord(session)];
  const started = performance.now();
  return { deps, pack, session, ask, subjects, request, now, started, screened, handler, evidence, undo: [] };
}

/** Takes back what a failed call has counted. Best effort: a count that stays only makes the limits stricter. */
export async function undoCounts({ undo }: ReleaseCall): Promise<void> {
  await Promise.allSettled(undo.map((one) => one()));
}

/** SHA-256 of the request as it was understood, base64. The log commits to it with a salt. */
export function digestOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
