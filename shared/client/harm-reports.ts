/** Reports of harm to a person: by any office, to the body that receives them. */

import type { HarmReport, OpenedReport } from '../contract/casework.ts';
import type { Receipt } from '../contract/common.ts';
import { defined } from '../defined.ts';
import { purposeOf } from './defaults.ts';
import type { Why } from './maintenance.ts';
import { bodyOf, call, under, type Wire } from './wire/call.ts';
import { parseObject } from './wire/errors.ts';
import { isSealed, openSealed, SEALED } from './wire/sealed.ts';
import type { Subject } from './wire/types.ts';

export interface HarmFiling {
  /** The person, by a number or by this office's own reference. It is not looked up. */
  subject: Subject;
  what: string;
  /** Day (YYYY-MM-DD) on which it was noticed or happened. */
  day?: string;
  reporter: { name: string; contact?: string };
  /** Receiving department; absent: the first of the policy. */
  to?: string;
  /** Division code of the receiving county; absent: the first of this office's own. */
  area?: string;
}

export interface HarmReports {
  /** Needs the action `casework`. A repeat with the same `key` is the same report; absent, each call is one. */
  file(report: HarmFiling, why: Why, key?: string): Promise<{ report: HarmReport; receipt?: Receipt }>;
  /**
   * Needs the action `release`. Without a purpose it is the one that the policy opens reports for.
   * @param reporter whether the reporter is opened too, which is an entry of its own kind
   */
  open(
    id: string,
    why: Why & { purpose?: string; case?: string; reporter?: boolean },
  ): Promise<{ report: OpenedReport; receipt: Receipt }>;
}

export function harmReportsOf(wire: Wire): HarmReports {
  return {
    file: (report, why, key = crypto.randomUUID()) =>
      under(wire, { actions: ['casework'] }).ask({
        ...{ method: 'POST', path: '/v1/harm-reports', safety: 'keyed' },
        ...{ headers: { 'idempotency-key': key }, body: { ...report, ...why } },
      }),
    async open(id, { purpose: named, reporter = false, ...why }) {
      const purpose = purposeOf(wire.session, 'harm-reports', named);
      const grant = { actions: ['release'], purpose, ...defined({ case: why.case }) };
      const path = `/v1/harm-reports/${encodeURIComponent(id)}/open`;
      const answer = await call(wire, {
        ...{ method: 'POST', path, grant, safety: 'once' },
        ...{ headers: { accept: SEALED }, body: { reporter, ...why } },
      });
      const body = isSealed(answer)
        ? parseObject(await openSealed(wire.session, answer.text))
        : bodyOf(answer);
      return body as never;
    },
  };
}
