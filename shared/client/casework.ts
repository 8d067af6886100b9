/** Tasks and consents of an office. Every method needs the action `casework`. */

import type { Body, Query } from '../contract/api.ts';
import type { Consent, Task, TaskCounts } from '../contract/casework.ts';
import type { Pending, Receipt } from '../contract/common.ts';
import { defined } from '../defined.ts';
import { type AskRoute, every } from './ask.ts';
import type { Second, Why } from './maintenance.ts';
import type { Subject } from './wire/types.ts';

type Worded<B> = Omit<B, 'officer' | 'reason'>;

export type ConsentFiling = Worded<Body<'POST /v1/consents'>>;
/** The document that the giver shows, or the giver's one-time code. */
export type Identified = Worded<Body<'POST /v1/consents/:id/confirm'>>;
/** A document that the giver shows: its kind is one of the policy's. */
export type ShownDocument = NonNullable<Identified['document']>;
export type ConsentCode = { code: string; expires: string; receipt: Receipt };
export type ConsentAnswer = { consent: Consent; receipt?: Receipt };
export type ConflictAnswer = { state: 'set' | 'lifted'; receipt: Receipt } | Pending;
/** Proof that a task is done. A task with `deliveries` is closed with all three. */
export type TaskProof = Worded<Body<'POST /v1/tasks/:id/complete'>>;

export type Casework = ReturnType<typeof caseworkOf>;
export type Consents = Casework['consents'];

export function caseworkOf(call: AskRoute) {
  return {
    /** The tasks of this agency, soonest due first. */
    tasks: (filters: Query<'GET /v1/tasks'> = {}): AsyncGenerator<Task> =>
      every(async (cursor) => {
        const { tasks: items, ...rest } = await call('GET /v1/tasks', { query: { ...filters, cursor } });
        return { items, ...rest };
      }),
    taskCounts: (): Promise<TaskCounts> => call('GET /v1/tasks/counts', {}),
    /** Colleagues see that the officer has it in hand. It locks nothing and lapses after a working day. */
    takeTask: async (id: string, officer?: string): Promise<Task> =>
      (await call('POST /v1/tasks/:id/take', { id, body: defined({ officer }) })).task,
    giveBackTask: async (id: string, officer?: string): Promise<Task> =>
      (await call('POST /v1/tasks/:id/give-back', { id, body: defined({ officer }) })).task,
    /** Declares that a purpose is met, for the case in `why`: opens the task to delete what was received under it. */
    purposeMet: (code: string, body: Why & { case?: string }): Promise<{ task: Task; receipt: Receipt }> =>
      call('POST /v1/purposes/:code/met', { code, body }),
    /**
     * @param outcome a word without spaces for the result
     * @param proof of a task that asks for one: see `TaskProof`
     */
    completeTask: (
      id: string,
      outcome: string | undefined,
      why: Why,
      proof: TaskProof = {},
    ): Promise<{ task: Task; receipt?: Receipt }> =>
      call('POST /v1/tasks/:id/complete', { id, body: { ...defined({ outcome }), ...proof, ...why } }),
    consents: {
      /** Filing the same paper again gives the same answer, without a receipt. */
      file: (
        filing: ConsentFiling,
        why: Why,
      ): Promise<{ consent: Consent; informed?: Consent; receipt?: Receipt }> =>
        call('POST /v1/consents', { body: { ...filing, ...why } }),
      /** What is on file about a subject, newest first. By its reference (a string), or by a number in the body. */
      list: async (person: string | Subject): Promise<Consent[]> => {
        const { consents } = await (typeof person === 'string'
          ? call('GET /v1/consents', { query: { ref: person } })
          : call('POST /v1/consents/search', { body: { subject: person } }));
        return consents;
      },
      /** Makes a consent count that its recipient filed; needs the document that the giver shows, or the giver's code. */
      confirm: (id: string, giver: Identified, why: Why): Promise<ConsentAnswer> =>
        call('POST /v1/consents/:id/confirm', { id, body: { ...giver, ...why } }),
      /** A one-time code for the giver, who stands at the desk: it confirms or withdraws this consent. */
      code: (id: string, giver: Pick<Identified, 'document'>, why: Why): Promise<ConsentCode> =>
        call('POST /v1/consents/:id/codes', { id, body: { ...giver, ...why } }),
      /** Takes effect with the next release. */
      withdraw: (
        id: string,
        proof: Worded<Body<'POST /v1/consents/:id/withdraw'>>,
        why: Why,
      ): Promise<ConsentAnswer> => call('POST /v1/consents/:id/withdraw', { id, body: { ...proof, ...why } }),
    },
    /** Sets or lifts the flag that a representative is in conflict with the person; for the bodies that the policy names. */
    conflict: (subject: Subject, state: 'set' | 'lifted', why: Second): Promise<ConflictAnswer> =>
      call('POST /v1/conflicts', { body: { subject, state, ...why } }),
  };
}
