/**
 * Undoes a merge: the survivor's heads are locked → the double's own item and sheets are its record again → what was written
 * since under the double's name is sealed again for it → its casework goes with it → the survivor gets a sheet without the
 * double's values and with its own that they had replaced (the commit point). Every step may be repeated; repeating the
 * request, or a sweep, completes an undo after a crash.
 */

import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { FLAGS, queryCasework } from '../../shared/records/casework/casework.ts';
import { partCasework } from '../../shared/records/casework/moves.ts';
import { revokeProofs } from '../../shared/records/casework/statuses.ts';
import { forgetAct } from '../../shared/records/gateway/pending-acts.ts';
import { readIndex } from '../../shared/records/subject/index-entries.ts';
import type { Place } from '../../shared/records/subject/key-item-format.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import {
  filesOf,
  markMerging,
  putDouble,
  putParted,
  readState,
} from '../../shared/records/subject/key-states.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { pack } from '../session/policy.ts';
import { loadHolding } from '../steps/holding.ts';
import { actName } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { inform } from './inform.ts';
import { linkedEntries, type MergeCall } from './merge.ts';
import { changesOf, dropSheets, type Joined, loadJoined, partedItem, renewSheets } from './part-sheets.ts';
import { removeFiles } from './remove-files.ts';
import { instantIn, type MovedFields, openLogged, writeMoved } from './reseal.ts';

const ATTEMPTS = 16;

/**
 * @param survivor whose last merge can be undone
 * @returns the receipt of the entry about the double; about the survivor if the double was erased meanwhile
 * @throws Problem CONFLICT if it can't be undone any more, or if others keep changing the records
 */
export async function partSubjects(call: MergeCall, survivor: KeyItem): Promise<Receipt> {
  const { deps } = call;
  const { keys, casework } = deps.tables;
  const { subject } = survivor;
  return contend(
    ATTEMPTS,
    async () => {
      const joined = await loadJoined(deps, subject);
      const { item, undo } = joined;
      if (item.merging !== subject) {
        if (item.merging !== null) throw new Problem('CONFLICT', { detail: maintenanceTexts.beingMerged });
        await markMerging(keys, item, subject);
        return LOST;
      }
      const found = await readState(keys, undo.alias);
      // The double was a record again when the undo stopped, and its person has been erased since. Nothing is given back.
      const isErased = found.state === 'erased';
      const numbers = await numbersOf(deps, item, isErased ? undo.alias : subject);
      const double = {
        ...undo.double,
        indexes: new Map([...item.indexes].filter(([index]) => numbers.has(index))),
      };
      if (!isErased) {
        const isThere = found.state === 'live' && found.item.subject === undo.alias;
        if (!isThere && !(await putDouble(keys, double, subject))) return LOST;
        if (!(await giveBack(call, joined))) return LOST;
        await partCasework(casework, subject, undo.alias, FLAGS);
      }
      const renewed = await renewSheets(call, joined);
      const parted = partedItem(joined, renewed, numbers);
      const [receipt] = (await deps.log.append(
        isErased
          ? linkedEntries(call, [parted, 'remained'])
          : linkedEntries(call, [double, 'parted'], [parted, 'remained']),
      )) as [Receipt];
      await revokeProofs(deps.tables.status, await queryCasework(casework, subject), deps.now());
      await inform(deps, 'subject.part', isErased ? [item] : [double, item], {
        about: receipt.entry,
        key: `${undo.alias} ${undo.until}`,
      });
      // The approval of this merge must not serve for another one.
      await forgetAct(deps.tables.jobs, actName('merge', undo.alias), deps.now());
      if (!(await putParted(keys, item, parted))) return LOST;
      await dropSheets(deps, joined, renewed);
      const now = await readState(keys, undo.alias);
      const held = new Set([parted, ...(now.state === 'live' ? [now.item] : [])].flatMap(filesOf));
      await removeFiles(
        deps,
        filesOf(item).filter((id) => !held.has(id)),
      );
      return receipt;
    },
    contended(maintenanceTexts.recordsContended),
  );
}

/**
 * Index values in the survivor's item that lead to the double, or to a record that was merged into it before.
 * @param lost whose those are that lead nowhere: the erasure of a double has removed its own
 */
async function numbersOf(
  { tables }: MaintenanceDeps,
  item: KeyItem,
  lost: SubjectId,
): Promise<ReadonlySet<string>> {
  const values = [...item.indexes.keys()];
  const leads = await Promise.all(values.map((value) => readIndex(tables.index, value)));
  return new Set(values.filter((_, i) => namedIn(item, leads[i]?.subject ?? lost) !== item.subject));
}

/** Writes to the double what was written since under its name, unless it holds newer. @returns `false` to try again */
async function giveBack({ deps, actor }: MergeCall, joined: Joined): Promise<boolean> {
  const { item, undo, sheets } = joined;
  for (const mark of item.trail.filter(({ named }) => named === undo.alias)) {
    const { owner } = mark;
    const sheet = sheets.get(mark.head.digest) as StoredSheet;
    const own = await loadHolding(deps, undo.alias, owner);
    const before = own.sheets.get(owner);
    if (own.item?.subject !== undo.alias) return false;
    const { item: double } = own;
    const at = (field: string) => instantIn(double, before, field);
    const { written, deleted } = changesOf(joined, mark);
    const wanted = written.filter((field) => instantIn(item, sheet, field) > at(field));
    const moved: MovedFields = new Map();
    for (const field of deleted)
      if (at(field) !== '' && at(field) < mark.at) moved.set(field, { value: null, at: mark.at });
    const holding = { item, sheets: new Map([[owner, sheet]]) };
    if (wanted.length > 0) {
      const { values } = await openLogged(
        deps,
        actor,
        holding,
        wanted.map((field) => ({ field, owner })),
        'UNMERGE',
      );
      for (const [field, value] of values.get(owner) ?? []) moved.set(field, value);
    }
    if (moved.size === 0) continue;
    const entry = { kind: 'merge', outcome: 'returned' } as const;
    const place = await placeIn(deps, undo.alias, moved);
    const more = { from: holding, ...(place && { place }) };
    if (
      !(await writeMoved(deps, actor, double, before ?? null, moved, entry, owner, mark.head.version, more))
    )
      return false;
  }
  return true;
}

async function placeIn(deps: MaintenanceDeps, subject: SubjectId, moved: MovedFields): Promise<Place | null> {
  const division = moved.get(pack.areaField)?.value;
  if (typeof division !== 'string') return null;
  const { seal } = await areasOf(deps.kms, deps.env.referenceKey);
  const area = division.length > pack.countyDigits ? seal(subject, division) : null;
  return { county: division.slice(0, pack.countyDigits), area };
}
