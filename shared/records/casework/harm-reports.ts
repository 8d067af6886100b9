/**
 * Reports of harm. A report is no part of a record and names no person in clear: what it says and who reported it are
 * sealed, each under a data key of a class of its own. The table deletes it at the end of its time.
 */
import type { EntryId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { putActDocument, readActDocument } from './acts.ts';

const KIND = 'harm-report';

/** One sealed part. Bytes are in base64. */
export interface SealedPart {
  keyId: string;
  /** Random, as a record's id in the log is. */
  logId: string;
  /** Version of the class key. */
  kms: number;
  wrapped: string;
  commitment: string;
  sealed: string;
}

export interface StoredReport {
  id: string;
  /** RFC 3339. */
  at: string;
  /** Receiving department, and the county of its offices. */
  to: string;
  county: string;
  entry: EntryId;
  report: SealedPart;
  reporter: SealedPart;
}

/** Of the sealed report. A reference of the reporting office is stored as the internal id. */
export interface ReportedHarm {
  subject: { id?: string; match?: Record<string, string> };
  what: string;
  day?: string;
}

/** Of the sealed reporter. */
export interface Reporter {
  name: string;
  contact?: string;
  agency: string;
  officer: string;
  reason: string;
}

/** @returns `null` if there is none */
export function readReport(table: Table, id: string): Promise<StoredReport | null> {
  return readActDocument<StoredReport>(table, KIND, id);
}

/** @returns whether it was stored; `false` if the report is there. @param keepUntil epoch milliseconds */
export function putReport(table: Table, report: StoredReport, keepUntil: number): Promise<boolean> {
  return putActDocument(table, { kind: KIND, id: report.id, document: report, keepUntil }, null);
}
