import type { IntakeRecord } from '../http/contract/intake.ts';
import { loadHolding } from '../steps/holding.ts';
import type { IntakeCall, Written } from './intake-records.ts';
import { planRecord } from './plan-record.ts';
import { checkSubject } from './prepare.ts';
import { findSubject, indexKeys } from './resolve.ts';

/** What the record would do, without a key, a write or a log entry. @throws Problem as the write would */
export async function checkRecord(call: IntakeCall, record: IntakeRecord): Promise<Written> {
  const { deps, pack, session, request } = call;
  const plan = planRecord(pack, session.caller, request.collection, record, deps.now());
  const found = await findSubject(call, plan, await indexKeys(deps, plan));
  const loaded = found.subject ? await loadHolding(deps, found.subject, plan.owner) : null;
  const sheet = loaded?.sheets.get(plan.owner) ?? null;
  checkSubject(call, plan, { fresh: plan.ref === null && request.create }, loaded?.item ?? null, sheet);
  const version = (sheet?.head.version ?? 0) + 1;
  const { fields, warnings, refused } = plan;
  return { sheetVersion: version, created: version === 1, written: [...fields.keys()], warnings, refused };
}
