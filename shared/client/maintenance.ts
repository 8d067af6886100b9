/** Erasure and key maintenance for offices. */

import type { Pending } from '../contract/common.ts';
import type { Erased, Job, JobKind, Kept, Merged, Parted, Waiting, WaitingAct } from '../contract/office.ts';
import { defined } from '../defined.ts';
import { under, type Wire } from './wire/call.ts';
import { FieldgateError, isNotGranted } from './wire/errors.ts';

/** The requesting person and the reason. Acts of two people need both. */
export interface Why {
  officer?: string;
  reason?: string;
}

export type EraseAnswer = Pending | Waiting | Erased;
export type MergeAnswer = Pending | Waiting | Merged;

/** @param instrument the number of a binding order */
export type EraseWhy = Why & { instrument?: string };

/**
 * Requests the erasure of a subject, as the first or the second person.
 * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED` (also for an unknown subject), `ANSWER_LOST`
 */
export async function eraseSubject(wire: Wire, ref: string, why: EraseWhy): Promise<EraseAnswer> {
  return (await actOn('POST', wire, pathOf(ref, 'erase'), why)) as EraseAnswer;
}

/** Stops an erasure that waits. @throws FieldgateError: `CONFLICT` if none waits, `REFUSED` */
export async function keepSubject(wire: Wire, ref: string, why: Why): Promise<Kept> {
  return (await actOn('DELETE', wire, pathOf(ref, 'erase'), why)) as Kept;
}

/**
 * Requests that a double is joined to another subject, as the first or the second person.
 * @param into the subject that stays
 * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED`, `CONFLICT`, `ANSWER_LOST`
 */
export async function mergeSubject(wire: Wire, ref: string, into: string, why: Why): Promise<MergeAnswer> {
  return (await actOn('POST', wire, pathOf(ref, 'merge'), { into, ...why })) as MergeAnswer;
}

/** Stops a merge that waits. @param ref either of the two. @throws FieldgateError: `CONFLICT`, `REFUSED` */
export async function keepApart(wire: Wire, ref: string, why: Why): Promise<Kept> {
  return (await actOn('DELETE', wire, pathOf(ref, 'merge'), why)) as Kept;
}

/**
 * Requests that a merge is undone, as the first or the second person.
 * @param ref either of the two
 * @throws FieldgateError: `CONFLICT` if none can be undone, `APPROVER_IS_REQUESTER`, `REFUSED`, `ANSWER_LOST`
 */
export async function undoMerge(wire: Wire, ref: string, why: Why): Promise<Pending | Parted> {
  return (await actOn('POST', wire, pathOf(ref, 'part'), why)) as Pending | Parted;
}

/**
 * Acts on people that wait for a second person or for their time.
 * @param action `steward` or `casework`
 */
export async function waitingActs(wire: Wire, action: string): Promise<WaitingAct[]> {
  const grant = under(wire, { actions: [action] });
  return (await grant.get<{ acts: WaitingAct[] }>('/v1/subjects/waiting')).acts;
}

function pathOf(ref: string, act: 'erase' | 'merge' | 'part'): string {
  return `/v1/subjects/${encodeURIComponent(ref)}/${act}`;
}

type Method = 'POST' | 'DELETE';

/** A steward's office holds nothing, so that casework is refused it; others lack the action of stewards. */
async function actOn(method: Method, wire: Wire, path: string, body: object): Promise<unknown> {
  try {
    return await actUnder('casework', method, wire, path, body);
  } catch (first) {
    if (!isNotGranted(first) && !(first instanceof FieldgateError && first.code === 'REFUSED')) throw first;
    return actUnder('steward', method, wire, path, body).catch((second) => {
      throw isNotGranted(second) ? first : second;
    });
  }
}

function actUnder(action: string, method: Method, wire: Wire, path: string, body: object): Promise<unknown> {
  // A repeated first request would make the same person the second one.
  return under(wire, { actions: [action] }).ask({ method, path, body, safety: 'once' });
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
