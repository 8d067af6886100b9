/** Security officers' acts on the log. All need the action `audit`. */

import type { WaitingRevocation } from '../contract/office.ts';
import { defined } from '../defined.ts';
import type { Json } from '../json.ts';
import { under, type Wire } from './wire/call.ts';

type Answer = Record<string, Json>;

/** Acts by name: the path of each, with the id of an entry in it, and the body. */
export interface AlertFilters {
  from?: string;
  to?: string;
  code?: string;
  agency?: string;
  severity?: string;
  acknowledged?: string;
  cursor?: string;
}

export interface Officers {
  /** A verdict on an entry: `justified`, `questioned` or `violation`. */
  review(id: string, verdict: string, note?: string): Promise<Answer>;
  acknowledge(id: string, note?: string): Promise<Answer>;
  /** Alerts, newest first, with counts; of the last 31 days by default. */
  alerts(query?: AlertFilters): Promise<Answer>;
  /** Marks a decoy, a child who does not exist, by the entry of its intake. */
  markDecoy(body: { entry: string; officer?: string; reason?: string }): Promise<Answer>;
  /** Decoys by their ids in the log. */
  decoys(): Promise<Answer>;
  /** One page of the heads of all records: `logId`, `owner`, `version`, `digest`. */
  heads(cursor?: string): Promise<Answer>;
  /** Counts by `purpose`, `agency`, `officer`, `field` or `outcome`, in buckets of an hour or a day. */
  stats(query: { by: string; bucket?: string; from?: string; to?: string }): Promise<Answer>;
  /** Ends the key of a writer, by its id, as the first or the second auditor. */
  revokeWriter(writer: string, why: { officer?: string; reason?: string }): Promise<Answer>;
  /** Requests to end the key of a writer that wait for a second auditor. */
  revocations(): Promise<WaitingRevocation[]>;
  /** Compares CloudTrail's records with the log. */
  reconcile(body: { from: string; to: string; records: Json[]; roles: string[] }): Promise<Answer>;
}

export function officersOf(wire: Wire): Officers {
  const { get, post: send } = under(wire, { actions: ['audit'] });
  const post = (path: string, body: object) => send<Answer>(path, body, 'once');
  return {
    review: (id, verdict, note) =>
      post(`/v1/log/entries/${encodeURIComponent(id)}/reviews`, { verdict, ...defined({ note }) }),
    acknowledge: (id, note) => post(`/v1/alerts/${encodeURIComponent(id)}/acknowledge`, defined({ note })),
    alerts: (query = {}) => get('/v1/alerts', { ...query }),
    markDecoy: (body) => post('/v1/decoys', body),
    decoys: () => get('/v1/decoys'),
    heads: (cursor) => get('/v1/log/heads', { cursor }),
    stats: (query) => get('/v1/log/stats', { ...query }),
    revokeWriter: (writer, why) => post(`/v1/log/writers/${encodeURIComponent(writer)}/revocation`, why),
    revocations: async () =>
      (await get<{ revocations: WaitingRevocation[] }>('/v1/log/revocations')).revocations,
    reconcile: (body) => post('/v1/log/reconciliations', body),
  };
}
