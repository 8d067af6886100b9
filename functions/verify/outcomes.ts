import { createHash } from 'node:crypto';
import type { Outcome } from '../../shared/attestation/eligibility.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import { OUTCOME, type StoredProof } from '../../shared/records/casework/statuses.ts';
import type { Party } from './load.ts';
import type { VerifyCall } from './read-call.ts';

/** The outcome of one programme for one recipient, beside the subject's casework. */
export interface StoredOutcome extends StoredProof {
  programme: string;
  outcome: Outcome;
  /** Epoch second until which it stands. */
  until: number;
  /** Hash of the policy, and state of the record, that it rests on. */
  policy: string;
  basis: string;
  /** Of a confirmed one: what the recipient was given. */
  attestation?: string;
}

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
