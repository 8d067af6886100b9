/** Requests for fields that need an approval, as their sender and their approvers see them. */

import type { Answer } from './api.ts';
import type {
  FieldView,
  ReceivedRequest as ReceivedRequestSchema,
  SentRequest as SentRequestSchema,
} from './routes/requests.ts';
import type { Merged, Shape } from './shape.ts';

export type RequestState = SentRequest['state'];
export type FieldState = RequestedField['state'];
/** The owners, who provide; and the office that asks them. */
export type Party = 'provider' | 'requester';

export type RequestedField = Shape<typeof FieldView>;

/** What the owner lacks to decide, and what the requester supplied. */
export type AskedMaterial = NonNullable<RequestedField['material']>;

/** With the number of people. The sender knows which; references would reveal about whom a record exists. */
export type SentRequest = Shape<typeof SentRequestSchema>;

/** With the fields that the viewer may decide and, outside of lists, its own references of the people whom its department knows. */
export type ReceivedRequest = Shape<typeof ReceivedRequestSchema>;

/** Either of the two. */
export type ApprovalRequest = Merged<SentRequest | ReceivedRequest>;

/** How many requests of a box are open, wait for the caller, and are of its officer. */
export type RequestCounts = NonNullable<Answer<'GET /v1/requests'>['counts']>;
