import type { Outcome } from '../../shared/attestation/eligibility.ts';
import type { VerificationRequest } from '../../shared/contract/routes/verify.ts';
import type { SubjectId } from '../../shared/ids.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import { type Day, isoOf } from '../../shared/policy/value/age.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import type { StoredProof } from '../../shared/records/casework/statuses.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { Session } from '../session/session.ts';
import type { LoggedCall } from '../steps/entry-base.ts';
import type { Loaded } from '../steps/holding.ts';
import type { OpenedValues, OpenKeys } from '../steps/open-sheets.ts';
import type { VerifyDeps } from './deps.ts';

export interface FoundSubject {
  /** A subject id. If the name leads to no record, it is a random id, so that the same reads follow. */
  subject: SubjectId;
  /** Makes a used code valid again. */
  undo?: () => Promise<void>;
}

/** The result of a check. Only the outcome leaves the gateway; the code is for the owner and the auditor. */
export interface Finding {
  outcome: Outcome;
  code: string;
  consents: readonly string[];
  /** The outcome of an earlier check, if it is still valid. */
  stored: StoredOutcome | null;
  /** Whether this check answered the programme's question itself. */
  answered: boolean;
  /** Whether consent and area allow a check, now or after a freeze or dispute ends. `false` ends an earlier outcome. */
  allowed: boolean;
  /** State of the record that the answer is based on. */
  basis: string;
}

/** Temporary reasons: they confirm nothing while they last, and do not end an earlier proof. */
export const PASSING = ['BUDGET_SPENT', 'FROZEN', 'DISPUTED_FIELD', 'INTEGRITY_FAULT'];

/** Whether an earlier proof that says yes must be revoked. */
export function endsProof({ answered, outcome, allowed }: Finding): boolean {
  return answered ? outcome !== 'YES' : !allowed;
}

/** A subject whose fields may be opened, or the decoy. It holds the opened values during the request. */
export interface Party extends Loaded {
  item: KeyItem;
  keys: OpenKeys;
  values: OpenedValues;
}

export interface LoadedParties {
  /** The subject id that was looked up, whether or not a record exists. */
  subject: SubjectId;
  /** `null` if no record exists or the record is broken. */
  real: Party | null;
  broken: boolean;
  /** `null` only if the deployment has none yet. */
  decoy: Party | null;
  casework: readonly CaseworkItem[];
  withinBudget: boolean;
}

/** One check, of a recipient or of the gateway itself. */
export interface VerifyCall extends LoggedCall {
  deps: VerifyDeps;
  session: Pick<Session, 'caller' | 'agency' | 'person'>;
  programme: Programme;
  subject: VerificationRequest['subject'];
  /** Its match keys by field, normalised. */
  keys: ReadonlyMap<string, string>;
  /** Epoch milliseconds of the decision. */
  now: number;
  today: Day;
  /** Id of the check, which its counts are marked with. */
  turn: string;
}

/** Epoch second of a day's beginning in the pack's time zone. */
export function startOf(pack: Pack, day: Day): number {
  return day * 86_400 - pack.calendar.utcOffsetMinutes * 60;
}

/** Epoch second of the next day's beginning. */
export function endOfDay({ pack, today }: Pick<VerifyCall, 'pack' | 'today'>): number {
  return startOf(pack, today + 1);
}

/** The day as ISO text. */
export function dayText({ today }: Pick<VerifyCall, 'today'>): string {
  return isoOf(today);
}

/** The outcome of one programme for one recipient, stored with the subject's casework. */
export interface StoredOutcome extends StoredProof {
  programme: string;
  outcome: Outcome;
  /** Epoch second until which it is valid. */
  until: number;
  /** Hash of the policy, and state of the record, that it is based on. */
  policy: string;
  basis: string;
  /** The attestation that the recipient got; only of a confirmation. */
  attestation?: string;
}
