/**
 * Legal holds. A hold is stored with the subject's casework, which erasures read and merges move. A list of all holds,
 * which names no subject, has a partition of its own.
 */
import { asSubjectId, type EntryId, type SubjectId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { type CaseworkItem, dropCasework, putCasework, queryCasework } from './casework.ts';

export const LEGAL_HOLD = 'legal-hold';
/** Used instead of a subject: no subject id has a colon. */
const LISTED = asSubjectId('legal-hold:all');

/** A hold as lists show it. */
export interface ListedHold {
  id: string;
  /** RFC 3339. */
  at: string;
  /** The agency, and the log entry of the second person. */
  by: string;
  entry: EntryId;
  /** The number of the order. */
  instrument: string;
  /** The fields that are kept; absent: the complete record. */
  fields?: readonly string[];
}

/** What is kept: the complete record, or some fields. Empty: nothing is held. */
export interface Held {
  record: boolean;
  fields: ReadonlySet<string>;
}

export function heldIn(casework: readonly CaseworkItem[]): Held {
  const holds = casework
    .filter(({ kind }) => kind === LEGAL_HOLD)
    .map(({ document }) => (document as { fields?: readonly string[] }).fields);
  return {
    record: holds.some((fields) => fields === undefined),
    fields: new Set(holds.flatMap((fields) => fields ?? [])),
  };
}

/** Whether the record may not be erased: a hold of a field keeps what leads to the field. */
export async function isHeld(table: Table, subject: SubjectId): Promise<boolean> {
  const { record, fields } = heldIn(await queryCasework(table, subject));
  return record || fields.size > 0;
}

/** May be repeated. */
export async function putHold(
  table: Table,
  subject: SubjectId,
  id: string,
  fields: readonly string[] | undefined,
): Promise<void> {
  await putCasework(table, subject, { kind: LEGAL_HOLD, id, document: { ...(fields && { fields }) } });
}

/** May be repeated. */
export function dropHold(table: Table, subject: SubjectId, id: string): Promise<void> {
  return dropCasework(table, subject, { kind: LEGAL_HOLD, id });
}

/** May be repeated. */
export async function listHold(table: Table, hold: ListedHold): Promise<void> {
  await putCasework(table, LISTED, { kind: LEGAL_HOLD, id: hold.id, document: hold });
}

/** May be repeated. */
export function unlistHold(table: Table, id: string): Promise<void> {
  return dropCasework(table, LISTED, { kind: LEGAL_HOLD, id });
}

export async function readHolds(table: Table): Promise<ListedHold[]> {
  return (await queryCasework(table, LISTED)).map(({ document }) => document as ListedHold);
}
