import { Problem } from '../../shared/errors.ts';
import { dropIndex } from '../../shared/records/subject/index-entries.ts';
import { moveHead } from '../../shared/records/subject/key-items.ts';
import { deleteSheet } from '../../shared/records/subject/sheets.ts';
import type { IntakeDeps } from './app.ts';
import type { Prepared } from './prepare.ts';
import { forgetErased } from './resolve.ts';

/**
 * Moves the head, then removes what nothing names any more.
 * @returns whether this write is now the current sheet; if not, another writer was first and the write must be
 * made anew from what is there now
 * @throws Problem REFUSED when the subject was erased since the write was prepared: it must not make a new one
 */
export async function commit(deps: IntakeDeps, { move, before }: Prepared): Promise<boolean> {
  const { dynamo, env } = deps;
  const { subject, owner } = move;
  const moved = await moveHead(dynamo, env.keysTable, move);
  const superseded = moved ? before?.head.digest : move.head.digest;
  // The write stands or has failed already; what clean-up leaves behind is unreadable and found by maintenance.
  await Promise.allSettled([
    ...(superseded ? [deleteSheet(dynamo, env.sheetsTable, subject, owner, superseded)] : []),
    ...(moved ? move.dropIndexes.map((index) => dropIndex(dynamo, env.indexTable, index, subject)) : []),
  ]);
  if (!moved && (await forgetErased(deps, subject, move.addIndexes.keys()))) throw new Problem('REFUSED');
  return moved;
}
