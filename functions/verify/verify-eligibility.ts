/**
 * The data path of a verification. The same look-ups, KMS calls and log writes follow for every subject,
 * whether or not a record exists: the decoy replaces an unknown record, or one that may not be opened.
 * Nothing is opened before an attempt entry is durable, and nothing is answered before the decision entry is.
 */
import type { Verified } from '../../shared/contract/release.ts';
import type { Screening } from '../../shared/policy/types.ts';
import { attest, drawPlace } from './attest.ts';
import type { Finding, FoundSubject, VerifyCall } from './call.ts';
import { answerQuestion, weigh } from './judge.ts';
import { loadParties } from './load.ts';
import { appendAttempt, appendFinding } from './log.ts';
import { type Kept, keepOutcome, noteStanding } from './outcomes.ts';
import { endTurn, takeSubject, undoTurn } from './turns.ts';

/**
 * @param look finds the subject
 * @throws Problem INVALID_REQUEST, LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE: then nothing was revealed
 */
export async function verifyEligibility(
  call: VerifyCall,
  screening: Screening,
  look: () => Promise<FoundSubject>,
): Promise<Verified> {
  let found: FoundSubject | null = null;
  try {
    found = await look();
    return await check(call, screening, found);
  } catch (error) {
    await undoTurn(call, found);
    throw error;
  }
}

async function check(call: VerifyCall, screening: Screening, found: FoundSubject): Promise<Verified> {
  const [parties, attempt] = await Promise.all([
    loadParties(call, found.subject, takeSubject),
    appendAttempt(call, screening, found.subject),
  ]);
  const weighed = await weigh(call, screening, parties);
  const { stored } = weighed;
  const [finding, place] = await Promise.all([
    answerQuestion(call, screening, parties, weighed),
    stored?.attestation === undefined ? drawPlace(call) : null,
  ]);
  // What is signed here leaves this function, and is stored, once the entry is durable.
  const [receipt, attested] = await Promise.all([
    appendFinding(call, screening, parties, finding, attempt),
    place && attest(call, parties, finding, place),
    place && noteStanding(call, parties, finding),
  ]);
  const { attestation, until, look } = attested
    ? await keepOutcome(call, parties, finding, attested)
    : unchanged(finding);
  const standing = stored?.outcome === 'YES';
  const ended = endTurn(call, { confirmed: finding.outcome === 'YES', standing, found });
  try {
    await Promise.all([look(), ended]);
  } catch (error) {
    await ended.then(({ undo }) => undo()).catch(() => {});
    throw error;
  }
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

/** A confirmation that is still valid is answered again. Any other attestation is made new. */
function unchanged({ stored }: Finding): Kept {
  return { attestation: stored?.attestation ?? '', until: stored?.until ?? 0, look: async () => {} };
}

/** Every answer is padded to a multiple of this many bytes. Nearly all answers fit into one block. */
const BLOCK = 4096;

/** JSON followed by spaces, so that its length reveals nothing. */
export function padded(answer: Verified): string {
  const text = JSON.stringify(answer);
  const size = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(size / BLOCK) * BLOCK - size);
}
