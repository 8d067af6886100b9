/**
 * Completes erasures and merges after a crash, claims index values again whose rows are lost, joins what agencies wrote under a
 * match key that they do not own to the record of the owner, and removes orphans: sheets that no head names and index values that
 * no key item names. Orphans stay for an hour, because their write may still be under way.
 */

import { view } from '../../../shared/bytes.ts';
import { suiteNamed } from '../../../shared/crypto/suites.ts';
import { defined } from '../../../shared/defined.ts';
import type { SubjectId } from '../../../shared/ids.ts';
import type { DataSaid } from '../../../shared/log/entry/entry.ts';
import { allOwners, ownersOf } from '../../../shared/policy/pack/pack.ts';
import { FLAGS } from '../../../shared/records/casework/casework.ts';
import {
  claimIndex,
  dropClaim,
  type IndexClaim,
  ownIndex,
  readIndex,
} from '../../../shared/records/subject/index-entries.ts';
import { type KeyItem, readKeyItem } from '../../../shared/records/subject/key-items.ts';
import { type FoundItem, readState, type SubjectState } from '../../../shared/records/subject/key-states.ts';
import { deleteSheet, namesOf, type SheetName } from '../../../shared/records/subject/sheets.ts';
import { pack } from '../../session/policy.ts';
import { loadHolding } from '../../steps/holding.ts';
import { dropLeaks } from '../../steps/leaks.ts';
import { actEntry } from '../acting.ts';
import type { MaintenanceDeps } from '../deps.ts';
import { cleanDouble, endUndo } from '../end-undo.ts';
import type { JobRun } from '../job-run.ts';
import { cleanAlias, mergeSubjects } from '../merge.ts';
import { partSubjects } from '../part.ts';
import { clean, cleanLate } from '../tombstone.ts';
import { added } from './lanes.ts';

/** Milliseconds that an orphan stays. */
const ORPHAN_MS = 3_600_000;
/** Milliseconds after an erasure in which a write that was under way may still have arrived, with a sweep each day. */
const LATE_MS = 3 * 86_400_000;

/** Completes erasures and merges. @returns whether there was something to do */
export async function sweepItem(run: JobRun, { subject, state }: FoundItem): Promise<boolean> {
  const { deps, actor } = run;
  const found = await readState(deps.tables.keys, subject);
  if (found.state === 'erased') {
    const { rest, erased } = found.tombstone;
    if (rest === null) return Date.parse(erased) > deps.now() - LATE_MS && cleanLate(deps, subject);
    await clean(deps, found.tombstone);
    return true;
  }
  if (found.state !== 'live') return false;
  const { item } = found;
  if (item.subject !== subject) {
    if (state !== 'alias') return false;
    if (canUndo(item, subject)) await cleanAlias(deps, subject, item.subject, FLAGS);
    else await cleanDouble(deps, subject);
    return false;
  }
  countSuites(run, item);
  if (item.merging === subject) {
    await partSubjects({ deps, actor, approvals: [] }, item);
    return true;
  }
  if (item.undo && item.undo.until * 1000 <= deps.now()) {
    const { sheets } = await loadHolding(deps, subject);
    return endUndo(deps, { item, sheets });
  }
  const again = item.merging === null && item.undo === null && (await claimAgain(run, item));
  const into = item.merging ?? (await ownersRecord(run, item));
  if (into === null) return again;
  await mergeSubjects({ deps, actor, approvals: [] }, subject, into);
  return true;
}

/** Page by page, because a page that fails is done again. */
export const countingSuites = {
  async before(run: JobRun) {
    run.suites = {};
  },
  async after({ job, suites }: JobRun) {
    job.suites = added([job.suites, suites]);
  },
};

/** Counts the data keys of a person, so that an operator knows what a rekey has still to move. Of the suite in force no class is told. */
function countSuites({ deps, suites }: JobRun, { keys }: KeyItem): void {
  for (const key of keys.values()) {
    // Objects of files have one suite, whatever that of the fields is.
    if (key.file) continue;
    // A commitment is 32 bytes after the prefix of its suite.
    const prefix = view(key.commitment).toString('latin1').slice(0, -32);
    const id = suiteNamed('prefix', prefix)?.id ?? 0;
    const name = id === deps.suite.id ? String(id) : `${id} ${key.class}`;
    if (suites) suites[name] = (suites[name] ?? 0) + 1;
  }
}

/**
 * Makes index values lead to the record again that it lists and that lead nowhere: their rows are lost, and the next intake would
 * make a second record. The owner of a key takes it over as from any other agency. A number that only another agency wrote stays
 * lost: it may be that of the record of someone else. The agency has a value of its own, and the owner's record takes this one in.
 * @returns whether there was one
 */
