import { createHash } from 'node:crypto';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { type CaseworkItem, putCasework, queryCasework } from '../../shared/records/casework/casework.ts';
import { keepStanding } from '../../shared/records/casework/standing.ts';
import { OUTCOME, revokePlace, revokeProofs } from '../../shared/records/casework/statuses.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import { decoySubject } from '../steps/holding.ts';
import type { Attested } from './attest.ts';
import {
  endsProof,
  type Finding,
  type Party,
  type Situated,
  type StoredOutcome,
  type VerifyCall,
} from './call.ts';

export function outcomeId({ programme, session }: VerifyCall): string {
  return `${programme.name}.${session.caller.clientId}`;
}

/** The document as it is stored, whether or not it still stands. */
export function lastOutcome(call: VerifyCall, casework: readonly CaseworkItem[]): StoredOutcome | null {
  const item = casework.find(({ kind, id }) => kind === OUTCOME && id === outcomeId(call));
  return item ? (item.document as StoredOutcome) : null;
}

/** @returns the last outcome while it is within its validity */
export function storedOutcome(call: VerifyCall, casework: readonly CaseworkItem[]): StoredOutcome | null {
  const last = lastOutcome(call, casework);
  return last && last.until > call.now / 1000 ? last : null;
}

/** Names the record as its heads do, so that any change of it makes another basis. */
export function basisOf({ item }: Pick<Party, 'item'>): string {
  const heads = [...item.heads].map(([owner, { digest }]) => `${owner} ${digest}`).sort();
  return createHash('sha256').update(heads.join('\n')).digest('base64url');
}

/**
 * Keeps what was answered, so that a repeat is answered alike and a later revocation finds the attestation;
 * an earlier attestation that no longer holds is revoked. One write whatever was found: where there is nothing
 * to keep, it goes to the decoy.
 * @returns what to hand out: of two checks at once, what the first one kept
 */
export async function keepOutcome(
  call: VerifyCall,
  situated: Situated,
  finding: Finding,
  attested: Attested,
): Promise<Pick<Attested, 'attestation' | 'until'>> {
  const { deps, programme, session, pack } = call;
  const { tables } = deps;
  const last = lastOutcome(call, situated.casework);
  const ended = last !== null && endsProof(finding);
  if (ended) await revokeProofs(tables.status, situated.casework.filter(isIt(call)));
  const base = {
    programme: programme.name,
    purpose: call.ask.purpose,
    recipient: session.caller.clientId,
    outcome: finding.outcome,
    policy: pack.hash,
    basis: finding.basis,
  };
  if (!finding.answered || !situated.real) {
    const over = { kind: OUTCOME, id: outcomeId(call), document: { ...base, until: 0 } };
    const nothing = { kind: OUTCOME, id: 'decoy', document: {} };
    const to = ended && situated.real ? situated.subject : await decoySubject(deps, pack.collection);
    await putCasework(tables.casework, to, to === situated.subject ? over : nothing);
    return attested;
  }
  // A confirmation that still runs goes on, under the record as it is now.
  const running = finding.outcome === 'YES' ? storedOutcome(call, situated.casework) : null;
  const same = running?.outcome === 'YES' ? running : null;
  const document: StoredOutcome = {
    ...base,
    until: same?.until ?? attested.until,
    ...(finding.outcome === 'YES' && {
      attestation: same?.attestation ?? attested.attestation,
      status: same?.status ?? attested.place,
    }),
  };
  const item = { kind: OUTCOME, id: outcomeId(call), document };
  // Before the outcome: what is not there yet is no proof, and one that nobody looks at again would be.
  if (finding.outcome === 'YES') {
    const { programme: name, purpose, recipient, basis, until: expires } = document;
    const standing = { subject: situated.subject, programme: name, purpose, recipient, basis };
    await keepStanding(tables.status, { ...standing, after: 0, expires });
  }
  if (await putCasework(tables.casework, situated.subject, item, last)) {
    if (document.status && !(await stillStands(call, situated.subject, finding)))
      await revokePlace(tables.status, document.status);
    return { attestation: document.attestation ?? attested.attestation, until: document.until };
  }
  await revokePlace(tables.status, attested.place);
  const now = storedOutcome(call, await queryCasework(tables.casework, situated.subject));
  const won = now?.outcome === finding.outcome ? now : null;
  return { attestation: won?.attestation ?? attested.attestation, until: won?.until ?? attested.until };
}

/**
 * A withdrawal or an erasure revokes the attestations that it finds. One that came while this check was under way
 * did not find this one, and now is found: whichever of the two writes last sees the other.
 */
async function stillStands({ deps }: VerifyCall, subject: string, { consents }: Finding): Promise<boolean> {
  const { tables } = deps;
  const [item, casework] = await Promise.all([
    readKeyItem(tables.keys, subject),
    queryCasework(tables.casework, subject),
  ]);
  const standing = casework.filter(
    ({ kind, document }) => kind === 'consent' && (document as ConsentArtefact).act !== 'withdrawn',
  );
  return item?.subject === subject && consents.every((id) => standing.some((one) => one.id === id));
}

function isIt(call: VerifyCall) {
  return ({ kind, id }: { kind: string; id: string }) => kind === OUTCOME && id === outcomeId(call);
}
