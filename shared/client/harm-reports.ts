/** Opens a report of harm to a person, for the body that receives it. */

import type { Answer } from '../contract/api.ts';
import { defined } from '../defined.ts';
import { purposeOf } from './defaults.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { parseObject } from './wire/errors.ts';
import { isSealed, sealedForm } from './wire/media.ts';
import { openSealed } from './wire/sealed.ts';
import type { DeskWords } from './wire/types.ts';

/**
 * `reporter`: whether the reporter is opened too, which takes two people: without a `second` the answer is `pending` and
 * holds the word with which a colleague opens it.
 */
export type ReportOpening = DeskWords & { purpose?: string; reporter?: boolean; second?: string };

/** Without a purpose it is the one that the policy opens reports for. */
export async function openReport(
  wire: Wire,
  id: string,
  { purpose: named, reporter = false, ...why }: ReportOpening,
): Promise<Answer<'POST /v1/harm-reports/:id/open'>> {
  const purpose = purposeOf(wire.session, 'harm-reports', named);
  const grant = { actions: ['release'], purpose, ...defined({ case: why.case }) };
  const path = `/v1/harm-reports/${encodeURIComponent(id)}/open`;
  const answer = await call(wire, {
    ...{ method: 'POST', path, grant, safety: 'once' },
    ...{ headers: { accept: sealedForm(wire.session) }, body: { reporter, ...why } },
  });
  const body = isSealed(answer) ? parseObject(await openSealed(wire.session, answer)) : bodyOf(answer);
  return body as never;
}
