/** Requests for fields that need an approval, as their sender and their approvers see them. */

import type { Coded } from './common.ts';
import type {
  ReceivedRequest as ReceivedRequestSchema,
  SentRequest as SentRequestSchema,
} from './routes/requests.ts';
import type { Shape } from './shape.ts';

export type RequestState =
  | 'submitted'
  | 'material'
  | 'approved'
  | 'refused'
  | 'withdrawn'
  | 'expired'
  | 'collected';
export type FieldState = 'waiting' | 'material' | 'approved' | 'refused' | 'lapsed';
/** The owners, who provide; and the office that asks them. */
export type Party = 'provider' | 'requester';

export interface RequestedField {
  state: FieldState;
  /** The department asked, and the time limit of its answer. */
  of: string;
  answerBy: string;
  /** The answer: the agency, the time, and the log entry. */
  by?: string;
  at?: string;
  entry?: string;
  /** If refused: why, where the policy asks its owners for that. */
  why?: Coded;
  /** If approved: the time until which it can be collected. */
  until?: string;
  /** If lapsed: whose time ended. */
  late?: Party;
  material?: AskedMaterial;
}

/** What the owner lacks to decide, and what the requester supplied. */
export interface AskedMaterial {
  missing: Coded[];
  at: string;
  /** The time limit of the requester. */
  supplyBy: string;
  supplied?: { at: string; statement: string; documents?: string[] };
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
  /** The lawful basis that it names. */
  basis?: string;
  officer: string;
  reason: string;
  at: string;
  /** Collected once; otherwise any number of times within its time limit. */
  once: boolean;
  fields: Record<string, RequestedField>;
  /** The next time limit of each party whose time runs. */
  clocks: { [party in Party]?: string };
  collections: number;
  collectedAt?: string;
}

/** With the number of people. The sender knows which; references would reveal about whom a record exists. */
export type SentRequest = Shape<typeof SentRequestSchema>;

/**
 * With the people by the viewer's own references, and the fields that the viewer may decide. In a list of requests the
 * references of a long one are the first hundred.
 */
export type ReceivedRequest = Shape<typeof ReceivedRequestSchema>;

/** Either of the two. */
export interface ApprovalRequest extends Request, Pick<SentRequest, 'subjects' | 'pieces'> {
  refs?: string[];
  mine?: string[];
}

/** How many requests of a box are open, wait for the caller, and are of its officer. */
export interface RequestCounts {
  open: number;
  due: number;
  mine: number;
  /** There are more than were counted. */
  more: boolean;
}
