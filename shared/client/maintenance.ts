/** Erasure and key maintenance, as an office does it from outside. */

import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { Receipt } from './wire/types.ts';

/** Who asks and why; both are needed where two people have to ask. */
export interface Why {
  officer?: string;
  reason?: string;
}

export type EraseAnswer =
  /** The first of two people: another one has to ask for the same before `expiresAt`. */
  | { state: 'pending'; expiresAt: string; receipt: Receipt }
  /** Done. From `unreadableAt` on no backup can bring the data back. */
  | { erasedAt: string; unreadableAt: string; receipt: Receipt };

export type JobKind =
  | 'rewrap'
  | 'rekey'
  | 'compact'
  | 'reindex'
  | 'sweep'
  | 'replay'
  | 'cohorts'
  | 'retention';

export interface Job {
  id: string;
  kind: JobKind;
  class?: string;
  state: 'running' | 'done';
  /** `null` until they are counted. */
  total: number | null;
  done: number;
  changed: number;
  failed: number;
  /** What it stands still for; it goes on by itself. */
  problem?: string;
  startedAt: string;
  updatedAt: string;
}

/**
 * Asks for a subject to be erased, as the first or the second person.
 * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED` (also for a subject that is unknown), `ANSWER_LOST`
 */
export async function eraseSubject(wire: Wire, ref: string, why: Why): Promise<EraseAnswer> {
  try {
    return await eraseUnder('casework', wire, ref, why);
  } catch (error) {
    // An office that does no casework may be the steward's.
    if (!(error instanceof FieldgateError && error.oauth === 'invalid_authorization_details')) throw error;
    return eraseUnder('steward', wire, ref, why);
  }
}

async function eraseUnder(action: string, wire: Wire, ref: string, why: Why): Promise<EraseAnswer> {
  const path = `/v1/subjects/${encodeURIComponent(ref)}/erase`;
  const grant = { actions: [action] };
  // A repeat of the first request would be the same person asking twice.
  const answer = await call(wire, { method: 'POST', path, grant, body: why, safety: 'once' });
  return bodyOf(answer) as unknown as EraseAnswer;
}

/** Starts a job over all subjects. @param only one class. @throws FieldgateError */
export async function startJob(wire: Wire, kind: JobKind, only: string | undefined, why: Why): Promise<Job> {
  const body = { ...(only === undefined ? {} : { class: only }), ...why };
  const path = `/v1/keys/${encodeURIComponent(kind)}`;
  return jobOf(await call(wire, { method: 'POST', path, grant: STEWARD, body, safety: 'once' }));
}

/** How far the job is. @throws FieldgateError `NOT_FOUND` */
export async function viewJob(wire: Wire, id: string): Promise<Job> {
  const path = `/v1/jobs/${encodeURIComponent(id)}`;
  return jobOf(await call(wire, { method: 'GET', path, grant: STEWARD, safety: 'repeatable' }));
}

const STEWARD = { actions: ['steward'] };

function jobOf(answer: Parameters<typeof bodyOf>[0]): Job {
  const body = bodyOf(answer);
  if (typeof body['id'] === 'string' && typeof body['done'] === 'number') return body as unknown as Job;
  throw new FieldgateError('ANSWER_INVALID', 'The answer is not about a job');
}
