/** Requests for fields that need an approval, as their sender and their approvers see them. */

export type RequestState = 'submitted' | 'approved' | 'refused' | 'withdrawn' | 'expired' | 'collected';
export type FieldState = 'waiting' | 'approved' | 'refused' | 'lapsed';

export interface RequestedField {
  state: FieldState;
  /** The department asked, and the time limit of its answer. */
  of: string;
  answerBy: string;
  /** The answer: the agency, the time, and the log entry. */
  by?: string;
  at?: string;
  entry?: string;
  /** If approved: the time until which it can be collected. */
  until?: string;
}

interface Request {
  id: string;
  state: RequestState;
  purpose: string;
  collection: string;
  agency: string;
  case?: string;
  instrument?: string;
  activity?: string;
  officer: string;
  reason: string;
  at: string;
  /** Collected once; otherwise any number of times within its time limit. */
  once: boolean;
  fields: Record<string, RequestedField>;
  collections: number;
  collectedAt?: string;
}

/** With the number of people. The sender knows which; references would reveal about whom a record exists. */
export interface SentRequest extends Request {
  subjects: number;
  /** If each person is collected once: the positions that were collected, in order. */
  pieces?: { from: number; count: number }[];
}

/**
 * With the people by the viewer's own references, and the fields that the viewer may decide. In a list of requests the
 * references of a long one are the first hundred.
 */
export interface ReceivedRequest extends Request {
  subjects: number;
  refs: string[];
  mine: string[];
}

/** Either of the two. */
export interface ApprovalRequest extends Request, Pick<SentRequest, 'subjects' | 'pieces'> {
  refs?: string[];
  mine?: string[];
}
