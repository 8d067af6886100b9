/** Compares a printed report of the review with the log: by its number, without trust in the gateway's own words. */

import type { ReportFinding, ReviewReport } from '../contract/reviews.ts';
import { fromBase64 } from '../tree/base64.ts';
import type { Place } from './evidence/evidence.ts';
import { checkUse } from './evidence/openings.ts';
import { continuesTree } from './evidence/receipts.ts';
import { digestOf, reportIn } from './evidence/report-finding.ts';
import { get, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import type { Grant } from './wire/tokens.ts';
import type { LogEntry } from './wire/types.ts';

export interface ComparedReport {
  entry: string;
  /** When it was made (RFC 3339), by the leaf, and by whom. */
  time: string;
  agency?: string;
  officer?: string;
  /** What the entry says, opened from its leaf. */
  said: ReportFinding;
  /** `null` until the log's tree contains the entry. */
  place: Place | null;
  /** The figures as the gateway counts them again, up to the time of the report. */
  counted: ReviewReport;
  /** Whether they have the digest of the report. */
  sameFigures: boolean;
  /** Whether the log continues the tree that the report names; `null` if it names none, or has no entry of it yet. */
  sameTree: boolean | null;
}

/**
 * @throws FieldgateError NOT_FOUND for an entry that is no report; RECEIPT_INVALID if it differs from its leaf in the log
 */
export async function compareReport(wire: Wire, grant: Grant, id: string): Promise<ComparedReport> {
  const path = `/v1/log/reports/${encodeURIComponent(id)}`;
  const { entry, counted } = await get<{ entry: LogEntry; counted: ReviewReport }>(wire, grant, path);
  const { place, time, said: opened } = await checkUse(wire, grant, entry);
  const said = reportIn(opened['finding']);
  if (!said) throw new FieldgateError('ANSWER_INVALID', 'The entry is no report of the review');
  const { agency } = (opened['handler'] ?? {}) as { agency?: string };
  const { officer } = opened;
  return {
    ...{ entry: id, time, said, place, counted },
    ...(agency !== undefined && { agency }),
    ...(typeof officer === 'string' && { officer }),
    sameFigures: digestOf(counted) === said.digest,
    sameTree: said.verified && place ? await holds(wire, grant, said.verified) : null,
  };
}

async function holds(
  wire: Wire,
  grant: Grant,
  { size, root }: { size: number; root: string },
): Promise<boolean> {
  const bytes = fromBase64(root, 32);
  return bytes !== null && continuesTree(wire, grant, { size, root: bytes });
}
