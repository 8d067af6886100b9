/**
 * The data path of a verification. Whoever is asked about, and whether there is anybody, the same look-ups, KMS
 * calls and log writes follow: the decoy stands in for what is unknown or may not be opened. Nothing is opened
 * before an attempt entry is durable, and nothing is answered before the decision entry is.
 */
import type { Outcome } from '../../shared/attestation/eligibility.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { attest } from './attest.ts';
import type { Finding, FoundSubject, VerifyCall } from './call.ts';
import { findSubject } from './find-subject.ts';
import { judge } from './judge.ts';
import { load } from './load.ts';
import { appendAttempt, appendFinding } from './log.ts';
import { keepOutcome } from './outcomes.ts';
import { dropTurn, endTurn, takeSubject } from './turns.ts';

export interface VerificationAnswer {
  outcome: Outcome;
  programme: string;
  attestation: string;
  /** RFC 3339. */
  validUntil: string;
  obligations: string[];
  /** Names this answer wherever it turns up, as a story card's does. */
  watermark: string;
  receipt: Receipt;
}

/** @throws Problem INVALID_REQUEST, LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE: then nothing is told */
export async function verifyEligibility(call: VerifyCall, screening: Screening): Promise<VerificationAnswer> {
  let found: FoundSubject | null = null;
  try {
    found = await findSubject(call);
    const answer = await check(call, screening, found);
    await endTurn(call, answer.outcome);
    return answer;
  } catch (error) {
    await dropTurn(call, found);
    throw error;
  }
}

async function check(
  call: VerifyCall,
  screening: Screening,
  found: FoundSubject,
): Promise<VerificationAnswer> {
  const [situated, attempt] = await Promise.all([
    load(call, found.subject, takeSubject),
    appendAttempt(call, screening, found.subject),
  ]);
  const finding = await judge(call, screening, situated);
  const receipt = await appendFinding(call, screening, situated, finding, attempt);
  const { attestation, until } = await proofOf(call, situated, finding);
  return {
    outcome: finding.outcome,
    programme: call.programme.name,
    attestation,
    validUntil: new Date(until * 1000).toISOString(),
    obligations: [...screening.obligations],
    watermark: receipt.entry,
    receipt,
  };
}

/** A confirmation that stands is handed out as it was; anything else is made anew. */
async function proofOf(call: VerifyCall, situated: Parameters<typeof attest>[1], finding: Finding) {
  const { stored } = finding;
  if (stored?.attestation !== undefined) return { attestation: stored.attestation, until: stored.until };
  return keepOutcome(call, situated, finding, await attest(call, situated, finding));
}

/** Every answer is padded to a multiple of this many bytes; all but extraordinary ones have one. */
const BLOCK = 4096;

/** JSON with blanks after it, so that its length tells nothing. */
export function padded(answer: VerificationAnswer): string {
  const text = JSON.stringify(answer);
  const size = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(size / BLOCK) * BLOCK - size);
}
