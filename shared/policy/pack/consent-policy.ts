/** The consent chapter of a pack. */

import type { Text } from '../../language.ts';
import type { Json } from '../types.ts';
import type { ConditionMap } from '../value/conditions.ts';
import type { Labelled } from './parts.ts';

export interface ConsentRow {
  when: ConditionMap;
  verdict: string;
  reason: string;
  rule: string;
}

export interface ConsentInput {
  /** Closed list of values; absent where `type` is `number`. */
  values?: readonly Json[];
  type?: 'number';
  default?: Json;
}

export interface Verdict {
  verdict: string;
  label?: Text;
  releases: boolean;
  obligations: readonly string[];
  redacts: boolean;
  /** The verdict in its place for the fields of departments that have decided to release. */
  lifted?: string;
}

/**
 * Those who decide for the person are facts of its record. What one of them says counts while the document that was shown
 * is of one of them.
 */
export interface Responsible {
  /** The field that holds one record of them, or a list. */
  field: string;
  /** The member that holds the number of a document, by the kind of document. */
  numbers: Readonly<Record<string, string>>;
  /** The members with kind and number of any other document. */
  other?: { kind: string; number: string };
  /** The member that tells no person from another, so that a correction of it ends nothing. */
  name: string;
  /** The members with the first and the last day (RFC 3339). */
  from: string;
  until: string;
  /** What a record must say of a person who uses the word of a giver. */
  givers: Readonly<Record<string, ConditionMap>>;
  /** Facts whose change ends what was said before. */
  endedBy: readonly string[];
  /** Birthdays after which people are asked again: full years. */
  ages: readonly number[];
}

/** The sources of the table's inputs for `decide`. Every name is one of the pack. */
export interface Evidence {
  kind: string;
  birth?: { field: string; toleranceDays: number; age: string; birthday: string };
  facts: readonly {
    input: string;
    field: string;
    member?: string;
    /** A bare value does not count as the member. */
    recordOnly?: boolean;
    words?: Readonly<Record<string, Json>>;
    otherwise?: Json;
    absent?: Json;
    /** The value counts only if so many owners say it, each with this member. */
    agreed?: { value: Json; owners: number; with?: string };
  }[];
  /** The act of the first of these givers with one, and the inputs for the giver and the age. */
  acts: readonly {
    input: string;
    givers: readonly string[];
    giver?: string;
    age?: string;
    /** A consent given below this age ends with the anniversary. */
    endsAtAge?: number;
    /**
     * The givers of this row have equal rights. A consent of one of them counts; this input says
     * what another of them, of another relation to the person, says against it.
     */
    others?: string;
  }[];
  /** A practitioner's judgement whether the person can decide on this use, instead of an age. */
  judgement?: {
    input: string;
    /** Roles of the offices whose practitioners judge. */
    roles: readonly string[];
  };
  /** The word for informing a party, by the party. The first listed that took place counts. */
  informed?: { input: string; by: readonly { giver: string; word: Json }[] };
  /** Inputs that acts prove: one act of each list of givers, before the date in `before`. */
  proofs?: readonly {
    input: string;
    act: string;
    by: readonly (readonly string[])[];
    before?: 'consent';
  }[];
  responsible?: Responsible;
  scope?: string;
  conflict?: string;
  requester?: { input: string; department: string; word: string };
  attested?: string;
  inquirer?: string;
  /** Inputs not yet proven, for a decision about a record. */
  unproven: Readonly<Record<string, Json>>;
  /** The maximum time of a consent in months. */
  maxMonths: number;
  /** After so many refusals of one person within so many days the person is not asked again. */
  askAgain?: { times: number; days: number };
}

/**
 * A party whose word counts. `person` is the one whom the record is about, of which there is one; `responsible` decides
 * for it; `recipient` is the office that receives, which proves what it did. Others count as the table says.
 */
export interface Giver extends Labelled {
  is?: 'person' | 'responsible' | 'recipient';
}

export interface ConsentPolicy {
  /** By the word that filings and entries use. */
  givers: Readonly<Record<string, Giver>>;
  kinds: Readonly<
    Record<
      string,
      {
        facts: readonly string[];
        needsConsent: boolean;
        /** Kind of the task that a withdrawal opens at each recipient. */
        withdrawn?: string;
      }
    >
  >;
  inputs: Readonly<Record<string, ConsentInput>>;
  /** A derived input: the first stage whose conditions hold. */
  stage: { input: string; cases: readonly { when: ConditionMap; value: string }[]; otherwise: string };
  sections: readonly { title: string; when: ConditionMap; rows: readonly ConsentRow[] }[];
  /** Verdicts by strictness, the mildest first. */
  verdicts: readonly Verdict[];
  unforeseen: { verdict: string; reason: string; rule: string };
  evidence: Evidence;
}
