/**
 * Erases a subject: log entry → tombstone in the place of the key item (the commit point: with the wrapped keys
 * gone, nothing can be opened) → index values → sheets → casework → words of the log → done. A process that dies in between has
 * either erased nothing or left a tombstone that says what remains to be removed; asking again, or a sweep,
 * removes it.
 */

import { Problem } from '../../shared/errors.ts';
import type { DataSaid, NewEntry } from '../../shared/log/entry/entry.ts';
import { dropSubject, readPosition } from '../../shared/log/read/index-table.ts';
import {
  type LogFilter,
  readEntries,
  type StoredEntry,
  type SubjectNames,
} from '../../shared/log/read/read.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { forgetPersons } from '../../shared/log/write/secret-table.ts';
import { queryCasework } from '../../shared/records/casework/casework.ts';
import { deleteCasework } from '../../shared/records/casework/moves.ts';
import { revokeProofs } from '../../shared/records/casework/statuses.ts';
import { dropIndex } from '../../shared/records/subject/index-entries.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import {
  eraseAlias,
  finishTombstone,
  putTombstone,
  readState,
  type SubjectState,
  type Tombstone,
} from '../../shared/records/subject/key-states.ts';
import { deleteSheets } from '../../shared/records/subject/sheets.ts';
import type { Erased, Pending } from '../http/contract/maintenance.ts';
import { pack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { logStore } from '../steps/log.ts';
import { type Actor, actEntry, actName, findAct, keepAnswer, personOf, requestOrApprove } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { allOwners, findSubject, outOfReach, ownersOf, refuse } from './find-subject.ts';

/** Hours until no point-in-time recovery reaches back before an erasure. */
const BACKUP_HOURS = 24;
/** How often the tombstone is tried anew because an intake changed the item first. */
const ATTEMPTS = 16;

export interface EraseCall {
  deps: MaintenanceDeps;
  session: Session;
  actor: Actor;
  ref: string;
}

/** @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON, CONFLICT, or a 503: then repeat */
export async function erase(call: EraseCall): Promise<Pending | Erased> {
  const { deps, session, actor, ref } = call;
  const person = personOf(actor);
  const found = await findSubject(deps, session, ref);
  if (found.state === 'unknown') return refuse(deps, actor, 'SUBJECT_UNKNOWN');
  if (found.state === 'erased') return repeat(call, person, found.tombstone);
  const { item } = found;
  const barred = outOfReach(session, item);
  if (barred) return refuse(deps, actor, barred, item);
  const act = actName('erase', item.subject);
  const request = { ...entryOf(actor, item), kind: 'request', outcome: 'pending', code: 'ERASE' } as const;
  const step = await requestOrApprove(call, act, request);
  if ('pending' in step) return step.pending;
  const { tombstone, receipt } = await bury(deps, actor, item, step.approved.entry);
  await clean(deps, tombstone);
  const answer = answerOf(tombstone, receipt);
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

/** The subject is erased already: only who took part as the second person may know, and finish it. */
async function repeat({ deps, actor }: EraseCall, person: string, tombstone: Tombstone): Promise<Erased> {
  const name = actName('erase', tombstone.subject);
  const act = await findAct(deps, name);
  const known = act !== null && act.requester !== person && (act.approver ?? person) === person;
  if (!known) return refuse(deps, actor, 'SUBJECT_UNKNOWN');
  await clean(deps, tombstone);
  if (act.answer !== null) return JSON.parse(act.answer);
  const entry = { operation: 'delete', owners: allOwners(), collection: pack.collection } as const;
  const [receipt] = (await deps.log.append([
    { ...actEntry(actor), ...entry, kind: 'erasure', approvals: [act.entry], outcome: 'resumed' },
  ])) as [Receipt];
  const answer = answerOf(tombstone, receipt);
  await keepAnswer(deps, name, actor, answer);
  return answer;
}

/** Logs the erasure and puts the tombstone. */
async function bury(deps: MaintenanceDeps, actor: Actor, first: KeyItem, request: string) {
  const { tables } = deps;
  let state: SubjectState = { state: 'live', item: first };
  let receipt: Receipt | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (state.state === 'unknown') break;
    if (state.state === 'erased') return { tombstone: state.tombstone, receipt: receipt as Receipt };
    const { item } = state;
    if (item.merging !== null) {
      throw new Problem('CONFLICT', {
        detail: 'The subject is being merged into another; finish that first.',
      });
    }
    const entry: NewEntry = {
      ...entryOf(actor, item),
      kind: 'erasure',
      approvals: [request],
      outcome: 'erased',
    };
    [receipt] = (await deps.log.append([entry])) as [Receipt];
    const erased = new Date(deps.now()).toISOString();
    await putTombstone(tables.keys, item, erased);
    state = await readState(tables.keys, item.subject);
  }
  throw new Problem('CONFLICT', { detail: 'Other writers keep changing this subject; try again.' });
}

/** Removes what the tombstone still names. Every step may be repeated, and the tombstone forgets last. */
export async function clean(deps: MaintenanceDeps, tombstone: Tombstone): Promise<void> {
  const { subject, rest } = tombstone;
  if (rest === null) return;
  const { tables } = deps;
  const all = [subject, ...rest.joined];
  for (const index of rest.indexes) {
    for (const one of all) await dropIndex(tables.index, index, one);
  }
  for (const alias of rest.joined) await eraseAlias(tables.keys, alias, tombstone);
  for (const one of all) await deleteSheets(tables.sheets, one);
  // Before what names them goes: an attestation about somebody who was erased says nothing any more.
  for (const one of all) {
    await revokeProofs(tables.status, await queryCasework(tables.casework, one));
  }
  for (const one of all) await deleteCasework(tables.casework, one);
  await forgetSubjects(
    deps,
    all.map((id, i) => ({ id, logId: rest.logIds[i] ?? '' })),
  );
  await finishTombstone(tables.keys, subject);
}

/** What every entry of an erasure says. */
export function entryOf(actor: Actor, item: KeyItem): DataSaid {
  return {
    ...actEntry(actor),
    operation: 'delete',
    owners: ownersOf(item),
    collection: item.collection,
    subject: item.logId,
  };
}

function answerOf({ erased }: Tombstone, receipt: Receipt): Erased {
  const unreadable = new Date(Date.parse(erased) + BACKUP_HOURS * 3_600_000).toISOString();
  return { erasedAt: erased, unreadableAt: unreadable, receipt };
}

/* What entries say of somebody who was erased is forgotten; what they say of those who acted stays. */

/** Writers' clocks may be ahead of ours. */
const AHEAD_MS = 5 * 60_000;
/** How far back a log reaches that no sequencer has looked at yet: it runs from the first minute on. */
const YOUNG_MS = 86_400_000;
const PAGE = 500;

/**
 * Forgets the person's half of every entry about these subjects: of those that name a log id, of the attempts behind
 * them, of those that name an internal id alone, and of the reviews and alerts about all these. The rows of the index
 * that lead to them go as well. The entries of the erasure itself stay whole. Repeating it is fine.
 * @throws Problem STORE_UNAVAILABLE while the index is being made anew: entries could be missed
 */
export async function forgetSubjects(
  deps: MaintenanceDeps,
  subjects: readonly SubjectNames[],
): Promise<void> {
  const store = logStore(deps);
  const position = await readPosition(store);
  if (position?.until === 0) {
    throw new Problem('STORE_UNAVAILABLE', { detail: 'The index of the log is being made; try again soon.' });
  }
  const to = deps.now() + AHEAD_MS;
  const from = position ? 0 : to - YOUNG_MS;
  const aliases = subjects.map(({ id }) => id);
  const forget = async (filter: LogFilter, name: object) => {
    let cursor: string | null = null;
    do {
      const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(store, {
        ...{ from, to, limit: PAGE, filter, asked: name },
        ...(cursor !== null && { cursor }),
      });
      await forgetPersons(store, page.entries.flatMap(forgettable));
      // What officers wrote about these entries: reviews and alerts.
      if (position && filter.subject) for (const { id } of page.entries) await forget({ about: id }, { id });
      cursor = page.cursor;
    } while (cursor !== null);
  };
  for (const subject of subjects) {
    // Without an index one look at all entries finds both.
    const filters: LogFilter[] = [{ subject }, ...(position ? [{ subject, unnamed: true }] : [])];
    for (const filter of filters) {
      await forget({ ...filter, subject: { ...subject, aliases } }, filter);
    }
  }
  for (const { logId } of subjects) await dropSubject(store, logId);
}

function forgettable({ entry, erased, leaves }: StoredEntry) {
  if (!entry || erased) return [];
  const ofErasure = entry.kind === 'erasure' || (entry.kind === 'request' && entry.code === 'ERASE');
  if (ofErasure) return [];
  const { writer, seq, leaf } = entry;
  return [{ writer, seq, leaf, leaves }];
}
