/** Erasure and key maintenance for offices. */

import type { Answer, Ask, Line } from '../contract/api.ts';
import type { Pending } from '../contract/common.ts';
import type { Erased, Job, JobKind, Kept, Merged, Parted, Waiting, WaitingAct } from '../contract/office.ts';
import { defined } from '../defined.ts';
import type { AskRoute } from './ask.ts';
import { FieldgateError, isNotGranted } from './wire/errors.ts';

/** The requesting person and the reason. Acts of two people need both. */
export interface Why {
  officer?: string;
  reason?: string;
}

/** Of an act of two: the second person names the entry of the request that they have read. */
export interface Second extends Why {
  entry?: string;
}

export type EraseAnswer = Pending | Waiting | Erased;
export type MergeAnswer = Pending | Waiting | Merged;

/** @param instrument the number of a binding order */
export type EraseWhy = Second & { instrument?: string };

export type Maintenance = ReturnType<typeof maintenanceOf>;

type OnPerson = `${'POST' | 'DELETE'} /v1/subjects/:ref/${'erase' | 'merge' | 'part'}` & Line;

export function maintenanceOf(call: AskRoute) {
  /** A steward's office holds nothing, so that casework is refused it; others lack the action of stewards. */
  const act = async <L extends OnPerson>(line: L, ask: Ask<L>): Promise<Answer<L>> => {
    try {
      return await call(line, ask, { actions: ['casework'] });
    } catch (first) {
      if (!isNotGranted(first) && !(first instanceof FieldgateError && first.code === 'REFUSED')) throw first;
      return call(line, ask, { actions: ['steward'] }).catch((second) => {
        throw isNotGranted(second) ? first : second;
      });
    }
  };
  return {
    /**
     * Requests the erasure of a subject, as the first or the second person.
     * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED` (also for an unknown subject), `ANSWER_LOST`
     */
    erase: (ref: string, body: EraseWhy): Promise<EraseAnswer> =>
      act('POST /v1/subjects/:ref/erase', { ref, body }),
    /** Stops an erasure that waits. @throws FieldgateError: `CONFLICT` if none waits, `REFUSED` */
    keep: (ref: string, body: Why): Promise<Kept> => act('DELETE /v1/subjects/:ref/erase', { ref, body }),
    /**
     * Requests that a double is joined to another subject, as the first or the second person.
     * @param into the subject that stays
     * @throws FieldgateError: `APPROVER_IS_REQUESTER`, `REFUSED`, `CONFLICT`, `ANSWER_LOST`
     */
    merge: (ref: string, into: string, why: Second): Promise<MergeAnswer> =>
      act('POST /v1/subjects/:ref/merge', { ref, body: { into, ...why } }),
    /** Stops a merge that waits, by a reference to either of the two. @throws FieldgateError: `CONFLICT`, `REFUSED` */
    keepApart: (ref: string, body: Why): Promise<Kept> =>
      act('DELETE /v1/subjects/:ref/merge', { ref, body }),
    /**
     * Requests that a merge is undone, as the first or the second person.
     * @param ref either of the two
     * @throws FieldgateError: `CONFLICT` if none can be undone, `APPROVER_IS_REQUESTER`, `REFUSED`, `ANSWER_LOST`
     */
    undoMerge: (ref: string, body: Second): Promise<Pending | Parted> =>
      act('POST /v1/subjects/:ref/part', { ref, body }),
    /** Acts on people that wait for a second person or for their time. */
    waitingActs: async (action: 'steward' | 'casework'): Promise<WaitingAct[]> =>
      (await call('GET /v1/subjects/waiting', {}, { actions: [action] })).acts,
    /** Starts a job of key maintenance over all subjects. Needs the action `steward`. @param only one class */
    startJob: async (kind: JobKind, only: string | undefined, why: Why): Promise<Job> =>
      jobOf(await call(`POST /v1/keys/${kind}`, { body: { ...defined({ class: only }), ...why } })),
    /** The progress of a job. Needs the action `steward`. @throws FieldgateError `NOT_FOUND` */
    job: async (id: string): Promise<Job> => jobOf(await call('GET /v1/jobs/:id', { id })),
  };
}

function jobOf(body: Partial<Job>): Job {
  if (typeof body.id === 'string' && typeof body.done === 'number') return body as Job;
  throw new FieldgateError('ANSWER_INVALID', 'The answer is not about a job');
}
