import { Problem } from '../../shared/errors.ts';
import { dropIndex } from '../../shared/records/subject/index-entries.ts';
import { moveHead, stepOf } from '../../shared/records/subject/key-items.ts';
import { deleteSheet } from '../../shared/records/subject/sheets.ts';
import { keepsSheet } from '../../shared/records/subject/trail.ts';
import { dropLeaks } from '../steps/leaks.ts';
import type { IntakeDeps } from './deps.ts';
import type { Prepared } from './prepare.ts';
import { dropErasedKeys } from './resolve.ts';

/**
 * Moves the head, then removes data that no head names any more.
 * @returns whether this write is now the current sheet; if not, a concurrent writer was first and the record
 * must be prepared again from the new state
 * @throws Problem REFUSED if the subject was erased since the write was prepared: the write must not create
 * it again
 */
export async function commit(deps: IntakeDeps, { move, before, sheet }: Prepared): Promise<boolean> {
  const { tables } = deps;
  const { subject, owner } = move;
  const moved = await moveHead(tables.keys, move);
  const kept = moved && keepsSheet(stepOf(move));
  const superseded = moved ? before?.head.digest : move.head.digest;
  // The write is committed or has failed by now. Data that the clean-up leaves behind is unreadable, and
  // maintenance removes it.
  await Promise.allSettled([
    ...(superseded && !kept ? [deleteSheet(tables.sheets, subject, owner, superseded)] : []),
    ...(moved ? [dropLeaks(deps, { subject, owner }, before?.leaks, sheet.leaks)] : []),
    ...(moved ? move.dropIndexes.map((index) => dropIndex(tables.index, index, move.named ?? subject)) : []),
  ]);
  if (!moved && (await dropErasedKeys(deps, subject, move.addIndexes.keys()))) throw new Problem('REFUSED');
  return moved;
}
