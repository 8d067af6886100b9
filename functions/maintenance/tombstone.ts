/**
 * Erases a subject: log entry → tombstone in place of the key item (the commit point: without the wrapped keys nothing can be
 * opened) → tasks of the recipients → index values → sheets → casework → words of the log → done. A crash in between has either
 * erased nothing or left a tombstone that lists what remains; repeating the request, or a sweep, removes the rest.
 */

import type { Erased } from '../../shared/contract/office.ts';
import { Problem } from '../../shared/errors.ts';
import { asLogId, type LogId, type SubjectId } from '../../shared/ids.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import { dropErased } from '../../shared/log/read/index-table.ts';
import { dropCount } from '../../shared/log/read/person-counts.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { logIdsIn, type SubjectNames } from '../../shared/log/read/subject-names.ts';
import { walkPages } from '../../shared/log/read/walk.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { forgetPersons } from '../../shared/log/write/secret-table.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
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
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { dropLeaks } from '../steps/leaks.ts';
import { appendOne, logStore } from '../steps/log.ts';
import type { Actor } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { entryAbout } from './find-subject.ts';
import { askRecipients } from './inform.ts';
import { removeFiles } from './remove-files.ts';
import { indexPosition, wholeLog } from './span.ts';

/** Hours after an erasure until no point-in-time recovery can restore the subject. */
const BACKUP_HOURS = 24;
/** How often the tombstone is tried if intakes change the item first. */
const ATTEMPTS = 16;

/**
 * Logs the erasure and puts the tombstone, which replaces the wrapped keys.
 * @param why the reason in the entry. @param attempts maximum attempts if other writers change the item first
 * @throws Problem CONFLICT if every attempt was too late, or a merge is in progress
 */
export async function eraseKeys(
  deps: MaintenanceDeps,
  actor: Actor,
  first: KeyItem,
  why: Pick<DataSaid, 'approvals' | 'code' | 'rule' | 'attempt'>,
  attempts = ATTEMPTS,
) {
  const { tables } = deps;
  let state = { state: 'live', item: first } as SubjectState;
  const late = contended(maintenanceTexts.subjectContended);
  return contend(
    attempts,
    async () => {
      if (state.state !== 'live') return late();
      const { item } = state;
      if (item.merging !== null)
        throw new Problem('CONFLICT', { detail: maintenanceTexts.mergingIntoAnother });
      const entry = entryAbout(actor, item, 'delete');
      const receipt = await appendOne(deps.log, { ...entry, ...why, kind: 'erasure', outcome: 'erased' });
      await putTombstone(tables.keys, item, new Date(deps.now()).toISOString());
      state = await readState(tables.keys, item.subject);
      return state.state === 'erased' ? { tombstone: state.tombstone, receipt } : LOST;
    },
    late,
  );
}

/**
 * Removes everything that the tombstone still names. Every step may be repeated; the tombstone's list is
 * cleared last.
 */
export async function clean(deps: MaintenanceDeps, tombstone: Tombstone): Promise<void> {
  const { subject, rest } = tombstone;
  if (rest === null) return;
  const { tables } = deps;
  const joined = new Map<SubjectId, LogId>();
  for (const [i, id] of rest.joined.entries()) {
    // A double whose merge had not been completed, or was undone, is a record of its own.
    const found = await readState(tables.keys, id);
    if (found.state !== 'live') joined.set(id, rest.logIds[i + 1] ?? asLogId(''));
  }
  const names = { id: subject, logId: rest.logIds[0] ?? asLogId(''), joined };
  const all = [subject, ...joined.keys()];
  // While the log still leads from the person to its recipients.
  await askRecipients(deps, { ends: 'erasure', at: tombstone.erased, names });
  for (const index of rest.indexes) {
    for (const one of all) await dropIndex(tables.index, index, one);
  }
  for (const alias of joined.keys()) await eraseAlias(tables.keys, alias, tombstone);
  for (const one of all)
    await deleteSheets(tables.sheets, one, (sheet) => dropLeaks(deps, sheet, sheet.leaks, undefined, true));
  // Before the casework, which names the attestations, is deleted: attestations about an erased subject must not pass.
  for (const one of all) {
    await revokeProofs(tables.status, await queryCasework(tables.casework, one), deps.now());
  }
  for (const one of all) await deleteCasework(tables.casework, one);
  await removeFiles(deps, rest.files);
  await erasePersons(deps, names);
  await finishTombstone(tables.keys, subject);
}

/**
 * Removes what was filed about an erased subject by a write that arrived after the erasure had looked.
 * @returns whether there was something
 */
export async function cleanLate({ tables, now }: MaintenanceDeps, subject: SubjectId): Promise<boolean> {
  const late = await queryCasework(tables.casework, subject);
  if (late.length === 0) return false;
  await revokeProofs(tables.status, late, now());
  await deleteCasework(tables.casework, subject);
  return true;
}

export function answerOf({ erased }: Tombstone, receipt: Receipt): Erased {
  const unreadable = new Date(Date.parse(erased) + BACKUP_HOURS * 3_600_000).toISOString();
  return { erasedAt: erased, unreadableAt: unreadable, receipt };
}

/*
 * The erasure of log entries: the parts about the erased subject are erased too. The parts about the acting
 * officers stay.
 */

const PAGE = 500;

/**
 * Erases the person's half of every entry about these subjects: entries that name a log id, their attempts, entries
 * that name only an internal id, and reviews and alerts about any of these. The index no
 * longer leads from the subjects to them. The entries of the erasure itself and of merges stay complete. May be repeated.
 * @throws Problem STORE_UNAVAILABLE while the index is being rebuilt, since entries could be missed
 */
async function erasePersons(deps: MaintenanceDeps, subject: SubjectNames): Promise<void> {
  const store = logStore(deps);
  const position = await indexPosition(deps);
  const { from, to } = wholeLog(deps.now(), position);
  const eraseFound = async (filter: LogFilter, asked: object) => {
    for await (const page of walkPages(store, { from, to, limit: PAGE, filter, asked })) {
      await forgetPersons(store, page.flatMap(erasable));
      // Reviews and alerts about these entries.
      if (position && filter.subject) for (const { id } of page) await eraseFound({ about: id }, { id });
    }
  };
  // Without an index one scan of all entries finds both.
  await eraseFound({ subject }, {});
  if (position) await eraseFound({ subject, unnamed: true }, {});
  for (const logId of logIdsIn(subject)) {
    await dropErased(store, logId);
    await dropCount(deps.tables.tree, logId);
  }
}

/** The place of the person's half of an entry, unless it must stay. */
function erasable({ entry, erased, leaves }: StoredEntry) {
  if (!entry || erased) return [];
  const ofErasure = entry.kind === 'erasure' || (entry.kind === 'request' && entry.code === 'ERASE');
  // After a restore, a replay finds by the merge entry which doubles were erased with the subject.
  if (ofErasure || entry.kind === 'merge') return [];
  const { writer, seq, leaf } = entry;
  return [{ writer, seq, leaf, leaves }];
}
