/** Cosignatures that witnesses have sent, in the table of the tree, until their round is over. */
import { deleteItem, putIf, queryAll, type Table } from '../store/table.ts';
import { COSIGNED } from '../tables.ts';
import type { Cosigner } from '../tree/cosignature.ts';

/** Files of the tree: the checkpoint that witnesses are asked about, and the newest that enough of them have cosigned. */
export const PENDING_PATH = 'pending';
export const WITNESSED_PATH = 'witnessed';
/** The operator's own policy (C2SP tlog-policy). It says when a round is over, and proves nothing to a reader. */
export const POLICY_PATH = 'witness-policy';

const partOf = (size: number) => ({ S: `${COSIGNED}${size}` });

/**
 * A witness has one line a round, its newest: anyone can send an earlier one again, which would make the log look older.
 * @param time of the line, POSIX seconds
 * @param line of a note, with its newline
 */
export async function keepCosignature(
  table: Table,
  size: number,
  { name, id }: Pick<Cosigner, 'name' | 'id'>,
  time: number,
  line: string,
): Promise<void> {
  const at = { N: String(time) };
  const item = { part: partOf(size), item: { S: `${name}+${id}` }, at, line: { S: line } };
  await putIf(table, item, 'attribute_not_exists(#part) OR #at < :at', { ':at': at });
}

/** Lines of the round. */
export async function readCosignatures(table: Table, size: number): Promise<string[]> {
  const items = await queryAll(table, '#part = :part', { part: partOf(size).S });
  return items.flatMap(({ line }) => line?.S ?? []);
}

/** May be repeated. */
export async function forgetRound(table: Table, size: number): Promise<void> {
  const items = await queryAll(table, '#part = :part', { part: partOf(size).S });
  for (const { part, item } of items) if (part && item) await deleteItem(table, { part, item });
}
