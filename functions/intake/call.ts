import type { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import type { IndexedKey } from '../../shared/keys/blind-index.ts';
import type { Text } from '../../shared/language.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Json, Withheld } from '../../shared/policy/types.ts';
import type { StagedFile } from '../../shared/records/files.ts';
import type { IndexLead } from '../../shared/records/subject/index-entries.ts';
import type { HeadMove, KeyItem } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import type { Session } from '../session/session.ts';

export interface IntakeRequest {
  collection: string;
  /** Whether a record creates its subject if that is unknown. */
  create: boolean;
  dryRun: boolean;
}

/** The result that depends on the record alone, which is all that a dry run answers. */
export interface RecordCheck {
  written: string[];
  warnings: { field: string; code: string }[];
  refused: Record<string, RefusedField>;
}

/** A field that is not stored; for a value of the wrong form with each place that has another form. */
export interface RefusedField extends Withheld {
  faults?: { path: string; message: Text; allowed?: (string | number)[] }[];
}

export interface RecordResult extends RecordCheck {
  ref: string;
  sheetVersion: number;
  /** Whether this is the department's first sheet of the subject. */
  created: boolean;
}

/** One intake call. */
export interface IntakeCall {
  pack: Pack;
  session: Session;
  request: IntakeRequest;
  /** Fails if the request must not be served. Until it has ended only reads are made. */
  claimed: Promise<unknown>;
}

/** A key that leads to the subject, or will lead to it. */
export interface MatchKey extends IndexedKey {
  /** Whether this record may attach the key to an existing subject: it is the source's own key, or a field that the record writes. */
  attachable: boolean;
  /** Whether it is the source's own key, or of a field that the caller's department owns. */
  owned: boolean;
}

export interface RecordPlan extends Pick<RecordCheck, 'warnings' | 'refused'> {
  owner: string;
  ref: string | null;
  ifVersion: number | null;
  keys: MatchKey[];
  /** Accepted fields; `null` deletes. */
  fields: Map<string, Json>;
  /** Division code in the record itself, if any. */
  division: string | null;
}

/** Match keys by index value. */
export type Indexes = ReadonlyMap<string, IndexedMatchKey>;

interface IndexedMatchKey extends MatchKey {
  /** Index values under earlier versions of the index key, under which the entry may still be stored. */
  older: readonly string[];
  /** Of the agency's own value for a key of another department: the index value of that key. */
  claims?: string;
}

export interface KeyedSubject {
  subject: SubjectId | null;
  /** The keys that count: if a key of the caller's own found the subject, only those. */
  indexes: Indexes;
  /** Keys that lead to no subject yet, or only provisionally. */
  missing: Indexes;
  /** Where the keys led when they were looked up. */
  leads: ReadonlyMap<string, IndexLead>;
  /** Whether no key of the caller's own leads to it yet. */
  joined: boolean;
}

export interface Resolved extends KeyedSubject {
  subject: SubjectId;
  /** Whether the record may create this subject; otherwise it must exist. */
  fresh: boolean;
  /**
   * If the subject id is new, the keys of other departments that lead anywhere, with the index value under which they
   * do. Nothing is claimed for it yet.
   */
  taken?: ReadonlyMap<string, string>;
  /** All keys of the record. */
  all: Indexes;
}

/** The subject of a record and what is stored of it. */
export interface Located {
  resolved: Resolved;
  /** `null` if there is none yet. */
  item: KeyItem | null;
}

/** A record whose subject is known, or to be made. Nothing is written for it yet. */
export interface Found extends Located {
  state: 'found';
  plan: RecordPlan;
  /** The owner's sheet, as its head names it. */
  before: StoredSheet | null;
  /** The person whom the record names. */
  named: SubjectId;
}

/** A write whose log entry and commit are still to be made. */
export interface Prepared {
  state: 'prepared';
  plan: RecordPlan;
  move: HeadMove;
  before: StoredSheet | null;
  sheet: StoredSheet;
  /** Files on their way to the record. */
  uploads: readonly StagedFile[];
  entry: NewEntry;
}

/** A write that was refused once a record had been looked up. The entry says so. */
export interface Refused {
  state: 'refused';
  problem: Problem;
  entry: NewEntry;
}

/** A write that failed before anything was looked up, or because a service did. It has no entry of its own. */
export interface Failed {
  state: 'failed';
  problem: Problem;
}
