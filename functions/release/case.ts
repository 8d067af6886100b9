/** The case of a release whose purpose has registered cases. */

import type { EntryId } from '../../shared/ids.ts';
import { type CaseRecord, caseFault } from '../../shared/policy/decide/cases.ts';
import { caseId, claimIn, readCase } from '../../shared/records/casework/cases.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import type { LoadedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** One query, in parallel with the others of the load. @returns `null` if the purpose needs no case, or none exists */
export async function loadCase(
  deps: ReleaseDeps,
  { pack, session, ask }: ReleaseCall,
): Promise<CaseRecord | null> {
  if (pack.purposes.get(ask.purpose)?.case === undefined) return null;
  return readCase<CaseRecord>(
    deps.tables.casework,
    caseId(session.caller.clientId, ask.purpose, ask.case ?? ''),
  );
}

/**
 * Marks the subjects of the named case. A call that names an approved request may lack a case: then the owners have
 * approved each field.
 * @returns the call with its case, and the subjects
 * @throws Problem CASE_NOT_OPEN or VALIDITY_ENDED, after logging it. Both depend on the caller's own case alone.
 */
export async function requireCase(
  deps: ReleaseDeps,
  call: ReleaseCall,
  record: CaseRecord | null,
  loaded: readonly LoadedSubject[],
  [attempt]: readonly EntryId[],
): Promise<{ call: ReleaseCall; loaded: readonly LoadedSubject[] }> {
  const { pack, session, ask, now } = call;
  const purpose = pack.purposes.get(ask.purpose);
  if (purpose?.case === undefined) return { call, loaded };
  const fault = caseFault(record, ask.officer, now);
  if (record?.confirmed && fault === null) {
    const { confirmed, until, id } = record;
    const isOf = ({ casework }: LoadedSubject) =>
      claimIn(casework, session.caller.clientId, ask.purpose)?.case === id;
    return {
      call: { ...call, case: { approval: confirmed.entry, ends: Date.parse(until) } },
      loaded: loaded.map((subject) => ({ ...subject, assigned: isOf(subject) })),
    };
  }
  if (ask.request !== undefined) return { call, loaded };
  const code = fault === 'CASE_ENDED' ? 'VALIDITY_ENDED' : 'CASE_NOT_OPEN';
  const problem = refusalOf(pack, code, purpose.rule, fault ?? code);
  return refuse(deps.log, refusalBase(call, { attempt }), problem);
}
