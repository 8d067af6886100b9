/** Reports of harm to a person: by any office, to the body that receives them. */

import type { Body } from '../contract/api.ts';
import type { HarmReport, OpenedReport } from '../contract/casework.ts';
import type { Pending, Receipt } from '../contract/common.ts';
import { defined } from '../defined.ts';
import type { AskRoute } from './ask.ts';
import { purposeOf } from './defaults.ts';
import type { Why } from './maintenance.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { parseObject } from './wire/errors.ts';
import { isSealed, SEALED } from './wire/media.ts';
import { openSealed } from './wire/sealed.ts';

/** `to` absent: the first receiving department of the policy; `area` absent: the first of this office's own. */
export type HarmFiling = Omit<Body<'POST /v1/harm-reports'>, 'officer' | 'reason'>;
/** Of who reported harm: asked for by one person, and not opened yet. */
export type PendingReporter = Pending & { second: string };
export type HarmReports = ReturnType<typeof harmReportsOf>;

export function harmReportsOf(wire: Wire, ask: AskRoute) {
  return {
    /** Needs the action `casework`. A repeat with the same `key` is the same report; absent, each call is one. */
    file: (
      report: HarmFiling,
      why: Why,
      key: string = crypto.randomUUID(),
    ): Promise<{ report: HarmReport; receipt?: Receipt }> =>
      ask(
        'POST /v1/harm-reports',
        { body: { ...report, ...why } },
        { safety: 'keyed', headers: { 'idempotency-key': key } },
      ),
    /**
     * Needs the action `release`. Without a purpose it is the one that the policy opens reports for.
     * @param why `reporter`: whether the reporter is opened too, which takes two people: without a `second` the answer is
     * `pending` and holds the word with which a colleague opens it
     */
    async open(
      id: string,
      {
        purpose: named,
        reporter = false,
        ...why
      }: Why & { purpose?: string; case?: string; reporter?: boolean; second?: string },
    ): Promise<{ report: OpenedReport; receipt: Receipt } | PendingReporter> {
      const purpose = purposeOf(wire.session, 'harm-reports', named);
      const grant = { actions: ['release'], purpose, ...defined({ case: why.case }) };
      const path = `/v1/harm-reports/${encodeURIComponent(id)}/open`;
      const answer = await call(wire, {
        ...{ method: 'POST', path, grant, safety: 'once' },
        ...{ headers: { accept: SEALED }, body: { reporter, ...why } },
      });
      const body = isSealed(answer) ? parseObject(await openSealed(wire.session, answer)) : bodyOf(answer);
      return body as never;
    },
  };
}
