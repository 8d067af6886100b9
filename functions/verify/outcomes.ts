import { createHash } from 'node:crypto';
import type { SubjectId } from '../../shared/ids.ts';
import { monthOf } from '../../shared/policy/pack/calendar.ts';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import {
  type CaseworkItem,
  dropCasework,
  putCasework,
  queryCasework,
} from '../../shared/records/casework/casework.ts';
import { keepStanding } from '../../shared/records/casework/standing.ts';
import { OUTCOME, revokePlace, revokeProofs } from '../../shared/records/casework/statuses.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import { decoySubject } from '../steps/holding.ts';
import { type Attested, validUntil } from './attest.ts';
import {
  endsProof,
  type Finding,
  type LoadedParties,
  type Party,
  type StoredOutcome,
  type VerifyCall,
} from './call.ts';

export function outcomeId({ programme, session }: VerifyCall): string {
  return `${programme.name}.${session.caller.clientId}`;
}

/** The stored outcome, whether or not it is still valid. */
export function lastOutcome(call: VerifyCall, casework: readonly CaseworkItem[]): StoredOutcome | null {
  const item = casework.find(({ kind, id }) => kind === OUTCOME && id === outcomeId(call));
  return item ? (item.document as StoredOutcome) : null;
}

/** @returns the last outcome, if it is still valid */
export function storedOutcome(call: VerifyCall, casework: readonly CaseworkItem[]): StoredOutcome | null {
  const last = lastOutcome(call, casework);
  return last && last.until > call.now / 1000 ? last : null;
}

/** What is answered, and the look at what may have ended the proof meanwhile. */
export interface Kept extends Pick<Attested, 'attestation' | 'until'> {
  look(): Promise<void>;
}

/** A digest over the record's heads: any change of the record changes it. */
export function basisOf({ item }: Pick<Party, 'item'>): string {
  const heads = [...item.heads].map(([owner, { digest }]) => `${owner} ${digest}`).sort();
  return createHash('sha256').update(heads.join('\n')).digest('base64url');
}

/**
 * Stores the answer, so that a repeated check gets the same answer and a later revocation finds the attestation. An
 * earlier attestation that is no longer true is revoked. There is one write whatever the finding: if there is nothing to
 * store, it goes to the decoy.
 * @returns the attestation to answer with: of two concurrent checks, the one that was stored first. Nothing may be answered
 * before `look` has ended
 */
export async function keepOutcome(
  call: VerifyCall,
  parties: LoadedParties,
  finding: Finding,
  attested: Attested,
): Promise<Kept> {
  const { deps, programme, session, pack } = call;
  const { tables } = deps;
  const last = lastOutcome(call, parties.casework);
  const ended = last !== null && endsProof(finding);
  if (ended) await revokeProofs(tables.status, parties.casework.filter(isIt(call)), deps.now());
  const base = {
    programme: programme.name,
    purpose: call.ask.purpose,
    recipient: session.caller.clientId,
    outcome: finding.outcome,
    policy: pack.hash,
    basis: finding.basis,
  };
  if (!finding.answered || !parties.real) {
    const over = { kind: OUTCOME, id: outcomeId(call), document: { ...base, until: 0 } };
    const nothing = { kind: OUTCOME, id: 'decoy', document: {} };
    const to = ended && parties.real ? parties.subject : await decoySubject(deps, pack.collection);
    const kept = to === parties.subject ? over : nothing;
    await putCasework(tables.casework, to, kept);
    const look = async () => void (await stillStands(call, to, kept.id, []));
    return { ...attested, look };
  }
  const same = runningProof(call, parties, finding);
  const document: StoredOutcome = {
    ...base,
    until: same?.until ?? attested.until,
    ...(finding.outcome === 'YES'
      ? { attestation: same?.attestation ?? attested.attestation, status: same?.status ?? attested.place }
      : {}),
  };
  const item = { kind: OUTCOME, id: outcomeId(call), document };
  if (await putCasework(tables.casework, parties.subject, item, last)) {
    const look = async () => {
      const stands = await stillStands(call, parties.subject, item.id, finding.consents);
      if (document.status && !stands) await revokePlace(tables.status, document.status, deps.now());
    };
    return { attestation: document.attestation ?? attested.attestation, until: document.until, look };
  }
  await revokePlace(tables.status, attested.place, deps.now());
  const now = storedOutcome(call, await queryCasework(tables.casework, parties.subject));
  const won = now?.outcome === finding.outcome ? now : null;
  const answer = {
    attestation: won?.attestation ?? attested.attestation,
    until: won?.until ?? attested.until,
  };
  return { ...answer, look: async () => {} };
}

/** A confirmation that is still valid stays valid, now based on the record as it is. */
function runningProof(
  call: VerifyCall,
  { casework }: LoadedParties,
  { outcome }: Finding,
): StoredOutcome | null {
  const running = outcome === 'YES' ? storedOutcome(call, casework) : null;
  return running?.outcome === 'YES' ? running : null;
}

/**
 * Notes a confirmation for the checks of later months, before its outcome is stored. A crash in between leaves a note
 * without a proof, which does no harm; the other order would leave a proof that is never checked again.
 */
export async function noteStanding(
  call: VerifyCall,
  parties: LoadedParties,
  finding: Finding,
): Promise<void> {
  if (finding.outcome !== 'YES' || !finding.answered || !parties.real) return;
  const { deps, programme, session, ask, pack } = call;
  await keepStanding(deps.tables.status, {
    subject: parties.subject,
    programme: programme.name,
    purpose: ask.purpose,
    recipient: session.caller.clientId,
    basis: finding.basis,
    looked: monthOf(pack.calendar, deps.now()).begins,
    after: 0,
    expires: runningProof(call, parties, finding)?.until ?? validUntil(call, parties, finding),
  });
}

/**
 * A withdrawal or an erasure revokes the attestations that it finds, and an erasure removes the outcomes. A concurrent one
 * may not have found this outcome, so the check reads again after its own write: whichever of the two writes last sees the
 * other. The outcome of a record that is gone is removed.
 */
async function stillStands(
  { deps }: VerifyCall,
  subject: SubjectId,
  id: string,
  consents: Finding['consents'],
): Promise<boolean> {
  const { tables } = deps;
  const [item, casework] = await Promise.all([
    readKeyItem(tables.keys, subject),
    queryCasework(tables.casework, subject),
  ]);
  const there = item?.subject === subject;
  if (!there) await dropCasework(tables.casework, subject, { kind: OUTCOME, id });
  const standing = casework.filter(
    ({ kind, document }) => kind === 'consent' && (document as ConsentArtefact).act !== 'withdrawn',
  );
  return there && consents.every((consent) => standing.some((one) => one.id === consent));
}

function isIt(call: VerifyCall) {
  return ({ kind, id }: { kind: string; id: string }) => kind === OUTCOME && id === outcomeId(call);
}
