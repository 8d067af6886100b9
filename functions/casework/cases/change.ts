/** Confirming, assigning and closing a case. Each is logged first, then stored by compare-and-swap. */

import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../../shared/entry-kinds.ts';
import { Problem } from '../../../shared/errors.ts';
import type { EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import {
  type CaseRecord,
  caseState,
  confirmCase,
  isLive,
  windowEnd,
} from '../../../shared/policy/decide/cases.ts';
import { isOfficer } from '../../../shared/policy/decide/officers.ts';
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { ownersOf } from '../../../shared/policy/pack/pack.ts';
import { putCase, readCase } from '../../../shared/records/casework/cases.ts';
import { contended } from '../../../shared/store/contend.ts';
import { isSupervisor, loggedInAs } from '../../session/actor.ts';
import { mayAct, requireAct } from '../../session/acts.ts';
import type { Session } from '../../session/session.ts';
import { touchesCounty } from '../../steps/reach.ts';
import { confirmAlone, requireConfirms } from '../../steps/two-people.ts';
import { type Act, record as log } from '../act.ts';
import { logThenSwap } from '../log-then-swap.ts';
import { namedOfficers, officersAt } from '../officers.ts';
import { askToDeleteCase } from '../tasks/purpose-met.ts';
import { claimNames, claimPeople, holdNames } from './subjects.ts';
import { closeCaseTask } from './task.ts';

export interface ChangedCase {
  record: CaseRecord;
  /** Absent if the act was done before. */
  receipt?: Receipt;
}

/** What the caller is to the case. */
export function matterOf(session: Session, record: CaseRecord): Matter {
  const { act, caller } = session;
  const { agency: clientId, departments, again, purpose, county } = record;
  return {
    of: again ? 'again' : 'first',
    purpose,
    self: caller.clientId === clientId,
    supervisor: isSupervisor(act.pack, session),
    area: touchesCounty(caller.areas, county),
    'other-line': !inLine({ clientId, departments }, caller),
  };
}

/**
 * @throws Problem NOT_FOUND for a case that does not exist or is another office's; ROLE_REQUIRED or APPROVER_IS_REQUESTER
 * for one of the caller's own office, which its people may read anyway
 */
async function actOn(act: Act, id: string): Promise<CaseRecord> {
  const record = await readCase<CaseRecord>(act.deps.tables.casework, id);
  if (!record) throw new Problem('NOT_FOUND');
  const matter = matterOf(act.session, record);
  if (matter.self && !mayAct(act.session, matter)) {
    if (!matter.supervisor) throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.forSupervisor });
    const detail = caseworkTexts.openedAgain;
    throw new Problem('APPROVER_IS_REQUESTER', { detail });
  }
  requireAct(act.session, matter);
  return record;
}

/**
 * The second person. From then on the case is a ground of releases.
 * @param seen entry of the opening: a case that was closed and opened again under its number has another
 * @throws Problem NOT_FOUND; APPROVER_IS_REQUESTER for the person who opened it, and for its officers; CONFLICT if it
 * does not wait, or if a person belongs to another case
 */
export async function confirmOpened(act: Act, id: string, seen: string | undefined): Promise<ChangedCase> {
  const { pack, session, person, words, now } = act;
  const found = await actOn(act, id);
  const first = { ...found.opened, clientId: found.agency, departments: found.departments };
  requireConfirms(session, first, { person, seen });
  if (found.agency === session.caller.clientId && isOfficer(found, words.officer, loggedInAs(session)))
    throw new Problem('APPROVER_IS_REQUESTER', { detail: caseworkTexts.notByOwnOfficer });
  if (found.state === 'open' && found.confirmed?.person === person) {
    await closeCaseTask(act, found, 'confirmed');
    return { record: found };
  }
  await holdNames(act, found);
  if (!(await claimNames(act, found)))
    throw new Problem('CONFLICT', { detail: caseworkTexts.personInAnotherCase });
  await claimPeople(act, found);
  const purpose = pack.purposes.get(found.purpose);
  if (purpose?.case === undefined) throw new Problem('CONFLICT', { detail: caseworkTexts.caseIsNoMore });
  // The people who have acted by one of the names since: two of one name mean neither, until one is assigned.
  const unknown = found.officers.filter((name) => !Object.hasOwn(found.known ?? {}, name));
  const since = await officersAt(act, found.agency, unknown);
  await confirmAlone(session, first, { person, seen });
  const changed = await change(act, found, {
    from: ['waiting'],
    kind: 'approval',
    code: 'CASE_CONFIRMED',
    step: (seen, entry) =>
      confirmCase(
        { ...seen, known: { ...since.known, ...seen.known } },
        {
          ...{ at: new Date(now).toISOString(), agency: session.caller.clientId, person, entry },
          with: 'person',
        },
        windowEnd(pack, purpose, now),
      ),
  });
  await closeCaseTask(act, changed.record, 'confirmed');
  return changed;
}

