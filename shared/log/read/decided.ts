/** The tree that was decided last, by the lock of the sequencer. */
import { getItem, type Table } from '../../store/table.ts';
import { DECIDED } from '../../tables.ts';
import { parseCheckpoint } from '../../tree/checkpoint.ts';

export const LOCK_KEY = { part: { S: DECIDED }, item: { S: DECIDED } };

/** @returns its number of leaves; 0 before the first step. @throws Error for a lock that is damaged */
export async function decidedSize(tree: Table): Promise<number> {
  const lock = (await getItem(tree, LOCK_KEY))?.['value']?.S;
  if (lock === undefined) return 0;
  const checkpoint = parseCheckpoint(lock);
  if (!checkpoint) throw new Error('the lock of the log is damaged');
  return checkpoint.size;
}
