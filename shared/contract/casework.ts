/** What is on file about people, and what offices must do: tasks, consents, freezes, objections, incidents. */

import type {} from '../json.ts';
import type { Text } from '../language.ts';
import type { AgencyName, Coded } from './common.ts';
import type { TaskView } from './routes/casework.ts';
import type { ConsentView } from './routes/consents.ts';
import type { FreezeView } from './routes/freezes.ts';
import type { Filed, Opened } from './routes/harm-reports.ts';
import type { HoldView } from './routes/holds.ts';
import type { IncidentView } from './routes/incidents.ts';
import type { ObjectionView } from './routes/objections.ts';
import type { Shape } from './shape.ts';

export type Task = Shape<typeof TaskView>;

/** Which tasks a list holds. `dueFrom` and `dueBefore` are instants. */
export interface TaskFilters {
  state?: 'open' | 'done';
  /** Those that the caller's officer has in hand. */
  mine?: 'yes';
  kind?: string;
  department?: string;
  dueFrom?: string;
  dueBefore?: string;
}

/** Open tasks of an office. `today`: due later on this day, in the policy's time zone. */
export interface TaskCounts {
  open: number;
  mine: number;
  today: number;
  dueSoon: number;
  overdue: number;
  kinds: Record<string, { label: Text; count: number }>;
  /** There are more than were counted. */
  more: boolean;
}

export interface TaskEvidence {
  /** SHA-256, in hexadecimal, of the proof. */
  evidence?: string;
  /** How and on which day the notice reached the person. */
  delivery?: { kind: string; day: string };
}

/** A word of the policy. */
export type Giver = string;
export type Statement =
  | 'given'
  | 'refused'
  | 'objects'
  | 'informed'
  | 'notified'
  | 'processed'
  | 'able'
  | 'unable';

/** The form of a statement, and its proof. */
export interface Proof {
  method?: string;
  noticeVersion?: string;
  /** SHA-256 of the paper or recording, in lower-case hexadecimal. */
  evidence?: string;
  /** Instant of the statement. Absent: now. */
  at?: string;
}

export type Consent = Shape<typeof ConsentView>;

/** An order that a record, or fields of it, is kept. It names no person. */
export type Hold = Shape<typeof HoldView>;

/** A report of harm as its reporter sees it. */
export type HarmReport = Shape<typeof Filed>;

/** A report of harm as the receiving body reads it. */
export type OpenedReport = Shape<typeof Opened>;

export type Freeze = Shape<typeof FreezeView>;

export type Objection = Shape<typeof ObjectionView>;

/** One recipient of any of an incident's fields about any of its people in its time, according to the log. */
export interface IncidentRecipient {
  agency: AgencyName;
  purpose: Coded;
  subjects: number;
  first: string;
  last: string;
  /** Forms in which each field was released. */
  fields: Record<string, string[]>;
  /** Commitments to the officers, from the entries; auditors can open them. */
  officers: string[];
  officerCount: number;
  entries: string[];
  /** Entries beyond those listed. */
  more: number;
}

/** A report about an incident as it was sent; `evidence` is its SHA-256. */
export interface IncidentReport {
  kind: 'first' | 'supplement' | 'closing';
  at: string;
  by: string;
  entry: string;
  evidence: string;
  /** Sent after its time. */
  late: boolean;
}

export type Incident = Shape<typeof IncidentView>;

export type IncidentInList = Omit<Incident, 'recipients'>;
