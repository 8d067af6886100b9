import { createHash } from 'node:crypto';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import type { VerificationRequest } from '../http/contract/verify.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import type { VerifyCall } from './call.ts';
import type { VerifyDeps } from './deps.ts';
import { invalid, matchKeys } from './match-keys.ts';

export const ROUTE = 'verifications';
const WORDS = ['case', 'officer', 'reason'] as const;

/**
 * The purpose is the token's, the fields are the programme's; the caller chooses neither.
 * @throws Problem INVALID_REQUEST for an unknown programme, words that differ from the token's, or a subject
 * that is named in a way the programme does not take
 */
export function readCall(
  deps: VerifyDeps,
  pack: Pack,
  session: Session,
  request: VerificationRequest,
): VerifyCall {
  const programme = pack.programmes.get(request.programme);
  if (!programme) throw invalid('/programme', 'no such programme');
  if ((request.subject.code !== undefined) !== (programme.start === 'code')) {
    throw invalid(
      '/subject',
      programme.start === 'code' ? 'expected a code' : 'a code is for other programmes',
    );
  }
  const now = deps.now();
  const ask = askOf(pack, programme, {
    purpose: session.grant.purpose ?? '',
    ...readWords(session, request.context ?? {}),
    ...(session.evidence && { signed: true }),
  });
  const digest = createHash('sha256').update(JSON.stringify([ask, programme.name, request.subject]));
  return {
    ...{ deps, pack, session, ask, programme, now },
    ...{ handler: handlerOf(session), evidence: evidenceWord(session) },
    subject: request.subject,
    keys: request.subject.match ? matchKeys(pack, request.subject.match) : new Map(),
    request: digest.digest('base64'),
    today: dayOf(now, pack.calendar.utcOffsetMinutes),
  };
}

/** One question about one person. */
export function askOf(
  { collection }: Pack,
  { fields }: Programme,
  said: Pick<Ask, 'purpose' | 'signed' | (typeof WORDS)[number]>,
): Ask {
  return { collection, subjects: 1, fields, route: ROUTE, ...said };
}

/** Case, officer and reason may stand in the token or in the request, and must agree. */
export function readWords(
  { grant }: Session,
  context: NonNullable<VerificationRequest['context']>,
): Pick<Ask, (typeof WORDS)[number]> {
  const words: Partial<Record<(typeof WORDS)[number], string>> = {};
  for (const name of WORDS) {
    const [granted, given] = [grant[name], context[name]];
    if (granted !== undefined && given !== undefined && granted !== given)
      throw invalid(`/context/${name}`, 'differs from the token');
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  return words;
}
