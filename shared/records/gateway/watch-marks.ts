/** Shared by officers and the watch in the watch's table: decoys, and entries with sealed findings. */

import { asEntryId, asLogId, type EntryId, type LogId } from '../../ids.ts';
import { type Item, putItem, queryAll, type Table } from '../../store/table.ts';
import { DECOYS, SEALED } from '../../tables.ts';

/** A subject that is not a person. Any lookup of it raises an alert. */
export interface Decoy {
  logId: LogId;
  /** The entry that marked it. */
  entry: EntryId;
  /** RFC 3339. */
  since: string;
}

/** Marks a subject as a decoy. May be repeated. @param entry the log entry that records it */
export function markDecoy(table: Table, { logId, entry, since }: Decoy): Promise<void> {
  return putItem(table, {
    part: { S: DECOYS },
    item: { S: logId },
    entry: { S: entry },
    since: { S: since },
  });
}

/** All decoys, strongly consistent. There are few. */
export async function listDecoys(table: Table): Promise<Decoy[]> {
  const items = await readPart(table, DECOYS);
  return items.map(({ item, entry, since }) => ({
    logId: asLogId(item?.S ?? ''),
    entry: asEntryId(entry?.S ?? ''),
    since: since?.S ?? '',
  }));
}

export async function decoyIds(table: Table): Promise<ReadonlySet<LogId>> {
  return new Set((await listDecoys(table)).map(({ logId }) => logId));
}

/** Ids of entries of kind `watch` that have findings, from an instant (epoch milliseconds) on, oldest first. */
export async function sealedSince(table: Table, from: number): Promise<EntryId[]> {
  const items = await readPart(table, SEALED, new Date(from).toISOString());
  return items.map(({ item }) => asEntryId((item?.S ?? '').split('#')[1] ?? ''));
}

/** All items of a part, in the order of their keys, strongly consistent. @param from the first key to read */
export function readPart(table: Table, part: string, from = ''): Promise<Item[]> {
  return from === ''
    ? queryAll(table, 'part = :part', { part })
    : queryAll(table, 'part = :part AND #item >= :from', { part, from });
}
