import type { SubjectName } from '../../shared/contract/routes/asks.ts';
import type { EntryId, KeyId } from '../../shared/ids.ts';
import type { CohortCell } from '../../shared/policy/count/cohort.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Approval, Ask, Decision, Refusal, Screening } from '../../shared/policy/types.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import type { StoredCohort } from '../../shared/records/gateway/cohorts.ts';
import type { Session } from '../session/session.ts';
import type { CallBase } from '../steps/entry-base.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import type { Loaded } from '../steps/holding.ts';
import type { HeldField, Holding, OpenedValues, OpenKeys } from '../steps/open-sheets.ts';

/** One release call. */
export interface ReleaseCall {
  pack: Pack;
  session: Session;
  ask: Ask;
  /** What each entry of the call says. */
  base: CallBase;
  /** The result that depends on caller, purpose and request alone. */
  screened: Screening | Refusal;
  subjects: readonly SubjectName[];
  /** Epoch milliseconds of the decision: one instant for the whole call. */
  now: number;
  /** `performance.now()` when the call was read. */
  started: number;
  /** Of a collection in pieces: the position in the named request of the first of the subjects. */
  from?: number;
  /** Of a call for a story card: what the card is checked against. */
  card?: CardCheck;
  /** The approval of the named case, which the entries of its releases list. */
  case?: { approval: EntryId; ends: number };
  /** How to undo the counts of earlier steps; used if the call fails. */
  undo: (() => Promise<void>)[];
  /** The entry of a colleague's word, who answers for the call too. */
  second?: EntryId;
}

/** The data with which a story card is compared. */
export interface CardCheck {
  /** Digest of the text. */
  text: string;
  /** The dimension that counts the card's values, and its counts in the caller's areas. */
  dimension: string;
  cohorts: readonly StoredCohort<CohortCell>[];
}

/** A subject as stored. */
export interface LoadedSubject extends Loaded, FoundSubject {
  casework: readonly CaseworkItem[];
  /** The named request's approvals for this subject. */
  approval?: Approval;
  /** The subject belongs to the named case, which is open and assigned to the officer. */
  assigned?: boolean;
}

/** A subject whose decisive fields have been opened. */
export interface OpenedSubject extends LoadedSubject {
  /** Data keys unwrapped for this subject so far; they live as long as the request. */
  keys: OpenKeys;
  /** Keys of the decoy that are unwrapped too if the facts refuse the subject. */
  spare?: DecoyKeys;
  /** The same, for the first subject of the call that they refuse. */
  spareOfFirst?: DecoyKeys;
  values: OpenedValues;
}

export interface DecoyKeys {
  decoy: Holding;
  ids: ReadonlySet<KeyId>;
}

/** A subject with its decision and the fields that must be opened for it. */
export interface DecidedSubject extends OpenedSubject {
  decision: Decision;
  /** The needed fields that are still sealed, each of the first owner that holds it. */
  toOpen: readonly HeldField[];
  /** Fields that an owner of higher precedence lacks; its manifest must prove that. */
  lacked: readonly HeldField[];
  /** Keys of the decoy for the classes of which no person of the call has any, if fields of them are decided. */
  instead?: DecoyKeys;
}
