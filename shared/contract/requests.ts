/** Requests for fields that need an approval, as their sender and their approvers see them. */

import type { Answer } from './api.ts';
import type {
  FieldView,
  ReceivedRequest as ReceivedRequestSchema,
  SentRequest as SentRequestSchema,
} from './routes/requests.ts';
import type { Shape } from './shape.ts';

export type RequestState = SentRequest['state'];
export type FieldState = RequestedField['state'];
/** The owners, who provide; and the office that asks them. */
export type Party = 'provider' | 'requester';

export type RequestedField = Shape<typeof FieldView>;

/** What the owner lacks to decide, and what the requester supplied. */
export type AskedMaterial = NonNullable<RequestedField['material']>;

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
  /** Of what the request says now; an answer names it. */
  entry: string;
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

/** With the fields that the viewer may decide and, outside of lists, its own references of the people whom its department knows. */
export type ReceivedRequest = Shape<typeof ReceivedRequestSchema>;

/** Either of the two. */
export interface ApprovalRequest extends Request, Pick<SentRequest, 'subjects' | 'pieces'> {
  refs?: string[];
  mine?: string[];
}

/** How many requests of a box are open, wait for the caller, and are of its officer. */
export type RequestCounts = NonNullable<Answer<'GET /v1/requests'>['counts']>;
