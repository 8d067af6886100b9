/** Erasure and key maintenance for offices. */

import type { Pending } from '../contract/common.ts';
import type { Erased, Job, JobKind, Kept, Waiting } from '../contract/office.ts';
import { defined } from '../defined.ts';
import { under, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';

/** The requesting person and the reason. Acts of two people need both. */
export interface Why {
  officer?: string;
  reason?: string;
}

export type EraseAnswer = Pending | Waiting | Erased;

/** @param instrument the number of a court's order */
export type EraseWhy = Why & { instrument?: string };

/**
 * Requests the erasure of a subject, as the first or the second person.
 * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED` (also for an unknown subject), `ANSWER_LOST`
 */
export async function eraseSubject(wire: Wire, ref: string, why: EraseWhy): Promise<EraseAnswer> {
  return (await actOn('POST', wire, ref, why)) as EraseAnswer;
}

/** Stops an erasure that waits. @throws FieldgateError: `CONFLICT` if none waits, `REFUSED` */
export async function keepSubject(wire: Wire, ref: string, why: Why): Promise<Kept> {
  return (await actOn('DELETE', wire, ref, why)) as Kept;
}

type Method = 'POST' | 'DELETE';

/** A steward's office holds nothing, so that casework is refused it; others lack the action of stewards. */
async function actOn(method: Method, wire: Wire, ref: string, why: EraseWhy): Promise<unknown> {
  try {
    return await actUnder('casework', method, wire, ref, why);
  } catch (first) {
    if (!isNotGranted(first) && !(first instanceof FieldgateError && first.code === 'REFUSED')) throw first;
    return actUnder('steward', method, wire, ref, why).catch((second) => {
      throw isNotGranted(second) ? first : second;
    });
  }
}

function isNotGranted(error: unknown): boolean {
  return error instanceof FieldgateError && error.oauth === 'invalid_authorization_details';
}

function actUnder(action: string, method: Method, wire: Wire, ref: string, why: EraseWhy): Promise<unknown> {
  const path = `/v1/subjects/${encodeURIComponent(ref)}/erase`;
  // A repeated first request would make the same person the second one.
  return under(wire, { actions: [action] }).ask({ method, path, body: why, safety: 'once' });
}

/** Starts a job over all subjects. @param only one class. @throws FieldgateError */
export async function startJob(wire: Wire, kind: JobKind, only: string | undefined, why: Why): Promise<Job> {
  const body = { ...defined({ class: only }), ...why };
  return jobOf(await under(wire, STEWARD).post(`/v1/keys/${encodeURIComponent(kind)}`, body, 'once'));
}

/** The progress of the job. @throws FieldgateError `NOT_FOUND` */
export async function viewJob(wire: Wire, id: string): Promise<Job> {
  return jobOf(await under(wire, STEWARD).get(`/v1/jobs/${encodeURIComponent(id)}`));
}

const STEWARD = { actions: ['steward'] };

function jobOf(body: Partial<Job>): Job {
  if (typeof body.id === 'string' && typeof body.done === 'number') return body as Job;
  throw new FieldgateError('ANSWER_INVALID', 'The answer is not about a job');
}
