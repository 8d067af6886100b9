/** The case of a release whose purpose has registered cases. */

import type { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import { type CaseRecord, caseFault, caseNumber } from '../../shared/policy/decide/cases.ts';
import { needsCase } from '../../shared/policy/decide/ground.ts';
import { caseId, claimIn, readCase } from '../../shared/records/casework/cases.ts';
import { loggedInAs } from '../session/actor.ts';
import { refusalBase } from '../steps/entry-base.ts';
import { refusalOf, refuse } from '../steps/refusals.ts';
import type { LoadedSubject, ReleaseCall } from './call.ts';
import type { ReleaseDeps } from './deps.ts';

/** One query, in parallel with the others of the load. @returns `null` if the purpose needs no case, or none exists */
export async function loadCase(
  deps: ReleaseDeps,
  { pack, session, ask }: ReleaseCall,
): Promise<CaseRecord | null> {
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose || !needsCase(purpose, session.caller, ask)) return null;
  const id = caseId(session.caller.clientId, purpose.code, caseNumber(purpose, ask));
  return readCase<CaseRecord>(deps.tables.casework, id);
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
  const { pack, session, ask } = call;
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose || !needsCase(purpose, session.caller, ask)) return { call, loaded };
  const problem = caseRefusal(call, record);
  if (record?.confirmed && problem === null) {
    const { confirmed, until, id } = record;
    const isOf = ({ casework }: LoadedSubject) =>
      claimIn(casework, session.caller.clientId, ask.purpose, 'person')?.case === id;
    return {
      call: { ...call, case: { approval: confirmed.entry, ends: Date.parse(until) } },
      loaded: loaded.map((subject) => ({ ...subject, assigned: isOf(subject) })),
    };
  }
  if (ask.request !== undefined || problem === null) return { call, loaded };
  return refuse(deps.log, refusalBase(call, { attempt }), problem);
}

/** @returns why the named case is no ground; `null` if it is one, or if none is needed */
export function caseRefusal(
  { pack, session, ask, now }: ReleaseCall,
  record: CaseRecord | null,
): Problem | null {
  const purpose = pack.purposes.get(ask.purpose);
  if (!purpose || !needsCase(purpose, session.caller, ask)) return null;
  const fault = caseFault(record, ask.officer, loggedInAs(session), now);
  if (fault === null) return null;
  return refusalOf(pack, fault === 'CASE_ENDED' ? 'VALIDITY_ENDED' : 'CASE_NOT_OPEN', purpose.rule, fault);
}
