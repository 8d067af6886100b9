/** What the entry of a report of the review says, and whether figures are those of it. Runs in browsers too. */

import { sha256 } from '@noble/hashes/sha2.js';
import canonicalize from 'canonicalize';
import type { ReportFinding, ReviewReport } from '../../contract/reviews.ts';
import { toBase64 } from '../../tree/base64.ts';

/** @param finding the word of the entry, opened from its leaf. @returns `null` for that of another entry */
export function reportIn(finding: unknown): ReportFinding | null {
  if (typeof finding !== 'string') return null;
  try {
    const said = JSON.parse(finding) as Partial<ReportFinding>;
    const { digest, from, to, verified } = said;
    const texts = [digest, from, to].every((one) => typeof one === 'string');
    const tree =
      verified === undefined || (Number.isSafeInteger(verified.size) && typeof verified.root === 'string');
    return texts && tree ? (said as ReportFinding) : null;
  } catch {
    return null;
  }
}

export function digestOf(report: ReviewReport): string {
  return toBase64(sha256(new TextEncoder().encode(canonicalize(report))));
}
