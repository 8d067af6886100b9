/** A report of the review in a period: the gateway counts it, and the log vouches for who made it of which figures. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ReportFinding, ReviewReport } from '../../../shared/contract/reviews.ts';
import type { ReportRequest } from '../../../shared/contract/routes/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { readCheckpoint } from '../../../shared/log/files/tree-files.ts';
import { readEntry } from '../../../shared/log/read/read.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { auditTexts } from '../../../shared/messages/audit.ts';
import type { Session } from '../../session/session.ts';
import type { AuditDeps, Auditing } from '../deps.ts';
import { logReading } from '../readings.ts';
import { logVerifier } from '../tree-routes.ts';
import { type Entry, provenView } from '../views.ts';
import { reviewCoverage } from './coverage.ts';
import { giveVerdicts } from './verdicts.ts';

/** The code of the entry. */
const CODE = 'REVIEW_REPORT';

/**
 * The entry has as its finding the digest of the whole report (SHA-256 of the RFC 8785 form, base64), its period, and the
 * tree that the officer had verified. So a printed report can be compared with the log by its number alone.
 * @throws Problem INVALID_REQUEST for a period without an end in the past, or a tree larger than the signed one;
 *   TOO_LARGE for more entries than one report counts
 */
export async function makeReport(
  deps: AuditDeps,
  auditing: Auditing,
  session: Session,
  { from, to, verified }: ReportRequest,
): Promise<{ report: ReviewReport; digest: string; receipt: Receipt }> {
  const span = { from: Date.parse(from), to: Date.parse(to) };
  if (span.from >= span.to) throw invalid('/to', auditTexts.periodEnds);
  // Of a period that goes on, the same request would be another report each time.
  if (span.to > auditing.now()) throw invalid('/to', auditTexts.periodPast);
  const size = (await readCheckpoint(deps.tree, await logVerifier(deps)))?.size ?? 0;
  if (verified && verified.size > size) throw invalid('/verified/size', auditTexts.beyondTree);
  const { days, medianMinutes, more } = await reviewCoverage(auditing, span);
  if (more) throw new Problem('TOO_LARGE', { detail: auditTexts.periodLong });
  const report: ReviewReport = { from, to, days, medianMinutes, ...defined({ verified }) };
  const digest = hash('sha256', canonicalize(report) as string, 'base64');
  const about = `report-${Buffer.from(digest, 'base64').toString('base64url')}`;
  const finding: ReportFinding = { digest, from, to, ...defined({ verified }) };
  const [given] = await giveVerdicts(auditing, session, [
    { about, outcome: 'reported', finding: { code: CODE, text: canonicalize(finding) as string } },
  ]);
  if (!given || !('receipt' in given)) throw new Problem('CONFLICT', { detail: auditTexts.verdictsRunning });
  return { report, digest, receipt: given.receipt };
}

/**
 * A report by its number. Its figures are counted again from the entries of its period and the verdicts that were given
 * before it, so later verdicts change nothing.
 * @throws Problem NOT_FOUND for another entry; TOO_LARGE as `makeReport`; LOG_UNAVAILABLE: then nothing is shown
 */
export async function readReport(
  auditing: Auditing,
  session: Session,
  id: string,
): Promise<{ entry: Entry; counted: ReviewReport }> {
  const stored = await readEntry(auditing.store, id);
  const { kind, code, time } = stored?.entry ?? {};
  const finding = stored?.words.finding;
  if (!stored || kind !== 'review' || code !== CODE || time === undefined || finding === undefined)
    throw new Problem('NOT_FOUND');
  await logReading(auditing, session, { about: stored.id });
  const { from, to, verified } = JSON.parse(finding) as ReportFinding;
  const span = { from: Date.parse(from), to: Date.parse(to) };
  const { days, medianMinutes, more } = await reviewCoverage(auditing, span, Date.parse(time));
  if (more) throw new Problem('TOO_LARGE', { detail: auditTexts.periodLong });
  return { entry: provenView(stored), counted: { from, to, days, medianMinutes, ...defined({ verified }) } };
}
