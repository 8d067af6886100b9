import { createHash } from 'node:crypto';
import { randomId } from '../../shared/bytes.ts';
import type { VerificationRequest } from '../../shared/contract/routes/verify.ts';
import { defined } from '../../shared/defined.ts';
import { invalid } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { verifyTexts } from '../../shared/messages/verify.ts';
import { nearestOf } from '../../shared/nearest.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { evidenceWord, handlerOf, wordsOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import type { VerifyCall } from './call.ts';
import type { VerifyDeps } from './deps.ts';
import { matchKeys } from './match-keys.ts';

const ROUTE = 'verifications';

/**
 * Takes the purpose from the token and the fields from the programme; the request can choose neither.
 * @throws Problem INVALID_REQUEST for an unknown programme, for words that differ from the token's, or for a subject
 * that is named in a way that the programme does not accept
 */
export function readCall(
  deps: VerifyDeps,
  pack: Pack,
  session: Session,
  request: VerificationRequest,
): VerifyCall {
  const programme = pack.programmes.get(request.programme);
  if (!programme)
    throw invalid(
      '/programme',
      commonTexts.noSuchProgramme(nearestOf(request.programme, pack.programmes.keys())),
    );
  if ((request.subject.code !== undefined) !== (programme.start === 'code')) {
    throw invalid(
      '/subject',
      programme.start === 'code' ? verifyTexts.codeExpected : verifyTexts.codeForOthers,
    );
  }
  const now = deps.now();
  const ask = askOf(pack, programme, {
    purpose: session.grant.purpose ?? '',
    ...wordsOf(session, request.context ?? {}, '/context'),
    ...defined({ signed: session.evidence ? true : undefined }),
  });
  const digest = createHash('sha256').update(JSON.stringify([ask, programme.name, request.subject]));
  return {
    deps,
    pack,
    session,
    ask,
    programme,
    now,
    handler: handlerOf(session),
    evidence: evidenceWord(session),
    subject: request.subject,
    keys: request.subject.match ? matchKeys(pack, request.subject.match, now) : new Map(),
    request: digest.digest('base64'),
    today: dayOf(now, pack.calendar.utcOffsetMinutes),
    turn: `${now} ${randomId()}`,
  };
}

/** One question of a programme about one person. */
export function askOf(
  { collection }: Pack,
  { fields }: Programme,
  stated: Pick<Ask, 'purpose' | 'signed' | 'case' | 'officer' | 'reason'>,
): Ask {
  return { collection, subjects: 1, fields, route: ROUTE, ...stated };
}
