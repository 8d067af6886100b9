/** The register of cases. Every method needs the action `casework`; auditors list and view with `audit`. */

import type { Body, Query } from '../contract/api.ts';
import type { RegisteredCase } from '../contract/cases.ts';
import type { Receipt } from '../contract/common.ts';
import type { AskRoute } from './ask.ts';
import type { Why } from './maintenance.ts';

export type CaseOpening = Omit<Body<'POST /v1/cases'>, 'officer' | 'reason'>;
export type CaseAnswer = { case: RegisteredCase; receipt?: Receipt };
export type Cases = ReturnType<typeof casesOf>;

export function casesOf(call: AskRoute) {
  return {
    /** It counts once a second person has confirmed it. A repeat gives the same case. */
    open: (opening: CaseOpening, why: Why): Promise<CaseAnswer> =>
      call('POST /v1/cases', { body: { ...opening, ...why } }),
    /** Those that end soonest first. `agency`: for auditors. */
    list: async (query: Query<'GET /v1/cases'> = {}): Promise<RegisteredCase[]> =>
      (await call('GET /v1/cases', { query }, query.agency === undefined ? {} : { actions: ['audit'] }))
        .cases,
    view: (id: string): Promise<RegisteredCase> => call('GET /v1/cases/:id', { id }),
    /** @param entry of the opening that the second person has read: `opened.entry` of the case */
    confirm: (id: string, entry: string, why: Why): Promise<CaseAnswer> =>
      call('POST /v1/cases/:id/confirm', { id, body: { entry, ...why } }),
    /** Replaces the officers. */
    assign: (id: string, officers: string[], why: Why): Promise<CaseAnswer> =>
      call('POST /v1/cases/:id/assign', { id, body: { officers, ...why } }),
    /** No release that starts later uses it. */
    close: (id: string, body: Why): Promise<CaseAnswer> => call('POST /v1/cases/:id/close', { id, body }),
  };
}
