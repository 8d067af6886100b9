/** The register of cases. Every method needs the action `casework`; auditors list and view with `audit`. */

import type { CaseState, RegisteredCase } from '../contract/cases.ts';
import type { Receipt } from '../contract/common.ts';
import { defined } from '../defined.ts';
import type { Why } from './maintenance.ts';
import { under, type Wire } from './wire/call.ts';
import type { Subject } from './wire/types.ts';

export interface CaseOpening {
  /** The office's number of the case. */
  case: string;
  purpose: string;
  subjects: Subject[];
  /** Officers to whom it is assigned. */
  officers: string[];
  instrument?: string;
}

export type CaseAnswer = { case: RegisteredCase; receipt?: Receipt };

export interface Cases {
  /** It counts once a second person has confirmed it. A repeat gives the same case. */
  open(opening: CaseOpening, why: Omit<Why, 'case'>): Promise<CaseAnswer>;
  /** Those that end soonest first. `agency`: for auditors. */
  list(filters?: { state?: CaseState; agency?: string }): Promise<RegisteredCase[]>;
  view(id: string): Promise<RegisteredCase>;
  confirm(id: string, why: Why): Promise<CaseAnswer>;
  /** Replaces the officers. */
  assign(id: string, officers: string[], why: Why): Promise<CaseAnswer>;
  /** No release that starts later uses it. */
  close(id: string, why: Why): Promise<CaseAnswer>;
}

export function casesOf(wire: Wire): Cases {
  const { get, post } = under(wire, { actions: ['casework'] });
  const of = (id: string, act = '') => `/v1/cases/${encodeURIComponent(id)}${act && `/${act}`}`;
  return {
    open: (opening, why) => post('/v1/cases', { ...opening, ...why }),
    async list({ state, agency } = {}) {
      const { get: read } = under(wire, { actions: [agency === undefined ? 'casework' : 'audit'] });
      return (await read<{ cases: RegisteredCase[] }>('/v1/cases', defined({ state, agency }))).cases;
    },
    view: (id) => get(of(id)),
    confirm: (id, why) => post(of(id, 'confirm'), { ...why }),
    assign: (id, officers, why) => post(of(id, 'assign'), { officers, ...why }),
    close: (id, why) => post(of(id, 'close'), { ...why }),
  };
}
