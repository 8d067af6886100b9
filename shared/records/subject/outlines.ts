/** The facts about a subject that need no wrapped keys, for functions that open nothing. */

import { asLogId, asSubjectId, type LogId, type SubjectId } from '../../ids.ts';
import { getItem, type Table } from '../../store/table.ts';
import { OUTLINE } from '../../tables.ts';
import { parseJoined, text } from './key-item-format.ts';
import { readAttributes } from './key-items.ts';

export interface Outline {
  /** Of the survivor, if the subject was merged into another. */
  subject: SubjectId;
  /** The id under which it was found. What is filed under it stays with a double if its merge is undone. */
  named: SubjectId;
  collection: string;
  /** Random id of the subject in the log. */
  logId: LogId;
  /** Subjects that were merged into this one, with their ids in the log. */
  joined: ReadonlyMap<SubjectId, LogId>;
  county: string;
  /** As `areasOf` masked it; `null` if only the county is known. */
  area: Uint8Array | null;
  /** The given departments that hold a sheet. */
  holders: readonly string[];
}

/**
 * One strongly consistent read; one more for each merge of the subject into another.
 * @param departments the departments to check for a sheet
 * @returns `null` for an unknown or erased subject
 * @throws Problem INTEGRITY_FAULT if the item is malformed
 */
export async function readOutline(
  table: Table,
  subject: SubjectId,
  departments: readonly string[] = [],
): Promise<Outline | null> {
  // A role may be limited to these attributes.
  const names = [...OUTLINE, ...departments.map((code) => `head.${code}`)];
  const item = await readAttributes(table, subject, names);
  if (!item || item['erased']) return null;
  return {
    subject: asSubjectId(text(item['subject'])),
    named: subject,
    collection: text(item['collection']),
    logId: asLogId(text(item['logId'])),
    joined: parseJoined(item),
    county: text(item['county']),
    area: item['area']?.B ?? null,
    holders: departments.filter((code) => item[`head.${code}`] !== undefined),
  };
}

/**
 * One strongly consistent read of the log id alone, for roles that may read no wrapped keys.
 * @returns `null` for an unknown or erased subject; no alias is followed
 */
export async function readLogId(table: Table, subject: SubjectId): Promise<LogId | null> {
  const id = (await getItem(table, { subject: { S: subject } }, ['logId']))?.['logId']?.S;
  return id === undefined ? null : asLogId(id);
}

/** As `readLogId`, with the subjects that were merged into this one. */
export async function readLogNames(
  table: Table,
  subject: SubjectId,
): Promise<Pick<Outline, 'subject' | 'logId' | 'joined'> | null> {
  const item = await getItem(table, { subject: { S: subject } }, ['logId', 'joined']);
  const logId = item?.['logId']?.S;
  return logId === undefined ? null : { subject, logId: asLogId(logId), joined: parseJoined(item ?? {}) };
}