/**
 * A repeat changes nothing and leaves no entry.
 * @throws Problem as `confirmOpened`; APPROVER_IS_REQUESTER for supervisors who assign a case to themselves
 */
export async function assignCase(act: Act, id: string, officers: readonly string[]): Promise<ChangedCase> {
  const found = await actOn(act, id);
  const named = await namedOfficers(act, officers);
  const isOf = (one: typeof named) => isOfficer(one, act.words.officer, loggedInAs(act.session));
  if (isOf(named) && !isOf(found))
    throw new Problem('APPROVER_IS_REQUESTER', { detail: caseworkTexts.assignedToOthers });
  const assigned = ({ officers, known }: typeof named) => ({ officers, known: { ...known } });
  if (isLive(found, act.now) && isDeepStrictEqual(assigned(found), assigned(named))) return { record: found };
  return change(act, found, {
    from: ['waiting', 'open'],
    kind: 'approval',
    code: 'CASE_ASSIGNED',
    step: (seen) => ({ ...seen, version: seen.version + 1, ...named }),
  });
}

/**
 * Once it is answered, no release that starts later uses the case. Its officers close it, a supervisor of the office, and
 * the person who opened it, as long as it waits.
 * @throws Problem as `confirmOpened`; ROLE_REQUIRED for a colleague
 */
export async function close(act: Act, id: string): Promise<ChangedCase> {
  const { pack, session, person, words } = act;
  const found = await actOn(act, id);
  const { state, opened, closed } = found;
  const isOwn = (state === 'waiting' && opened.person === person) || closed?.person === person;
  if (!isOwn && !isSupervisor(pack, session) && !isOfficer(found, words.officer, loggedInAs(session)))
    throw new Problem('ROLE_REQUIRED', { detail: caseworkTexts.caseOfOthers });
  return closeCase(act, found);
}

/** A repeat completes what a crash left: the tasks are opened and closed by their names. */
export async function closeCase(act: Act, found: CaseRecord): Promise<ChangedCase> {
  const { session, person, now } = act;
  // What maintenance has closed it may open again, but nothing that its office has closed, too.
  const isOver = found.state === 'closed' && found.closed?.agency === session.caller.clientId;
  const closing: Change = {
    from: ['waiting', 'open', 'ended', ...(isOver ? [] : [found.state])],
    kind: 'request',
    code: 'CASE_CLOSED',
    step: (seen, entry) => ({
      ...seen,
      version: seen.version + 1,
      state: 'closed',
      closed: { at: new Date(now).toISOString(), agency: session.caller.clientId, person, entry },
    }),
  };
  const changed = isOver ? { record: found } : await change(act, found, closing);
  await closeCaseTask(act, changed.record, 'closed');
  const { confirmed, closed } = changed.record;
  // Nothing was released for a case that was never confirmed.
  if (confirmed && closed) await askToDeleteCase(act, changed.record, closed.entry);
  return changed;
}

interface Change {
  /** The states in which it is possible. */
  from: readonly ReturnType<typeof caseState>[];
  kind: 'approval' | 'request';
  code: string;
  step(seen: CaseRecord, entry: EntryId): CaseRecord;
}

async function change(act: Act, first: CaseRecord, { from, kind, code, step }: Change): Promise<ChangedCase> {
  const { deps, pack, session, now } = act;
  const { casework } = deps.tables;
  const say = (outcome: Outcome, about: EntryId) =>
    log(act, {
      kind,
      code,
      outcome,
      about,
      operation: 'process',
      purpose: first.purpose,
      owners: ownersOf(pack, pack.purposes.get(first.purpose)?.cells.keys() ?? pack.fields.keys()),
      rule: pack.casework?.cases?.rule ?? '',
    });
  const late = contended(caseworkTexts.caseState);
  if (from.includes(caseState(first, now)))
    await session.replay.alone(`change ${first.opened.entry} ${first.version}`);
  return logThenSwap<CaseRecord | null, CaseRecord>(first, {
    step(seen, entry) {
      // A case that was opened again meanwhile is another one.
      const same = seen?.opened.entry === first.opened.entry && from.includes(caseState(seen, now));
      return same ? { next: step(seen, entry) } : { not: late };
    },
    log: () => say(OUTCOMES[kind], first.opened.entry),
    swap: (next, seen) => putCase(casework, next, seen),
    read: () => readCase<CaseRecord>(casework, first.id),
    annul: ({ entry }) => say('void', entry),
    contended: late,
  });
}

const OUTCOMES = { approval: 'approved', request: 'closed' } as const;
