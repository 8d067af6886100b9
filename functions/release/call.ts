import type { Json } from '../../shared/json.ts';
import type { CohortCell } from '../../shared/policy/count/cohort.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Approval, Ask, Decision } from '../../shared/policy/types.ts';
import type { CaseworkItem } from '../../shared/records/casework/casework.ts';
import type { StoredRequest } from '../../shared/records/casework/requests.ts';
import type { StoredCohort } from '../../shared/records/gateway/cohorts.ts';
import type { Counting } from '../../shared/records/limits/counters.ts';
import type { Counted } from '../../shared/records/limits/volume.ts';
import type { SubjectName } from '../http/contract/asks.ts';
import type { Session } from '../session/session.ts';
import type { FoundSubject } from '../steps/find-subjects.ts';
import type { Loaded } from '../steps/holding.ts';
import type { HeldField, Holding, OpenKeys } from '../steps/open-sheets.ts';
import type { ReleaseDeps } from './deps.ts';

/** A subject with its decision and the fields that must be opened for it. */
export interface DecidedSubject extends LoadedSubject {
  decision: Decision;
  /** What is still sealed and needed: each field of the first owner that holds it. */
  toOpen: readonly HeldField[];
  /** What an owner before that one lacks, which a manifest must prove. */
  lacked: readonly HeldField[];
}

export interface Spare {
  decoy: Holding;
  ids: ReadonlySet<string>;
}

/** One subject on its way through the release; later steps fill in what they open. */
export interface LoadedSubject extends Loaded, FoundSubject {
  casework: readonly CaseworkItem[];
  /** What a named request approves of this subject. */
  approval?: Approval;
  /** Data keys unwrapped for this subject so far; they live as long as the request. */
  keys: OpenKeys;
  /** Keys of the decoy that are unwrapped too should the subject be refused by its facts. */
  spare?: Spare;
  /** Field to values by owner, in the pack's order of precedence. */
  values: Map<string, { owner: string; value: Json }[]>;
}

/** What one call works with. */
export interface ReleaseCall {
  deps: ReleaseDeps;
  pack: Pack;
  session: Session;
  ask: Ask;
  subjects: readonly SubjectName[];
  /** Digest of the request as it was understood. */
  request: string;
  /** Epoch milliseconds of the decision: one instant for the whole call. */
  now: number;
  /** Of a call for a story card: what it is checked against. */
  card?: CardCheck;
  /** Filled in with what is limited and was taken. */
  taken: Taken;
}

/** What a call for a card brings along. */
export interface CardCheck {
  /** Digest of the text. */
  text: string;
  /** The dimension that the card's values are counted by, and its counts where the caller may ask. */
  dimension: string;
  cohorts: readonly StoredCohort<CohortCell>[];
}

export interface Taken {
  /** The approved request that is collected. */
  seen?: StoredRequest;
  counting?: Promise<boolean>;
  /** People of the day and of the case. */
  counts?: readonly Promise<Counted>[];
  /** What was compared of whom; `null` where there was none left. */
  comparisons?: readonly Promise<Counting | null>[];
}
