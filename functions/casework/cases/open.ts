/** Opening a case: the first of two people. */

import type { OpenCase } from '../../../shared/contract/routes/cases.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { EntryId } from '../../../shared/ids.ts';
import type { Text } from '../../../shared/language.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import {
  type CasePerson,
  type CaseRecord,
  confirmCase,
  isLive,
  isRecent,
  keepsPeople,
  windowEnd,
} from '../../../shared/policy/decide/cases.ts';
import { ownersOf, type Purpose } from '../../../shared/policy/pack/pack.ts';
import type { Ask } from '../../../shared/policy/types.ts';
import { caseId, putCase, readCase } from '../../../shared/records/casework/cases.ts';
import { officerOf } from '../../session/actor.ts';
import { readNames } from '../../steps/find-subjects.ts';
import { ownAskerOf, settleMisses } from '../../steps/misses.ts';
import { weighStated } from '../../steps/stated.ts';
import { type Act, entryOf } from '../act.ts';
import { namedOfficers } from '../officers.ts';
import { screened } from '../requests/submit.ts';
import { type ChangedCase, closeCase } from './change.ts';
import { foundInRegister } from './register.ts';
import { casesNaming, claimNames, claimPeople, holdNames, peopleOfCase } from './subjects.ts';
import { openCaseTask } from './task.ts';

/**
 * Logs the case, stores it, then claims its people. After a crash a case may lack a person or its task; opening it
 * again completes it.
 * @throws Problem with a rule, as a release; INVALID_REQUEST; CONFLICT if the number or a person belongs to another case
 * that is open. None depends on a record: not on whether one exists, nor on whose names are of one person.
 */
export async function openCase(act: Act, body: OpenCase): Promise<ChangedCase> {
  const { deps, pack, session, now } = act;
  const { tables } = deps;
  const purpose = await purposeOf(act, body);
  const { clientId } = session.caller;
  const named = await namedOfficers(act, body.officers);
  readNames({ ...act, ask: { purpose: purpose.code } }, body.subjects);
  const { kind: _, ...base } = entryOf(act, {
    kind: 'denial',
    operation: 'process',
    owners: ownersAsked(act, purpose),
  });
  // The answer says nothing of them, so all count, and before the first look-up: nothing else limits those of a repeat,
  // which writes no entry.
  await settleMisses(ownAskerOf(act, 'requests', act.words.officer), body.subjects.length, () => base);
  const people = await peopleOfCase(act, body.subjects, purpose.code);
  await holdNames(act, { agency: clientId, purpose: purpose.code, people });
  const id = caseId(clientId, purpose.code, body.case);
  const known = await readCase<CaseRecord>(tables.casework, id);
  if (known && isLive(known, now)) {
    if (!isSame(known, { people, ...named })) throw conflict(caseworkTexts.numberTaken);
    if (!(await claimNames(act, known))) throw conflict(TAKEN);
    // One of them may have entered the register since.
    await claimPeople(act, { ...known, people });
    if (known.state === 'waiting') await openCaseTask(act, known);
    return { record: known };
  }
  const others = await casesNaming(act, { id, agency: clientId, purpose: purpose.code, people });
  if (others.some((one) => keepsPeople(one, now))) throw conflict(TAKEN);
  const before = [...(known ? [known] : []), ...others];
  const again = before.some((one) => isRecent(pack, one, now));
  const draft = draftOf(act, { id, purpose, people, named, known, again }, body);
  const found = draft.again ? null : await foundInRegister(act, draft);
  await session.replay.alone(`open ${id} ${draft.version}`);
  const { record, receipt } = await logOpening(act, purpose, draft, found);
  if (!(await putCase(tables.casework, record, known))) throw conflict(caseworkTexts.openedByAnother);
  if (!(await claimNames(act, record))) {
    await closeCase(act, record);
    throw conflict(TAKEN);
  }
  await claimPeople(act, record);
  if (record.state === 'waiting') await openCaseTask(act, record);
  return { record, receipt };
}

const TAKEN = caseworkTexts.caseTaken;

const conflict = (detail: Text) => new Problem('CONFLICT', { detail });

