/** Compares a printed report of the review with the log, by its number and without trust in the gateway's own words. */
import { continues, headIn } from '../../../../shared/client/evidence/evidence.ts';
import { digestOf, reportIn } from '../../../../shared/client/evidence/report-finding.ts';
import type { ReportFinding, ReviewReport } from '../../../../shared/contract/reviews.ts';
import { fromBase64 } from '../../../../shared/tree/base64.ts';
import { read } from '../gateway/api.ts';
import { ApiError } from '../gateway/problems.ts';
import { asEntry, type LogEntry } from '../log/entries.ts';
import { logKey, type Proof, proveEntry } from './proof.ts';

export interface ReportFound {
  entry: LogEntry;
  said: ReportFinding;
  /** The figures, counted again up to the time of the report. */
  counted: ReviewReport;
  sameFigures: boolean;
  /** Of the entry itself. */
  proof: Proof;
  proven: boolean;
  /** Whether the log continues the tree that the report names; `null` if it names none. */
  sameTree: boolean | null;
}

/** @throws ApiError NOT_FOUND for an entry that is no report; with status 409 while it is not in the tree yet */
export async function findReport(id: string): Promise<ReportFound> {
  const answer = await read('GET /v1/log/reports/:id', { id });
  const counted = answer.counted as ReviewReport;
  const entry = asEntry(answer.entry);
  const said = reportIn(entry.words?.finding);
  if (!said || entry.id !== id) throw new ApiError(0, { code: 'ANSWER_INVALID' });
  const proof = await proveEntry(entry);
  return {
    ...{ entry, said, counted, proof },
    sameFigures: digestOf(counted) === said.digest,
    // What it says must be opened: nothing else vouches for it.
    proven: proof.steps.every(({ ok }) => ok) && entry.openings?.['finding'] !== undefined,
    sameTree: said.verified ? await continuesTree(said.verified, proof.note) : null,
  };
}

/** @param note the checkpoint under which the entry was proven */
async function continuesTree({ size, root }: { size: number; root: string }, note: string): Promise<boolean> {
  const { verifier } = await logKey();
  const head = await headIn(note, verifier);
  const bytes = fromBase64(root, 32);
  if (!head || !bytes || head.size < size) return false;
  const query = { from: size, to: head.size };
  const proof = size === head.size ? [] : (await read('GET /v1/log/proofs/consistency', { query })).proof;
  return continues({ origin: head.origin, size, root: bytes }, head, proof);
}
