/** What is on file about people, and what offices must do: tasks, consents, freezes, objections, incidents. */

import type { Json } from '../json.ts';
import type { Text } from '../language.ts';
import type { AgencyName, Coded, Form, Labelled } from './common.ts';

export interface Task {
  id: string;
  kind: string;
  label: Text;
  /** The department that owns it, in the agency's area. Absent if it is the agency's own. */
  department?: string;
  state: 'open' | 'due-soon' | 'overdue' | 'done';
  opened: string;
  due: string;
  /** Time from which it is `due-soon`. */
  remind?: string;
  /** The rule by which it is due. */
  rule?: string;
  /** The log entry or document of the task. */
  about: string;
  ref?: string;
  /** Whether `completeTask` closes it; otherwise an act does. */
  byHand: boolean;
  /** The words of which one closes it. Absent: any word. */
  outcomes?: string[];
  /** It is closed with `evidence`. */
  proof?: true;
  /** Its proof is of a delivery, of one of these kinds. */
  deliveries?: string[];
  details: Record<string, Json>;
  /** The officer that has it in hand, until that lapses. `name`: only for the officer's own office. */
  assignee?: { agency: string; name?: string; since: string; until: string; mine: boolean };
  done?: { at: string; agency: string; outcome: string; entry: string } & TaskEvidence;
}

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

export interface Consent extends Proof {
  id: string;
  version: number;
  purpose: string;
  recipient: string;
  fields: string[];
  forms?: Record<string, Form>;
  giver: Giver;
  relation?: string;
  officers?: string[];
  text?: string;
  /** `waiting`: filed by its recipient; it counts for nothing until it is confirmed. */
  act: Statement | 'withdrawn' | 'waiting';
  /** Of one that waits or waited: what it says, and who confirmed it. */
  says?: Statement;
  confirmed?: { by: string; at: string; with: 'desk' | 'code' };
  at: string;
  from: string;
  /** It may end earlier: an age that decides is checked at each release. */
  until: string;
  /** Agency that filed it, and the log entry of the last change. */
  filedBy: string;
  entry: string;
  history: { version: number; act: string; at: string; entry: string }[];
}

/** An order that a record, or fields of it, is kept. It names no person. */
export interface Hold {
  id: string;
  state: 'requested' | 'in-force' | 'lifted';
  at: string;
  by: string;
  entry: string;
  /** The number of the order. */
  instrument: string;
  /** Absent: the complete record. */
  fields?: readonly string[];
}

/** A report of harm as its reporter sees it. */
export interface HarmReport {
  id: string;
  at: string;
  /** Receiving department, and when it must have taken the report up. */
  to: string;
  due: string;
}

/** A report of harm as the receiving body reads it. */
export interface OpenedReport {
  id: string;
  at: string;
  subject: { ref?: string; match?: Record<string, string> };
  what: string;
  day?: string;
  /** Only if asked for. `agency` and `officer` handed the report in. */
  reporter?: { name: string; contact?: string; agency: string; officer: string; reason: string };
}

export interface Freeze {
  id: string;
  target: {
    kind: 'subject' | 'agency' | 'officer' | 'purpose' | 'class';
    ref?: string;
    agency?: string;
    /** Of a freeze of an officer, for the same as `said`. */
    officer?: string;
    purpose?: string;
    class?: string;
  };
  state: 'in-force' | 'lifted';
  at: string;
  /** The agency that froze it, and the log entry of that. */
  by: string;
  entry: string;
  /** The officer who froze it, and why: for the office that did, stewards and auditors, while the log has the words. */
  said?: { officer: string; reason: string };
  /** When a freeze of a subject ends by itself. */
  until?: string;
  /** The request to lift it that waits for a second person. `own`: the caller's person made it. */
  lifting?: { by: string; until: string; own: boolean };
  /** Only of one freeze: it refused at least so many answers or, of a class, left it out of them. */
  stopped?: 0 | 1 | 10 | 100;
}

export interface Objection {
  id: string;
  ref: string;
  field: string;
  by: string;
  /** What is asked for: `correction`, `restriction`, … */
  right: string;
  /** Of a report of a recipient: which error. */
  fault?: string;
  /** Department that answers. */
  department: string;
  state: 'open' | 'upheld' | 'rejected';
  at: string;
  due: string;
  /** The field is withheld no longer than until then. */
  until?: string;
  /** Only for the department that answers: the answer must not reach the representative. */
  toRepresentative?: false;
  entry: string;
  /** The objection and the written answer; both are erased with the person's record. */
  reason?: string;
  answer?: string;
  resolved?: { at: string; agency: string; late: boolean; entry: string };
  /** Agencies that were asked to correct the data that they received. */
  corrected?: string[];
}

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

export interface Incident {
  id: string;
  at: string;
  knownAt: string;
  /** The agency that opened it, and the log entry of that. */
  by: string;
  byName: Labelled;
  entry: string;
  operator: string;
  operatorName: Labelled;
  reportsTo: Labelled;
  grade: string;
  gradeName: Labelled;
  from: string;
  until: string;
  subjects: number;
  fields: Record<string, Labelled>;
  recipients: IncidentRecipient[];
  state: 'open' | 'confirmed' | 'unfounded';
  closed?: { at: string; by: string; entry: string };
  /** When the first report is due. */
  reportBy: string;
  reports: IncidentReport[];
  tasks: { report: string; notices: number };
  /** Earliest end of the retention of its record. */
  keptUntil: string;
}

export type IncidentInList = Omit<Incident, 'recipients'>;
