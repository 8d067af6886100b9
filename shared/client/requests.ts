/** Requests for fields that need an approval. Every method needs the action `casework`. */

import type { Body, Query } from '../contract/api.ts';
import type { Receipt, Withheld } from '../contract/common.ts';
import type { ApprovalRequest, RequestCounts } from '../contract/requests.ts';
import { type AskRoute, every } from './ask.ts';
import { type CollectedPiece, type Collection, collect } from './collect.ts';
import type { Why } from './maintenance.ts';
import { justificationOf } from './release.ts';
import type { Wire } from './wire/call.ts';
import type { Justification } from './wire/types.ts';

type Filing = Body<'POST /v1/requests'>;

/** `fields` absent: every field of the purpose that needs an approval. */
export type RequestFiling = Justification &
  Omit<Filing, 'purpose' | 'context'> &
  Omit<NonNullable<Filing['context']>, keyof Justification>;

export type FiledRequest = ApprovalRequest & { withheld: Record<string, Withheld>; receipt?: Receipt };
export type AnsweredRequest = { request: ApprovalRequest; receipt?: Receipt };

export type RequestFilters = Omit<Query<'GET /v1/requests'>, 'due' | 'mine' | 'counts' | 'cursor'> & {
  due?: boolean;
  mine?: boolean;
};

export type Requests = ReturnType<typeof requestsOf>;

export function requestsOf(wire: Wire, call: AskRoute) {
  return {
    /** A repeat while the request is open gives the same request. */
    submit: ({ subjects, fields, collection, text, ...filing }: RequestFiling): Promise<FiledRequest> => {
      const { purpose, ...words } = justificationOf(filing, wire.session.officer);
      const { instrument, activity, basis } = filing;
      const context = { ...words, instrument, activity, basis };
      return call('POST /v1/requests', { body: { collection, purpose, subjects, fields, text, context } });
    },
    /**
     * Newest first. `box`: `received` for requests that this agency may answer (the default), or those that it
     * sent. `due`: those that wait for this agency. `mine`: those that its officer sent or has in hand.
     */
    list: ({ due = false, mine = false, ...filters }: RequestFilters = {}): AsyncGenerator<ApprovalRequest> =>
      every(async (cursor) => {
        const query = {
          ...{ ...filters, cursor },
          ...(due && { due: 'yes' as const }),
          ...(mine && { mine: 'yes' as const }),
        };
        const { requests: items, ...rest } = await call('GET /v1/requests', { query });
        return { items, ...rest };
      }),
    counts: async (box?: 'sent' | 'received'): Promise<RequestCounts> =>
      (await call('GET /v1/requests', { query: { box, counts: 'yes', limit: 1 } })).counts as RequestCounts,
    view: (id: string): Promise<ApprovalRequest> => call('GET /v1/requests/:id', { id }),
    /** @param fields absent: all fields that this agency was asked for */
    approve: (id: string, fields: string[] | undefined, why: Why): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/approve', { id, body: { fields, ...why } }),
    /** Also revokes an approval. @param code why nothing is shared, by a code of the policy, if it asks for one */
    refuse: (id: string, fields: string[] | undefined, words: Why, code?: string): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/refuse', { id, body: { fields, why: code, ...words } }),
    /** The third answer: what is missing, by codes of the policy. Asked for once. */
    askMaterial: (
      id: string,
      missing: string[],
      fields: string[] | undefined,
      why: Why,
    ): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/ask-material', { id, body: { missing, fields, ...why } }),
    /** @param material `documents`: SHA-256, in hexadecimal, of what the owner gets outside the gateway */
    supply: (
      id: string,
      material: { statement: string; documents?: string[] },
      why: Why,
    ): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/supply', { id, body: { ...material, ...why } }),
    withdraw: (id: string, body: Why): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/withdraw', { id, body }),
    /** The approved fields of many people, in pieces. Those collected before are left out. See `collect`. */
    collect: (request: ApprovalRequest, people: Collection): AsyncGenerator<CollectedPiece> =>
      collect(wire, request, people),
    /** Before the superior of the department that refused. Its decision releases nothing. */
    dispute: (id: string, body: Why): Promise<AnsweredRequest> =>
      call('POST /v1/requests/:id/dispute', { id, body }),
  };
}
