import type { Outcome } from '../../shared/attestation/eligibility.ts';
import type { Json } from '../../shared/json.ts';
import type { Handler, NewEntry } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Programme } from '../../shared/policy/pack/parts.ts';
import type { Ask } from '../../shared/policy/types.ts';
import { type Day, isoOf } from '../../shared/policy/value/age.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import type { StoredProof } from '../../shared/records/casework/statuses.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import type { VerificationRequest } from '../http/contract/verify.ts';
import type { Session } from '../session/session.ts';
import type { Loaded } from '../steps/holding.ts';
import type { OpenKeys } from '../steps/open-sheets.ts';
import type { VerifyDeps } from './deps.ts';

export interface FoundSubject {
  /** A subject id. Where the name leads to nobody it is a random one, so that the same look-ups follow. */
  subject: string;
  /** Undoes what finding used up. */
  giveBack?(): Promise<void>;
}

/** What came of a check. Of all this only the outcome leaves; the code is for the owner and the auditor. */
export interface Finding {
  outcome: Outcome;
  code: string;
  consents: readonly string[];
  /** The outcome of an earlier check that still stands. */
  stored: StoredOutcome | null;
  /** Whether the programme's question itself was answered now. */
  answered: boolean;
  /** Whether consent and area allow a check at all, now or once a freeze or dispute is over; `false` ends an earlier outcome. */
  allowed: boolean;
  /** State of the record that the answer rests on. */
  basis: string;
}

/** Reasons that confirm nothing while they last, and leave a proof what it was. */
export const PASSING = ['BUDGET_SPENT', 'FROZEN', 'DISPUTED_FIELD', 'INTEGRITY_FAULT'];

/** Whether a proof that says yes must not be shown any more. */
export function endsProof({ answered, outcome, allowed }: Finding): boolean {
  return answered ? outcome !== 'YES' : !allowed;
}

/** Somebody whose fields may be opened, or the decoy; what is opened of them is kept here for the request. */
export interface Party extends Loaded {
  item: KeyItem;
  keys: OpenKeys;
  /** Field to values by owner, in the pack's order of precedence. */
  values: Map<string, { owner: string; value: Json }[]>;
}

export interface Situated {
  /** The subject id that was looked up, of somebody or nobody. */
  subject: string;
  /** `null` for nobody, and where the record is broken. */
  real: Party | null;
  broken: boolean;
  /** `null` only where the deployment has none yet. */
  decoy: Party | null;
  casework: readonly CaseworkItem[];
  withinBudget: boolean;
}

/** What one call works with. */
export interface VerifyCall {
  deps: VerifyDeps;
  pack: Pack;
  session: Pick<Session, 'caller' | 'agency'>;
  /** Who acts, as entries name it, and the signature that proves it. */
  handler: Handler;
  evidence: NonNullable<NewEntry['words']>;
  ask: Ask;
  programme: Programme;
  subject: VerificationRequest['subject'];
  /** Its match keys by field, normalised. */
  keys: ReadonlyMap<string, string>;
  /** Digest of the request as it was understood. */
  request: string;
  /** Epoch milliseconds of the decision. */
  now: number;
  today: Day;
}

/** Epoch second of a day's beginning in the pack's time zone. */
export function startOf(pack: Pack, day: Day): number {
  return day * 86_400 - pack.calendar.utcOffsetMinutes * 60;
}

/** The day as ISO text. */
export function dayText({ today }: Pick<VerifyCall, 'today'>): string {
  return isoOf(today);
}

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
