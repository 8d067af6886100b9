/** The end of the time in which a merge can be undone. */

import { queryCasework } from '../../shared/records/casework/casework.ts';
import { deleteCasework } from '../../shared/records/casework/moves.ts';
import { revokeProofs } from '../../shared/records/casework/statuses.ts';
import { dropUndo, filesOf } from '../../shared/records/subject/key-states.ts';
import { deleteSheet, deleteSheets } from '../../shared/records/subject/sheets.ts';
import { dropLeaks } from '../steps/leaks.ts';
import type { Holding } from '../steps/open-sheets.ts';
import { unnamedKeys } from '../steps/write-sheet.ts';
import type { MaintenanceDeps } from './deps.ts';
import { removeFiles } from './remove-files.ts';

/**
 * Removes what only an undo would need: keys, sheets and files of values that were replaced, and the double's own. May be
 * repeated; a sweep removes what a crash leaves.
 * @returns whether the merge can't be undone any more; `false` if another writer was first
 */
export async function endUndo(deps: MaintenanceDeps, { item, sheets }: Holding): Promise<boolean> {
  const { undo, trail, subject, keys } = item;
  const { tables } = deps;
  if (!undo) return true;
  const unnamed = [...sheets.values()].flatMap((sheet) => unnamedKeys(keys, sheet));
  if (!(await dropUndo(tables.keys, item, unnamed))) return false;
  const kept = new Set(keys.keys()).difference(new Set(unnamed));
  await removeFiles(
    deps,
    filesOf(item).filter((id) => !kept.has(id)),
  );
  for (const { owner, before } of trail) {
    if (before) await deleteSheet(tables.sheets, subject, owner, before.digest);
  }
  for (const { owner, head } of trail) {
    const current = item.heads.get(owner)?.digest === head.digest;
    if (!current) await deleteSheet(tables.sheets, subject, owner, head.digest);
  }
  await cleanDouble(deps, undo.alias);
  return true;
}

/** Deletes what is stored under an alias and is not needed any more. */
export async function cleanDouble(deps: MaintenanceDeps, alias: Holding['item']['subject']) {
  const { tables, now } = deps;
  await revokeProofs(tables.status, await queryCasework(tables.casework, alias), now());
  await deleteCasework(tables.casework, alias);
  await deleteSheets(tables.sheets, alias, (sheet) => dropLeaks(deps, sheet, sheet.leaks));
}
