import { createHash } from 'node:crypto';
import { type Day, dayOf, isoOf } from '../../shared/policy/age.ts';
import type { Pack } from '../../shared/policy/pack.ts';
import type { Programme } from '../../shared/policy/programme.ts';
import type { Ask } from '../../shared/policy/types.ts';
import type { Session } from '../http/auth.ts';
import type { VerificationRequest } from '../http/contract/verify.ts';
import type { VerifyDeps } from './app.ts';
import { invalid, matchKeys } from './match-keys.ts';

/** What one call works with. */
export interface VerifyCall {
  deps: VerifyDeps;
  pack: Pack;
  session: Session;
  ask: Ask;
  programme: Programme;
  subject: VerificationRequest['subject'];
  /** Its match keys by field, normalised. */
  keys: ReadonlyMap<string, string>;
  /** Digest of the request as it was understood. */
  request: string;
  /** Epoch milliseconds of the decision. */
  now: number;
  today: Day;
}

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
  const ask: Ask = {
    purpose: session.grant.purpose ?? '',
    collection: pack.collection,
    subjects: 1,
    fields: programme.fields,
    route: ROUTE,
    ...readWords(session, request.context ?? {}),
    ...(session.evidence && { signed: true }),
  };
  const digest = createHash('sha256').update(JSON.stringify([ask, programme.name, request.subject]));
  return {
    ...{ deps, pack, session, ask, programme, now },
    subject: request.subject,
    keys: request.subject.match ? matchKeys(pack, request.subject.match) : new Map(),
    request: digest.digest('base64'),
    today: dayOf(now, pack.calendar.utcOffsetMinutes),
  };
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

/** Epoch second of a day's beginning in the pack's time zone. */
export function startOf(pack: Pack, day: Day): number {
  return day * 86_400 - pack.calendar.utcOffsetMinutes * 60;
}

/** The day as ISO text. */
export function dayText({ today }: Pick<VerifyCall, 'today'>): string {
  return isoOf(today);
}
