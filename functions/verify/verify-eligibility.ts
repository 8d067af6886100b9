/**
 * The data path of a verification. The same look-ups, KMS calls and log writes follow for every subject,
 * whether or not a record exists: the decoy replaces an unknown record, or one that may not be opened.
 * Nothing is opened before an attempt entry is durable, and nothing is answered before the decision entry is.
 */
import type { Verified } from '../../shared/contract/release.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { attest } from './attest.ts';
import type { Finding, FoundSubject, LoadedParties, VerifyCall } from './call.ts';
import { findSubject } from './find-subject.ts';
import { judge } from './judge.ts';
import { loadParties } from './load.ts';
import { appendAttempt, appendFinding } from './log.ts';
import { keepOutcome } from './outcomes.ts';
import { endTurn, takeSubject, undoTurn } from './turns.ts';

/** @throws Problem INVALID_REQUEST, LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE: then nothing was revealed */
export async function verifyEligibility(call: VerifyCall, screening: Screening): Promise<Verified> {
  let found: FoundSubject | null = null;
  try {
    found = await findSubject(call);
    const { answer, standing } = await check(call, screening, found);
    await endTurn(call, { confirmed: answer.outcome === 'YES', standing, found });
    return answer;
  } catch (error) {
    await undoTurn(call, found);
    throw error;
  }
}

async function check(
  call: VerifyCall,
  screening: Screening,
  found: FoundSubject,
): Promise<{ answer: Verified; standing: boolean }> {
  const [parties, attempt] = await Promise.all([
    loadParties(call, found.subject, takeSubject),
    appendAttempt(call, screening, found.subject),
  ]);
  const finding = await judge(call, screening, parties);
  const receipt = await appendFinding(call, screening, parties, finding, attempt);
  const { attestation, until } = await proofOf(call, parties, finding);
  const answer = {
    outcome: finding.outcome,
    programme: call.programme.name,
    attestation,
    validUntil: new Date(until * 1000).toISOString(),
    obligations: [...screening.obligations],
    watermark: receipt.entry,
    receipt,
  };
  return { answer, standing: finding.stored?.outcome === 'YES' };
}

/** A confirmation that is still valid is answered again unchanged. Any other attestation is made new. */
async function proofOf(call: VerifyCall, parties: LoadedParties, finding: Finding) {
  const { stored } = finding;
  if (stored?.attestation !== undefined) return { attestation: stored.attestation, until: stored.until };
  return keepOutcome(call, parties, finding, await attest(call, parties, finding));
}

/** Every answer is padded to a multiple of this many bytes. Nearly all answers fit into one block. */
const BLOCK = 4096;

/** JSON followed by spaces, so that its length reveals nothing. */
export function padded(answer: Verified): string {
  const text = JSON.stringify(answer);
  const size = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(size / BLOCK) * BLOCK - size);
}
