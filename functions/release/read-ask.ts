import { createHash } from 'node:crypto';
import { Problem } from '../../shared/errors.ts';
import type { Ask } from '../../shared/policy/types.ts';
import type { ReleaseRequest } from '../http/contract/asks.ts';
import type { Session } from '../session/session.ts';

const WORDS = ['case', 'officer', 'reason'] as const;

/**
 * The purpose is the token's alone; case, officer and reason may stand in the token or in the request.
 * @throws Problem INVALID_REQUEST when they stand in both and differ
 */
export function readAsk({ grant, evidence }: Session, request: ReleaseRequest): Ask {
  const context = request.context ?? {};
  const words: Partial<Record<(typeof WORDS)[number], string>> = {};
  for (const name of WORDS) {
    const [granted, given] = [grant[name], context[name]];
    if (granted !== undefined && given !== undefined && granted !== given) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: `/context/${name}`, message: 'differs from the token' }],
      });
    }
    const word = granted ?? given;
    if (word !== undefined) words[name] = word;
  }
  const { instrument, activity, imminentDangerAttested, request: named } = context;
  return {
    purpose: grant.purpose ?? '',
    collection: request.collection,
    subjects: request.subjects.length,
    ...words,
    ...(request.fields && { fields: [...new Set(request.fields)] }),
    ...(request.compare && { compare: request.compare }),
    ...(instrument !== undefined && { instrument }),
    ...(activity !== undefined && { activity }),
    ...(imminentDangerAttested !== undefined && { imminentDangerAttested }),
    ...(evidence && { signed: true }),
    ...(named !== undefined && { request: named }),
  };
}

/** SHA-256 of the request as it was understood, base64; committed to in the log with a salt. */
export function requestDigest(ask: Ask, request: ReleaseRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([ask, request.subjects]))
    .digest('base64');
}
