/** Cases of the register, as their office, an approver of another line, or an auditor sees them. */

export type CaseState = 'waiting' | 'open' | 'ended' | 'closed';

export interface CaseStep {
  at: string;
  /** The agency. */
  by: string;
  /** The log entry. */
  entry: string;
}

export interface RegisteredCase {
  id: string;
  /** The office's number. */
  case: string;
  purpose: string;
  agency: string;
  instrument?: string;
  state: CaseState;
  /** While it waits: the agency whose supervisor is asked to confirm it, or the department. */
  waitsFor?: { agency: string } | { department: string };
  /** A person had a case of the office for this purpose before: then another line confirms it. */
  again: boolean;
  officers: string[];
  /** How many people it is about. */
  subjects: number;
  /** By the reader's own references, if it may have them. They do not reveal whether a record exists. */
  refs?: string[];
  opened: CaseStep & { officer: string; reason: string };
  confirmed?: CaseStep & { with: 'person' | 'register' };
  closed?: CaseStep;
  from?: string;
  /** The end of the window; of a case that waits, the end of the wait. */
  until: string;
}
