/** Answers about people: releases, verifications, inquiries, counts and story cards. */

import type { Json } from '../json.ts';
import type { Text } from '../language.ts';
import type {
  AgencyName,
  Coded,
  Form,
  Labelled,
  PolicyName,
  ProblemBody,
  Receipt,
  Withheld,
} from './common.ts';
import type { RequestedField } from './requests.ts';

/** What an intake did with one record. */
export interface Written {
  /** These three are absent in a dry run, which looks up no person. */
  ref?: string;
  sheetVersion?: number;
  /** This department held no sheet about the person before. */
  created?: boolean;
  written: string[];
  warnings: { field: string; code: string }[];
  refused: Record<string, RefusedField>;
  /** Further faults. An answer tells the first of each record, and a hundred more. */
  untold?: number;
}

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

export interface Released {
  release: string;
  purpose: string;
  policy: PolicyName;
  obligations: string[];
  /** When the caller's right to keep and use the data ends, if the purpose sets a time. */
  validUntil?: string;
  results: ReleaseResult[];
}

/** The answer to a verification. `NOT_CONFIRMED` is the same for no, unknown, no consent and refused. */
export interface Verified {
  outcome: 'YES' | 'NOT_CONFIRMED';
  programme: string;
  /** An SD-JWT VC of the gateway, for the caller to keep. */
  attestation: string;
  validUntil: string;
  obligations: string[];
  /**
   * Identifies this answer wherever it is found. Obligations and watermark must be passed on together with
   * its data.
   */
  watermark: string;
  receipt: Receipt;
}

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

/** The word of a second clerk, good for half an hour. */
export interface SecondWord {
  second: string;
  expires: string;
  receipt: Receipt;
}

export interface InquiryAnswer {
  inquiry: string;
  at: string;
  purpose: string;
  policy: PolicyName;
  obligations: string[];
  ref: string;
  /** The held data that the inquirer may see, each with the department that is responsible for it. */
  held: Record<
    string,
    Labelled & {
      form: string;
      value: Json;
      level?: string;
      owner: Coded;
      asOf: string;
      disputed?: true;
      /** For the members and codes in the value. */
      words?: Record<string, Text>;
    }
  >;
  /** Recipients, with the form of each field, newest first. */
  uses: {
    time: string;
    agency: AgencyName;
    departments: string[];
    purpose: Coded;
    fields: Record<string, string>;
  }[];
  checks: {
    agency: AgencyName;
    purpose: string;
    programme: string;
    until: string;
    outcome?: 'YES' | 'NOT_CONFIRMED';
    /** Explains `NOT_CONFIRMED`: conditions that the record, as it is now, does not confirm. */
    unconfirmed?: Labelled[];
  }[];
  writes: { time: string; agency: AgencyName; department: string; fields: string[] }[];
  /** Names of the fields in the lists above. */
  labels: Record<string, Labelled>;
  /** For the person only; `fieldgate inquiry --check` compares it with the log. */
  proof?: InquiryProof;
  /** Number of a part after the first, which holds older entries of the log. */
  part?: number;
  /** Of the next part; missing in the last one. */
  cursor?: string;
  /** Fields that only an answer with a second clerk holds. */
  needsSecond?: string[];
  /** Names desk, time and number; belongs across each page that shows the answer. */
  watermark: string;
  receipt: Receipt;
}

/** The same code for an unknown person and for every reason that depends on the record. */
export interface InquiryRefused {
  inquiry: string;
  at: string;
  refused: { code: string };
  receipt: Receipt;
}

export interface LeakCheck {
  /** Opens an incident about the people who were found, within 30 days. */
  ticket: string;
  policy: PolicyName;
  /** In the order of the candidates. `NEAR`: the text may be meant for a person. */
  results: ('MATCH' | 'NEAR' | 'NO_MATCH')[];
  matches: number;
  near: number;
  obligations: string[];
  receipt: Receipt;
}

export interface PostingCheck {
  policy: PolicyName;
  /** Whether the whole list may be posted, as far as its form says. */
  may: boolean;
  rule: string;
  /** In the order of the list. */
  columns: {
    may: boolean;
    findings: { kind: string; label: Text; by: 'heading' | 'values'; values: number }[];
  }[];
}

export interface Counts {
  policy: PolicyName;
  /** The dimensions of each cell. */
  by: string[];
  /** Smaller counts are not shown, nor are counts that would reveal them. */
  smallest: number;
  round: number;
  areas: { area: string; countedAt: string; cells: { values: Record<string, string>; count: number }[] }[];
  obligations: string[];
  receipt: Receipt;
}

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

export interface TestedText {
  /** Digest of the text, by which a card identifies it. */
  text: string;
  testedAt: string;
  receipt: Receipt;
}
