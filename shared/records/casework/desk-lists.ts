/**
 * The objections and incidents of an office as rows of ids, newest first. Each kind, state and office has a partition of
 * the casework table, so that a page costs the same however many there are. The documents are authoritative: a row whose
 * document is in another state, or was never stored, is what a crash left.
 */
import { queryFirst } from '../../store/first.ts';
import { deleteItem, putItem, type Table } from '../../store/table.ts';

type ListedKind = 'objection' | 'incident';
export type ListedState = 'open' | 'closed';

export interface DeskRow {
  kind: ListedKind;
  id: string;
  /** RFC 3339, by which it is listed. */
  at: string;
  /** Inboxes of the offices that may read it. */
  inboxes: readonly string[];
  /** Epoch milliseconds after which the table may delete the row. */
  keepUntil?: number;
}

const partOf = (kind: ListedKind, state: ListedState, inbox: string) => `${kind}s:${state}:${inbox}`;

const keyOf = ({ kind, at, id }: DeskRow, state: ListedState, inbox: string) => ({
  subject: { S: partOf(kind, state, inbox) },
  item: { S: `${at}#${id}` },
});

/** Before its document is stored, so that no list misses one. May be repeated. */
export async function listOpen(table: Table, row: DeskRow): Promise<void> {
  await putRows(table, row, 'open');
}

/** After its document is closed: it is listed as closed before it is no longer listed as open. May be repeated. */
export async function listClosed(table: Table, row: DeskRow): Promise<void> {
  await putRows(table, row, 'closed');
  for (const inbox of row.inboxes) await deleteItem(table, keyOf(row, 'open', inbox));
}

async function putRows(table: Table, row: DeskRow, state: ListedState): Promise<void> {
  const { keepUntil } = row;
  const expires = keepUntil === undefined ? {} : { expires: { N: String(Math.ceil(keepUntil / 1000)) } };
  for (const inbox of row.inboxes) await putItem(table, { ...keyOf(row, state, inbox), ...expires });
}

/** @returns ids of one inbox, newest first, each with the key after which the next page begins */
export async function listDesk(
  table: Table,
  { kind, state, inbox }: { kind: ListedKind; state: ListedState; inbox: string },
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ id: string; key: string }[]> {
  const subject = partOf(kind, state, inbox);
  const options = { limit, backwards: true, consistent: true };
  const items =
    before === undefined
      ? await queryFirst(table, 'subject = :subject', { subject }, options)
      : await queryFirst(table, 'subject = :subject AND #item < :before', { subject, before }, options);
  return items.map((item) => {
    const key = item['item']?.S ?? '';
    return { id: key.slice(key.indexOf('#') + 1), key };
  });
}
