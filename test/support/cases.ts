/** Cases in the register, stored by the gateway's own functions, for tests that are not about the register. */
import { pack } from '../../functions/session/policy.ts';
import { findByMatch } from '../../functions/steps/find-subjects.ts';
import type { Gateway } from '../../infra/local/gateway.ts';
import { SAMPLE_PEOPLE } from '../../infra/local/sample/parties.ts';
import { defined } from '../../shared/defined.ts';
import { asClientId, asEntryId, asSubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { type CaseRecord, caseNumber, windowEnd } from '../../shared/policy/decide/cases.ts';
import { isOfficer } from '../../shared/policy/decide/officers.ts';
import { caseId, claimIn, putCase, putClaim, readCase } from '../../shared/records/casework/cases.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import type { Callers } from './gateway.ts';

export type CaseStore = Pick<Gateway, 'kms' | 'env' | 'tables'>;

export interface CaseWords {
  purpose: string;
  case: string;
  officer: string;
}

/**
 * The case is open and assigned to the officer, and the people are in it. Its window begins with the first call.
 * @param people names as in a request; one without a record is left out
 */
export async function registerCase(
  store: CaseStore,
  agency: string,
  { purpose: code, case: number, officer }: CaseWords,
  people: readonly { ref?: string; match?: Record<string, string> }[],
  now = Date.now(),
): Promise<void> {
  const clientId = asClientId(agency);
  const id = caseId(clientId, code, number);
  const { casework } = store.tables;
  const purpose = pack.purposes.get(code);
  if (!purpose) throw new Error('no such purpose');
  const at = new Date(now).toISOString();
  const entry = asEntryId('00000000-0000-4000-8000-000000000000');
  const step = { at, agency: clientId, person: 'a.test', entry };
  const made: CaseRecord = {
    ...{ id, version: 1, agency: clientId, departments: [], purpose: code, number, county: '990001' },
    ...{ people: [], officers: [officer], state: 'open', again: false, from: at },
    opened: { ...step, officer, reason: 'test' },
    confirmed: { ...step, with: 'person' },
    until: new Date(windowEnd(pack, purpose, now)).toISOString(),
  };
  // Others may register the same case at once.
  for (let record: CaseRecord | null = null; record === null; ) {
    const known = await readCase<CaseRecord>(casework, id);
    const officers = [...new Set([...(known?.officers ?? []), officer])];
    record = known ? { ...known, version: known.version + 1, officers } : made;
    const stays = known !== null && isOfficer(known, officer, null);
    if (!stays && !(await putCase(casework, record, known))) record = null;
  }
  const references = await referencesOf(store.kms, store.env.referenceKey, clientId);
  for (const { ref, match } of people) {
    const keys = new Map(Object.entries(match ?? {}));
    const found =
      ref === undefined ? await findByMatch({ deps: store, pack }, keys, agency) : references.toSubject(ref);
    if (found === null) continue;
    const subject = asSubjectId(found);
    const claim = claimIn(await queryCasework(casework, subject), clientId, code, 'person');
    if (claim?.case !== id) await putClaim(casework, subject, made, claim, 'person');
  }
}

/**
 * Opens a case through the routes, for a gateway whose tables are in another process: by the first person of the sample
 * office, who works on it, and its supervisor.
 */
export async function openCase(
  { call }: Pick<Callers, 'call'>,
  agency: string,
  opening: { purpose: string; case: string },
  subjects: readonly object[],
): Promise<void> {
  const people = SAMPLE_PEOPLE.filter(({ office }) => office === agency);
  const [officer] = people.map(({ id }) => id);
  const supervisor = people.find(({ roles }) => roles.includes('supervisor'))?.id;
  const act = { actions: ['casework'], reason: 'yearly review' };
  const body = { ...opening, officers: [officer], subjects };
  const opened = await call(agency, { ...act, ...defined({ officer }) }, 'POST', '/v1/cases', body);
  if (opened.status >= 300) throw new Error(opened.text);
  const path = `/v1/cases/${opened.json.case?.id}/confirm`;
  const { entry } = opened.json.case.opened;
  const confirmed = await call(agency, { ...act, ...defined({ officer: supervisor }) }, 'POST', path, {
    entry,
  });
  if (confirmed.status !== 200) throw new Error(confirmed.text);
}

/** Puts the case that a release names into the register, unless this was done last. */
export async function seedCase(
  store: Partial<CaseStore>,
  clientId: string,
  {
    details,
    body,
    known,
    now,
  }: { details: Partial<CaseWords>; body: unknown; known: Map<string, string>; now(): number },
): Promise<void> {
  const purpose = pack.purposes.get(details.purpose ?? '');
  if (purpose?.case !== 'registered' || !store.kms || !store.env || !store.tables) return;
  const { subjects = [], context = {} } = sentIn(body);
  const stated = { ...context, ...defined({ case: details.case }) };
  const words = {
    purpose: purpose.code,
    officer: details.officer ?? '',
    case: caseNumber(purpose, stated as never),
  };
  if (words.case === '' || !Array.isArray(subjects)) return;
  const keys = subjects.map((subject) => JSON.stringify([clientId, purpose.code, subject]));
  const present = JSON.stringify([words.case, words.officer]);
  if (keys.every((key) => known.get(key) === present)) return;
  for (const key of keys) known.set(key, present);
  const { kms, env, tables } = store;
  await registerCase({ kms, env, tables }, clientId, words, subjects, now());
}

function sentIn(body: unknown): Sent {
  return (typeof body === 'string' ? JSON.parse(body) : (body ?? {})) as Sent;
}

interface Sent {
  subjects?: { ref?: string; match?: Record<string, string> }[];
  context?: { case?: string; activity?: string };
}
