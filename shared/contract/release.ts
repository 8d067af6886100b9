/** Answers about people: releases, verifications, inquiries, counts and story cards. */

import type { Json } from '../json.ts';
import type { Text } from '../language.ts';
import type { Form, PolicyName, ProblemBody, Receipt, Withheld } from './common.ts';
import type { RequestedField } from './requests.ts';
import type { TestedText as TestedTextSchema } from './routes/cards.ts';
import type {
  InquiryAnswer as InquiryAnswerSchema,
  InquiryRefused as InquiryRefusedSchema,
} from './routes/inquiries.ts';
import type { LeakCheckResponse, StatisticsResponse } from './routes/insight.ts';
import type { Written as WrittenSchema } from './routes/intake.ts';
import type { PostingResponse } from './routes/posting.ts';
import type { ReleaseResponse, SecondWord as SecondWordSchema } from './routes/release.ts';
import type { VerificationResponse } from './routes/verify.ts';
import type { Shape } from './shape.ts';

/** What an intake did with one record. */
export type Written = Shape<typeof WrittenSchema>;

/** A field that is not stored. `faults`: each place of a value that has another form, and what is allowed there. */
export interface RefusedField extends Withheld {
  faults?: { path: string; message: Text; allowed?: (string | number)[] }[];
}

/** The result of one record of an intake. */
export type IntakeResult = Written | { problem: ProblemBody };

export interface ReleasedField {
  form: Form;
  value: Json;
  /** Only with `generalised`. */
  level?: string;
  /** Only with `predicate`: the question that `YES` or `NOT_CONFIRMED` answers. */
  predicate?: string;
  /** What `level` or `predicate` is called, in every language of the pack. */
  way?: Text;
  /** Only with `plain`. */
  owner?: string;
  asOf?: string;
  disputed?: true;
}

/**
 * Why a field is not given. `ABSENT`: not held, or not told, which is one word. `request`: it waits for an answer to the
 * named request, or was refused there.
 */
export interface NotGiven extends Withheld {
  request?: { id: string } & RequestedField;
}

/** The result of one person in a release. `REFUSED` is the same for every reason. */
export type ReleaseResult =
  | {
      ref: string;
      fields: Record<string, ReleasedField>;
      /** Each field that was asked for and is not in `fields`. */
      withheld: Record<string, NotGiven>;
      /** Duties because of this person, such as a notice, in addition to those of the whole release. */
      obligations?: string[];
      receipt: Receipt;
    }
  | { refused: { code: 'REFUSED' }; receipt: Receipt };

export type Released = Shape<typeof ReleaseResponse>;

/** The answer to a verification. `NOT_CONFIRMED` is the same for no, unknown, no consent and refused. */
export type Verified = Shape<typeof VerificationResponse>;

/** A code that a representative hands to a help platform. It starts one check, once, within a day. */
export interface CheckCode {
  code: string;
  expires: string;
  /** Whose consents could carry the check. The person's age may demand another giver's too. */
  givers: string[];
  receipt: Receipt;
}

/** Entries of the log that concern a person, oldest first as far as the writers' clocks agree; all are in the parts together. */
export interface InquiryProof {
  /** The name of the person in the log. */
  subject: string;
  entries: {
    entry: string;
    /** The leaf, base64. */
    leaf: string;
    /** The opening of the number under which the log counts the entry, base64. */
    salt: string;
    /** Member to its opening. Absent if the proof only shows that the entry exists. */
    openings?: Record<string, { salt: string; text: string }>;
  }[];
}

/** The word of a second person: a ticket that serves once. */
export type SecondWord = Shape<typeof SecondWordSchema>;

export type InquiryAnswer = Shape<typeof InquiryAnswerSchema>;

/** The same code for an unknown person and for every reason that depends on the record. */
export type InquiryRefused = Shape<typeof InquiryRefusedSchema>;

export type LeakCheck = Shape<typeof LeakCheckResponse>;

export type PostingCheck = Shape<typeof PostingResponse>;

export type Counts = Shape<typeof StatisticsResponse>;

export interface Card {
  card: { pseudonym: string; shown: Record<string, { level: string; value: string }>; text: string };
  /** To be printed on the work. */
  watermark: string;
  conditions: { code: string; text: Text }[];
  policy: PolicyName;
  validUntil?: string;
  receipt: Receipt;
}

/** The card, or a refusal that depends on the person. */
export type CardResult = Card | { refused: { code: 'REFUSED' }; receipt: Receipt };

export type TestedText = Shape<typeof TestedTextSchema>;
