/** Answers about people: releases, verifications, inquiries, counts and story cards. */

import type { Answer } from './api.ts';
import type { CardResponse } from './routes/cards.ts';
import type {
  InquiryAnswer as InquiryAnswerSchema,
  InquiryRefused as InquiryRefusedSchema,
} from './routes/inquiries.ts';
import type { Written as WrittenSchema } from './routes/intake.ts';
import type {
  NotGiven as NotGivenSchema,
  ReleasedField as ReleasedFieldSchema,
  ReleaseResponse,
} from './routes/release.ts';
import type { Shape } from './shape.ts';

/** What an intake did with one record. */
export type Written = Shape<typeof WrittenSchema>;

/** A field that is not stored. `faults`: each place of a value that has another form, and what is allowed there. */
export type RefusedField = Written['refused'][string];

/** The result of one record of an intake. */
export type IntakeResult = Answer<'POST /v1/intake'>['results'][number];

export type ReleasedField = Shape<typeof ReleasedFieldSchema>;

/**
 * Why a field is not given. `ABSENT`: not held, or not told, which is one word. `request`: it waits for an answer to the
 * named request, or was refused there.
 */
export type NotGiven = Shape<typeof NotGivenSchema>;

/** The result of one person in a release. `REFUSED` is the same for every reason. */
export type ReleaseResult = Released['results'][number];

export type Released = Shape<typeof ReleaseResponse>;

/** The answer to a verification. `NOT_CONFIRMED` is the same for no, unknown, no consent and refused. */
export type Verified = Answer<'POST /v1/verifications'>;

/** Entries of the log that concern a person, oldest first as far as the writers' clocks agree; all are in the parts together. */
export type InquiryProof = NonNullable<InquiryAnswer['proof']>;

/** The word of a second person: a ticket that serves once. */
export type SecondWord = Answer<'POST /v1/releases/seconds'>;

export type InquiryAnswer = Shape<typeof InquiryAnswerSchema>;

/** The same code for an unknown person and for every reason that depends on the record. */
export type InquiryRefused = Shape<typeof InquiryRefusedSchema>;

export type LeakCheck = Answer<'POST /v1/leak-checks'>;

export type PostingCheck = Answer<'POST /v1/posting-checks'>;

export type Counts = Answer<'POST /v1/statistics'>;

export type Card = Extract<CardResult, { card: unknown }>;

/** The card, or a refusal that depends on the person. */
export type CardResult = Shape<typeof CardResponse>;

export type TestedText = Answer<'POST /v1/story-texts'>;
