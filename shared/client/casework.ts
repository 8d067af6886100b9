/** Tasks and consents of an office. Every method needs the action `casework`. */

import type {
  Consent,
  Giver,
  Proof,
  Statement,
  Task,
  TaskCounts,
  TaskFilters,
} from '../contract/casework.ts';
import type { Form, Pending, Receipt } from '../contract/common.ts';
import { defined } from '../defined.ts';
import type { Why } from './maintenance.ts';
import { under, type Wire } from './wire/call.ts';
import type { Subject } from './wire/types.ts';

export interface ConsentFiling extends Proof {
  subject: Subject;
  purpose: string;
  /** Client id of the one agency that may receive. */
  recipient: string;
  fields: string[];
  /** The strongest form of a field, if less than the purpose's. */
  forms?: Record<string, Form>;
  act?: Statement;
  giver: Giver;
  relation?: string;
  /** Required of a recipient that files a consent to itself. */
  document?: ShownDocument;
  /** People at the recipient to whom it is given, by their officer names. */
  officers?: string[];
  /** Digest of the one text that may be published. */
  text?: string;
  from?: string;
  until?: string;
  /** For a consent of the person itself: proof that another giver of the policy was informed. */
  informed?: Proof & { giver?: Giver };
}

export interface Consents {
  /** Filing the same paper again gives the same answer, without a receipt. */
  file(
    consent: ConsentFiling,
    why: Why,
  ): Promise<{ consent: Consent; informed?: Consent; receipt?: Receipt }>;
  /** What is on file about a subject, newest first. By its reference (a string), or by a number in the body. */
  list(person: string | Subject): Promise<Consent[]>;
  /** Makes a consent count that its recipient filed; needs the document that the giver shows, or the giver's code. */
  confirm(id: string, giver: Identified, why: Why): Promise<ConsentAnswer>;
  /** A one-time code for the giver, who stands at the desk: it confirms or withdraws this consent. */
  code(id: string, giver: Pick<Identified, 'document'>, why: Why): Promise<ConsentCode>;
  /** Takes effect with the next release. */
  withdraw(
    id: string,
    proof: Pick<Proof, 'method' | 'evidence'> & Pick<Identified, 'code'>,
    why: Why,
  ): Promise<ConsentAnswer>;
}
/** A document that the giver shows: its kind is one of the policy's. */
export interface ShownDocument {
  kind: string;
  number: string;
}
export interface Identified {
  document?: ShownDocument;
  code?: string;
}
export type ConsentCode = { code: string; expires: string; receipt: Receipt };
export type ConsentAnswer = { consent: Consent; receipt?: Receipt };

export type ConflictAnswer = { state: 'set' | 'lifted'; receipt: Receipt } | Pending;

/** Proof that a task is done. A task with `deliveries` is closed with all three. */
export interface TaskProof {
  /** SHA-256, in hexadecimal, of the paper or recording. */
  evidence?: string;
  /** How the notice reached the person: one of the task's `deliveries`. */
  delivery?: string;
  /** The day (YYYY-MM-DD) on which it did. */
  day?: string;
}

export interface Casework {
  /** The tasks of this agency, soonest due first. */
  tasks(filters?: TaskFilters): AsyncGenerator<Task>;
  taskCounts(): Promise<TaskCounts>;
  /** Colleagues see that the officer has it in hand. It locks nothing and lapses after a working day. */
  takeTask(id: string, officer?: string): Promise<Task>;
  giveBackTask(id: string, officer?: string): Promise<Task>;
  /** Declares that a purpose is met, for the case in `why`: opens the task to delete what was received under it. */
  purposeMet(purpose: string, why: Why & { case?: string }): Promise<{ task: Task; receipt: Receipt }>;
  /**
   * @param outcome a word without spaces for the result
   * @param proof of a task that asks for one: see `TaskProof`
   */
  completeTask(
    id: string,
    outcome: string | undefined,
    why: Why,
    proof?: TaskProof,
  ): Promise<{ task: Task; receipt?: Receipt }>;
  consents: Consents;
  /** Sets or lifts the flag that a representative is in conflict with the person; for the bodies that the policy names. */
  conflict(subject: Subject, state: 'set' | 'lifted', why: Why): Promise<ConflictAnswer>;
}

const GRANT = { actions: ['casework'] };

export function caseworkOf(wire: Wire): Casework {
  const { get, post, list } = under(wire, GRANT);
  const task = (id: string, act: string) => `/v1/tasks/${encodeURIComponent(id)}/${act}`;
  const inHand = async (id: string, act: string, officer?: string) =>
    (await post<{ task: Task }>(task(id, act), defined({ officer }))).task;
  const consent = (id: string, act: string) => `/v1/consents/${encodeURIComponent(id)}/${act}`;
  return {
    tasks: (filters = {}) => list('/v1/tasks', 'tasks', { ...filters }),
    taskCounts: () => get('/v1/tasks/counts'),
    takeTask: (id, officer) => inHand(id, 'take', officer),
    giveBackTask: (id, officer) => inHand(id, 'give-back', officer),
    purposeMet: (purpose, why) => post(`/v1/purposes/${encodeURIComponent(purpose)}/met`, why),
    completeTask: (id, outcome, why, proof) =>
      post(task(id, 'complete'), { ...defined({ outcome }), ...proof, ...why }),
    consents: {
      file: (filing, why) => post('/v1/consents', { ...filing, ...why }),
      async list(person) {
        const { consents } = await (typeof person === 'string'
          ? get<{ consents: Consent[] }>('/v1/consents', { ref: person })
          : post<{ consents: Consent[] }>('/v1/consents/search', { subject: person }));
        return consents;
      },
      confirm: (id, giver, why) => post(consent(id, 'confirm'), { ...giver, ...why }),
      // Each call makes another code.
      code: (id, giver, why) => post(consent(id, 'codes'), { ...giver, ...why }, 'once'),
      withdraw: (id, proof, why) => post(consent(id, 'withdraw'), { ...proof, ...why }),
    },
    conflict: (subject, state, why) => post('/v1/conflicts', { subject, state, ...why }, 'once'),
  };
}
