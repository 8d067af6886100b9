/** Requests for fields that need an approval. Every method needs the action `casework`. */

import type { Receipt, Withheld } from '../contract/common.ts';
import type { ApprovalRequest, RequestCounts, RequestState } from '../contract/requests.ts';
import { type CollectedPiece, type Collection, collect } from './collect.ts';
import type { Why } from './maintenance.ts';
import { justificationOf } from './release.ts';
import { under, type Wire } from './wire/call.ts';
import type { Justification, Subject } from './wire/types.ts';

export interface RequestFiling extends Justification {
  subjects: Subject[];
  /** Absent: every field of the purpose that needs an approval. */
  fields?: string[];
  instrument?: string;
  activity?: string;
  /** The lawful basis, where the purpose allows several. */
  basis?: string;
  collection?: string;
}

export type FiledRequest = ApprovalRequest & { withheld: Record<string, Withheld>; receipt?: Receipt };
export type AnsweredRequest = { request: ApprovalRequest; receipt?: Receipt };

export interface RequestFilters {
  box?: 'sent' | 'received';
  state?: RequestState;
  due?: boolean;
  mine?: boolean;
}

export interface Requests {
  /** A repeat while the request is open gives the same request. */
  submit(filing: RequestFiling): Promise<FiledRequest>;
  /**
   * Newest first. `box`: `received` for requests that this agency may answer (the default), or those that it
   * sent. `due`: those that wait for this agency. `mine`: those that its officer sent or has in hand.
   */
  list(filters?: RequestFilters): AsyncGenerator<ApprovalRequest>;
  counts(box?: 'sent' | 'received'): Promise<RequestCounts>;
  view(id: string): Promise<ApprovalRequest>;
  /** @param fields absent: all fields that this agency was asked for */
  approve(id: string, fields: string[] | undefined, why: Why): Promise<AnsweredRequest>;
  /** Also revokes an approval. */
  /** @param code why nothing is shared, by a code of the policy, if it asks for one */
  refuse(id: string, fields: string[] | undefined, why: Why, code?: string): Promise<AnsweredRequest>;
  /** The third answer: what is missing, by codes of the policy. Asked for once. */
  askMaterial(
    id: string,
    missing: string[],
    fields: string[] | undefined,
    why: Why,
  ): Promise<AnsweredRequest>;
  /** @param documents SHA-256, in hexadecimal, of what the owner gets outside the gateway */
  supply(
    id: string,
    material: { statement: string; documents?: string[] },
    why: Why,
  ): Promise<AnsweredRequest>;
  withdraw(id: string, why: Why): Promise<AnsweredRequest>;
  /** The approved fields of many people, in pieces. Those collected before are left out. See `collect`. */
  collect(request: ApprovalRequest, people: Collection): AsyncGenerator<CollectedPiece>;
  /** Before the superior of the department that refused. Its decision releases nothing. */
  dispute(id: string, why: Why): Promise<AnsweredRequest>;
}

const GRANT = { actions: ['casework'] };

export function requestsOf(wire: Wire): Requests {
  const { get, post, list } = under(wire, GRANT);
  const act = (name: string) => (id: string, fields: string[] | undefined, why: Why) =>
    post<AnsweredRequest>(`/v1/requests/${encodeURIComponent(id)}/${name}`, { fields, ...why });
  return {
    submit(filing) {
      const { subjects, fields, instrument, activity, basis, collection } = filing;
      const { purpose, ...words } = justificationOf(filing, wire.session.officer);
      const context = { ...words, instrument, activity, basis };
      return post('/v1/requests', { collection, purpose, subjects, fields, context });
    },
    list: ({ box, state, due, mine } = {}) =>
      list('/v1/requests', 'requests', {
        ...{ box, state },
        ...(due && { due: 'yes' }),
        ...(mine && { mine: 'yes' }),
      }),
    counts: async (box) =>
      (await get<{ counts: RequestCounts }>('/v1/requests', { box, counts: 'yes', limit: '1' })).counts,
    view: (id) => get(`/v1/requests/${encodeURIComponent(id)}`),
    approve: act('approve'),
    refuse: (id, fields, words, why) =>
      post(`/v1/requests/${encodeURIComponent(id)}/refuse`, { fields, why, ...words }),
    askMaterial: (id, missing, fields, why) =>
      post(`/v1/requests/${encodeURIComponent(id)}/ask-material`, { missing, fields, ...why }),
    supply: (id, material, why) =>
      post(`/v1/requests/${encodeURIComponent(id)}/supply`, { ...material, ...why }),
    withdraw: (id, why) => act('withdraw')(id, undefined, why),
    collect: (request, people) => collect(wire, request, people),
    dispute: (id, why) => act('dispute')(id, undefined, why),
  };
}
