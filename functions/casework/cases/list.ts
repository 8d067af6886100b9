import type { RegisteredCase } from '../../../shared/contract/cases.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import {
  type CaseRecord,
  type CaseState,
  type CaseStep,
  caseState,
} from '../../../shared/policy/decide/cases.ts';
import { allOwners, givesReference } from '../../../shared/policy/pack/pack.ts';
import { casesOf, readCase } from '../../../shared/records/casework/cases.ts';
import { requireAct, ruleOf } from '../../session/acts.ts';
import { type Act, record as log } from '../act.ts';
import { matterOf } from './change.ts';
import { askedToConfirm } from './within.ts';

/** @returns those that end soonest first. @throws Problem NOT_FOUND if the caller may not see the agency's cases */
export async function listCases(
  act: Act,
  { state, agency }: { state?: CaseState | undefined; agency?: string | undefined },
): Promise<RegisteredCase[]> {
  const { deps, session, now } = act;
  const of: ClientId = asClientId(agency ?? session.caller.clientId);
  requireAct(session, { self: of === session.caller.clientId });
  const found = await casesOf<CaseRecord>(deps.tables.casework, of);
  const shown = found
    .filter((one) => state === undefined || caseState(one, now) === state)
    .sort((a, b) => (a.until < b.until ? -1 : 1));
  await logReading(act, of);
  const view = await viewer(act);
  return shown.map(view);
}

/** @throws Problem NOT_FOUND */
export async function viewCase(act: Act, id: string): Promise<RegisteredCase> {
  const record = await readCase<CaseRecord>(act.deps.tables.casework, id);
  if (!record) throw new Problem('NOT_FOUND');
  requireAct(act.session, matterOf(act.session, record));
  await logReading(act, record.agency, record.opened.entry);
  return (await viewer(act))(record);
}

/** The words of another office's case may be personal. */
async function logReading(act: Act, agency: ClientId, entry?: string): Promise<void> {
  if (agency === act.session.caller.clientId) return;
  await log(act, {
    kind: 'reading',
    operation: 'use',
    owners: allOwners(act.pack),
    ...defined({ about: entry }),
    outcome: 'read',
    rule: ruleOf(act.session),
  });
}

/** @returns a function that shows a case to the caller, with the references by which it named people itself */
export async function viewer({
  deps,
  pack,
  session,
  now,
}: Act): Promise<(record: CaseRecord) => RegisteredCase> {
  const { clientId } = session.caller;
  const references = await referencesOf(deps.kms, deps.env.referenceKey, clientId);
  return (record) => {
    const { id, number, purpose, agency, again, officers, opened, confirmed, closed } = record;
    const code = pack.purposes.get(purpose);
    const state = caseState(record, now);
    const asked = state === 'waiting' ? askedToConfirm(pack, record) : null;
    const mine = agency === clientId && code !== undefined && givesReference(pack, code);
    const refs = mine ? record.people.flatMap(({ ref }) => (ref ? [references.toRef(ref)] : [])) : [];
    return {
      id,
      case: number,
      purpose,
      agency,
      ...defined({ instrument: record.instrument }),
      state,
      ...(asked && { waitsFor: asked }),
      again,
      officers: [...officers],
      subjects: record.people.length,
      ...(refs.length > 0 && { refs }),
      opened: { ...stepOf(opened), officer: opened.officer, reason: opened.reason },
      ...(confirmed && { confirmed: { ...stepOf(confirmed), with: confirmed.with } }),
      ...(closed && { closed: stepOf(closed) }),
      ...defined({ from: record.from }),
      until: record.until,
    };
  };
}

const stepOf = ({ at, agency, entry }: CaseStep) => ({ at, by: agency, entry });