async function claimAgain(run: JobRun, { subject, indexes }: KeyItem): Promise<boolean> {
  const { tables, log, now } = run.deps;
  let lost = false;
  for (const [index, { scope }] of indexes) {
    if (await readIndex(tables.index, index)) continue;
    const found = await readState(tables.keys, subject);
    if (found.state !== 'live' || !(await isOfOwner(run.deps, found.item, subject, index))) continue;
    lost = true;
    const said = { ...swept(run, found), owners: allOwners(pack) };
    await log.append([{ ...said, operation: 'store', outcome: 'restored' }]);
    const lead = { subject, provisional: scope === '', now: now() };
    const made = await claimIndex(tables.index, index, lead, null);
    // A write may have removed it meanwhile.
    const item = await readKeyItem(tables.keys, subject);
    if (made && !item?.indexes.has(index)) await dropClaim(tables.index, index, made);
  }
  return lost;
}

/** Whether the record has the value from the owner of its key. An agency that does not own the key lists a value of its own, too. */
async function isOfOwner(
  deps: MaintenanceDeps,
  item: KeyItem,
  subject: SubjectId,
  index: string,
): Promise<boolean> {
  const { indexes, merging, undo } = item;
  const key = indexes.get(index);
  if (!key || item.subject !== subject || merging !== null || undo !== null) return false;
  if (key.scope !== '') return true;
  const claimed = [...indexes.values()].some(
    ({ scope }) => scope !== '' && indexes.has(ownIndex(index, scope)),
  );
  const { sheets } = await loadHolding(deps, subject);
  // What the owner stores as the number replaces what others wrote as that.
  return ownersOf(pack, [key.field]).some((owner) => {
    const sheet = sheets.get(owner);
    return sheet !== undefined && (!claimed || sheet.fields.has(key.field));
  });
}

/**
 * The record that the owner of a match key made by the key, if this one was written under the same key by others. Only
 * within one county: a record of another county stays apart, so that no person is joined to a person elsewhere by a guess.
 */
async function ownersRecord({ deps }: JobRun, item: KeyItem): Promise<SubjectId | null> {
  for (const [index, { scope }] of item.indexes) {
    const lead = scope === '' ? await readIndex(deps.tables.index, index) : null;
    if (!lead || lead.provisional || lead.subject === item.subject) continue;
    const owners = await readKeyItem(deps.tables.keys, lead.subject);
    if (!owners || owners.subject === item.subject || owners.merging !== null) continue;
    // A second merge would end the time in which two people may undo the first.
    if (owners.undo || item.undo) continue;
    if (owners.collection === item.collection && owners.county === item.county) return owners.subject;
  }
  return null;
}

/** Whether the subject is the double of a merge that can be undone. */
function canUndo({ undo }: KeyItem, subject: SubjectId): boolean {
  return undo?.alias === subject;
}

function isKept({ undo, trail }: KeyItem, digest: string): boolean {
  return (
    undo !== null && trail.some(({ head, before }) => head.digest === digest || before?.digest === digest)
  );
}

/** @returns whether the sheet was removed */
export async function sweepSheet(run: JobRun, sheet: SheetName): Promise<boolean> {
  const { deps } = run;
  const { subject, owner, digest } = sheet;
  if (sheet.at > deps.now() - ORPHAN_MS) return false;
  const found = await readState(deps.tables.keys, subject);
  const item = found.state === 'live' && found.item.subject === subject ? found.item : null;
  if (item?.heads.get(owner)?.digest === digest) return false;
  if (found.state === 'live' && (item ? isKept(item, digest) : canUndo(found.item, subject))) return false;
  await deps.log.append([{ ...swept(run, found), owners: [owner] }]);
  const current = (await namesOf(deps.tables.sheets, subject)).find(
    (one) => one.owner === owner && one.digest === item?.heads.get(owner)?.digest,
  );
  await dropLeaks(deps, sheet, sheet.leaks, current?.leaks);
  await deleteSheet(deps.tables.sheets, subject, owner, digest);
  return true;
}

/** @returns whether the index value was removed, or now leads to the survivor of a merge */
export async function sweepClaim(run: JobRun, claim: IndexClaim): Promise<boolean> {
  const { deps } = run;
  const { index, subject, at } = claim;
  const { tables } = deps;
  const found = await readState(tables.keys, subject);
  if (found.state === 'live' && found.item.indexes.has(index)) {
    const survivor = found.item.subject;
    if (survivor === subject || canUndo(found.item, subject)) return false;
    const lead = { ...claim, subject: survivor, now: deps.now() };
    return (await claimIndex(tables.index, index, lead, claim)) !== null;
  }
  if (found.state !== 'erased' && at > deps.now() - ORPHAN_MS) return false;
  await deps.log.append([{ ...swept(run, found), owners: allOwners(pack) }]);
  return dropClaim(tables.index, index, claim);
}

function swept({ actor }: JobRun, found: SubjectState): Omit<DataSaid, 'owners'> & { kind: 'maintenance' } {
  return {
    ...actEntry(actor),
    kind: 'maintenance',
    operation: 'delete',
    collection: pack.collection,
    ...defined({ subject: found.state === 'live' ? found.item.logId : undefined }),
    outcome: 'swept',
  };
}
