/**
 * Documents of acts under an id of their own: freezes, legal holds, objections, incidents, codes of givers, reports of harm. Each has a partition of the casework
 * table to itself, and is changed by comparing the whole previous document.
 */
import { readDocument, swapDocument, type Table } from '../../store/table.ts';

export type ActKind = 'freeze' | 'legal-hold' | 'objection' | 'incident' | 'consent-code' | 'harm-report';

/** No subject id has a colon. */
const keyOf = (kind: ActKind, id: string) => ({
  subject: { S: `${kind}:${id}` },
  item: { S: 'act#document' },
});

/** Form of an act's id. */
const ID = /^[\w-]{22}$/;

/** Strongly consistent. @returns `null` if there is none, or if the id is malformed */
export async function readActDocument<Document>(
  table: Table,
  kind: ActKind,
  id: string,
): Promise<Document | null> {
  return ID.test(id) ? readDocument<Document>(table, keyOf(kind, id)) : null;
}

/**
 * @param previous the document that this one replaces; `null` for none
 * @param keepUntil epoch milliseconds after which the table may delete it
 * @returns whether it was stored; `false` if another document is there
 */
export function putActDocument<Document extends object>(
  table: Table,
  { kind, id, document, keepUntil }: { kind: ActKind; id: string; document: Document; keepUntil?: number },
  previous: Document | null,
): Promise<boolean> {
  const expires = keepUntil === undefined ? {} : { expires: { N: String(Math.ceil(keepUntil / 1000)) } };
  return swapDocument(table, keyOf(kind, id), document, previous, expires);
}
