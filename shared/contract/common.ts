/**
 * The shapes of the gateway's answers, each written once: the gateway makes them, its schemas agree with them by test,
 * and client, console and command line read them. Times are RFC 3339 in UTC.
 */

import type { Text } from '../language.ts';
import type {
  Pending as PendingSchema,
  ProblemDetails,
  Receipt as ReceiptSchema,
  Withheld as WithheldSchema,
} from './routes/common.ts';
import type { Shape } from './shape.ts';

/** The reason why a field was not released, or not written. */
export type Withheld = Shape<typeof WithheldSchema>;

/** The gateway's signed promise that the log entry exists. */
export type Receipt = Shape<typeof ReceiptSchema>;

/** The first of two people: another person has to request the same before `expiresAt`. */
export type Pending = Shape<typeof PendingSchema>;

/** A problem in the gateway's words (RFC 9457), for a whole request or for one record of a batch. */
export type ProblemBody = Partial<Omit<Shape<typeof ProblemDetails>, 'code'>> & { code: string };

/** A name in each language of the pack. */
export interface Labelled {
  label: Text;
}

export interface AgencyName extends Labelled {
  id: string;
}