/** The same refusals as of a release, as far as they follow from caller, purpose and request alone. */
async function purposeOf(act: Act, { purpose: code, subjects, instrument }: OpenCase): Promise<Purpose> {
  const { deps, pack, session, words } = act;
  const stated: Ask = {
    purpose: code,
    collection: pack.collection,
    subjects: subjects.length,
    request: '',
    ...words,
    ...defined({ instrument }),
    ...officerOf(session),
  };
  await screened(act, await weighStated(deps, { pack, session, ask: stated }));
  await session.replay.charge(subjects.length);
  const purpose = pack.purposes.get(code);
  if (purpose?.case === undefined) throw invalid('/purpose', caseworkTexts.noCases);
  return purpose;
}

type Named = Pick<CaseRecord, 'people' | 'officers'>;

function isSame({ people, officers }: CaseRecord, named: Named): boolean {
  const names = (some: readonly CasePerson[]) => some.map(({ name }) => name);
  const equal = (some: readonly string[], others: readonly string[]) =>
    JSON.stringify([...new Set(some)].sort()) === JSON.stringify([...new Set(others)].sort());
  return equal(names(people), names(named.people)) && equal(officers, named.officers);
}

type Draft = Omit<CaseRecord, 'opened'>;

function draftOf(
  { pack, session, now }: Act,
  of: {
    id: string;
    purpose: Purpose;
    people: readonly CasePerson[];
    named: Pick<CaseRecord, 'officers' | 'known'>;
    known: CaseRecord | null;
    again: boolean;
  },
  { case: number, instrument }: OpenCase,
): Draft {
  const { clientId, departments, areas } = session.caller;
  const hours = pack.acts.get('case.confirm')?.second?.hours ?? 0;
  return {
    id: of.id,
    version: (of.known?.version ?? 0) + 1,
    agency: clientId,
    departments,
    purpose: of.purpose.code,
    number,
    ...defined({ instrument }),
    county: (areas[0] ?? '').slice(0, pack.countyDigits),
    people: of.people,
    ...of.named,
    state: 'waiting',
    again: of.again,
    until: new Date(now + hours * 3_600_000).toISOString(),
  };
}

/** One entry for each name, which commits to the person's id as a word: a case may be about a person without a record. */
async function logOpening(
  act: Act,
  purpose: Purpose,
  draft: Draft,
  registered: number | null,
): Promise<{ record: CaseRecord; receipt: Receipt }> {
  const { deps, pack, session, words, person, now } = act;
  const base = entryOf(act, {
    kind: 'request',
    operation: 'process',
    owners: ownersAsked(act, purpose),
    purpose: purpose.code,
    rule: pack.casework?.cases?.rule ?? purpose.rule,
    outcome: 'opened',
    code: draft.again ? 'CASE_OPENED_AGAIN' : 'CASE_OPENED',
  });
  const about: DataEntry[] = draft.people.map(({ subject }) => ({
    ...base,
    words: { ...base.words, subject },
  }));
  const alert: DataEntry = { ...base, kind: 'alert', outcome: 'raised' };
  const found: DataEntry = { ...base, kind: 'approval', outcome: 'approved', code: 'CASE_FOUND' };
  const receipts = await deps.log.append([
    ...about,
    ...(draft.again ? [alert] : []),
    ...(registered === null ? [] : [found]),
  ]);
  const [receipt] = receipts as [Receipt];
  const at = new Date(now).toISOString();
  const step = (entry: EntryId) => ({ at, agency: session.caller.clientId, person, entry });
  const { officer = '', reason = '' } = words;
  const record: CaseRecord = { ...draft, opened: { ...step(receipt.entry), officer, reason } };
  if (registered === null) return { record, receipt };
  const confirmed = { ...step((receipts.at(-1) ?? receipt).entry), with: 'register' as const };
  return {
    record: confirmCase(record, confirmed, Math.min(registered, windowEnd(pack, purpose, now))),
    receipt,
  };
}

function ownersAsked({ pack }: Act, purpose: Purpose): string[] {
  return ownersOf(pack, purpose.cells.keys());
}
