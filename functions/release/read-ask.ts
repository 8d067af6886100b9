import { hash } from 'node:crypto';
import type { ReleaseRequest } from '../../shared/contract/routes/asks.ts';
import { defined } from '../../shared/defined.ts';
import type { SealingKey } from '../../shared/identity/tokens/access-token.ts';
import { lawfulBasisOf } from '../../shared/policy/decide/ground.ts';
import { screenOnce } from '../../shared/policy/decide/screen-once.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { evidenceWord, handlerOf, officerOf, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { isHybrid } from '../steps/encrypt-to.ts';
import { entryBase, policyOf } from '../steps/entry-base.ts';
import type { ReleaseCall } from './call.ts';
import { requireFreshFor } from './fresh.ts';
import { keyOfAnswer, sealable } from './screen.ts';

/**
 * Takes the purpose from the token alone; case, officer and reason from the token or from the request.
 * @throws Problem INVALID_REQUEST if both give one of these and the two differ
 */
export function readAsk(
  session: Session,
  { collection }: Pick<Pack, 'collection'>,
  request: ReleaseRequest,
): Ask {
  const { grant, evidence } = session;
  const { context = {}, fields, compare } = request;
  const { instrument, activity, basis, imminentDangerAttested, request: named } = context;
  return {
    purpose: grant.purpose ?? '',
    collection,
    subjects: request.subjects.length,
    ...wordsOf(session, context, '/context'),
    ...officerOf(session),
    ...defined({
      fields: fields && [...new Set(fields)],
      compare,
      instrument,
      activity,
      basis,
      imminentDangerAttested,
      signed: evidence ? true : undefined,
      atPage: session.page ? true : undefined,
      request: named,
    }),
  };
}

/**
 * The call of a release.
 * @param now epoch milliseconds
 * @param request its digest
 * @throws Problem STEP_UP_REQUIRED
 */
export function releaseCall(
  now: number,
  asked: Pick<ReleaseCall, 'pack' | 'session' | 'ask' | 'subjects'> & {
    request: string;
    sealTo?: SealingKey | undefined;
  },
): ReleaseCall {
  const { pack, session, subjects, request, sealTo } = asked;
  const once = screenOnce(pack, session.caller, asked.ask, now);
  const screened = sealable(pack, session, { screened: once, ask: asked.ask, sealTo });
  // The decision about each person screens the request again, and must withhold the same.
  const ask = isHybrid(keyOfAnswer(session, sealTo)) ? asked.ask : { ...asked.ask, classical: true };
  requireFreshFor(asked, screened, now);
  const [handler, evidence] = [handlerOf(session), evidenceWord(session)];
  const started = performance.now();
  const purpose = pack.purposes.get(ask.purpose);
  const operation = purpose?.operation ?? 'provide';
  const lawful = purpose && lawfulBasisOf(purpose, session.caller, ask);
  const said = entryBase({ pack, ask, handler, evidence, request });
  const policy = { ...policyOf(pack, ask.purpose), ...defined({ lawful }) };
  const base = { ...said, policy, operation };
  return { pack, session, ask, base, subjects, now, started, screened, undo: [] };
}

/** Takes back what a failed call has counted. Best effort: a count that stays only makes the limits stricter. */
export async function undoCounts({ undo }: Pick<ReleaseCall, 'undo'>): Promise<void> {
  await Promise.allSettled(undo.map((one) => one()));
}

/** SHA-256 of the request as it was understood, base64. The log commits to it with a salt. */
export function digestOf(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64');
}
