/** The schema of the consent chapter in a pack's YAML. */
import * as v from 'valibot';
import { conditions, conditionsOn } from './condition-schema.ts';
import { json, manyNamed, name, named, several, some, someNamed, table, task, text, texts } from './plain.ts';
import { labelled, textSchema } from './texts.ts';

const input = named('input');

/**
 * A party whose word counts. `person` is the one whom the record is about, of which there is one; `responsible` decides
 * for it; `recipient` is the office that receives, which proves what it did. Others count as the table says.
 */
const giver = v.strictObject({
  ...labelled,
  is: v.optional(v.picklist(['person', 'responsible', 'recipient'])),
});

/**
 * Those who decide for the person are facts of its record. What one of them says counts while the document that was shown
 * is of one of them.
 */
const responsible = v.strictObject({
  /** The field that holds one record of them, or a list. */
  field: named('field'),
  /** The member that holds the number of a document, by the kind of document. */
  numbers: table(text),
  /** The member that tells no person from another, so that a correction of it ends nothing. */
  name: text,
  /** The members with the first and the last day (RFC 3339). */
  from: text,
  until: text,
  /** Facts whose change ends what was said before. */
  endedBy: manyNamed('field'),
  /** Birthdays after which people are asked again: full years. */
  ages: v.array(several),
  /** The members with kind and number of any other document. */
  other: v.optional(v.strictObject({ kind: text, number: text })),
  /** What a record must say of a person who uses the word of a giver. */
  givers: table(conditions),
});

/** The sources of the table's inputs for `decide`. Every name is one of the pack. */
const evidence = v.strictObject({
  kind: input,
  birth: v.optional(
    v.strictObject({ field: named('field'), toleranceDays: v.number(), age: text, birthday: text }),
  ),
  facts: v.array(
    v.strictObject({
      input,
      field: named('field'),
      member: v.optional(text),
      /** A bare value does not count as the member. */
      recordOnly: v.optional(v.boolean()),
      words: v.optional(table(json)),
      otherwise: v.optional(json),
      absent: v.optional(json),
      /** The value counts only if so many owners say it, each with this member. */
      agreed: v.optional(v.strictObject({ value: json, owners: several, with: v.optional(text) })),
    }),
  ),
  /** The act of the first of these givers with one, and the inputs for the giver and the age. */
  acts: v.array(
    v.strictObject({
      input,
      givers: texts,
      giver: v.optional(input),
      age: v.optional(input),
      /** A consent given below this age ends with the anniversary. */
      endsAtAge: v.optional(v.number()),
      /**
       * The givers of this row have equal rights. A consent of one of them counts; this input says
       * what another of them, of another relation to the person, says against it.
       */
      others: v.optional(input),
    }),
  ),
  /** A judgement, by practitioners of these roles, whether the person can decide on this use, instead of an age. */
  judgement: v.optional(v.strictObject({ input, roles: someNamed('role') })),
  /** The word for informing a party, by the party. The first listed that took place counts. */
  informed: v.optional(
    v.strictObject({ input: text, by: v.array(v.strictObject({ giver: text, word: json })) }),
  ),
  /** Inputs that acts prove: one act of each list of givers, before the date in `before`. */
  proofs: v.optional(
    v.array(
      v.strictObject({
        input,
        act: text,
        by: v.pipe(v.array(some), v.minLength(1)),
        before: v.optional(v.literal('consent')),
      }),
    ),
  ),
  responsible: v.optional(responsible),
  scope: v.optional(input),
  conflict: v.optional(input),
  /** That all help for the person has ended, as with a death. A write that says so is a stop. */
  ended: v.optional(input),
  requester: v.optional(v.strictObject({ input, department: text, word: text })),
  attested: v.optional(input),
  inquirer: v.optional(input),
  /** Inputs not yet proven, for a decision about a record. */
  unproven: table(json),
  /** The maximum time of a consent in months. */
  maxMonths: v.number(),
  /** After so many refusals of one person within so many days the person is not asked again. */
  askAgain: v.optional(v.strictObject({ times: several, days: several })),
});

const verdictRow = {
  verdict: named('verdict', name),
  reason: named('reason', name),
  rule: named('rule', name),
};

export const consentSchema = {
  /** By the word that filings use. Their words stand in codes of entries. */
  givers: v.record(
    v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,39}$/, 'a giver is a word of small letters and dashes')),
    giver,
  ),
  kinds: table(
    v.strictObject({
      facts: manyNamed('field'),
      needsConsent: v.boolean(),
      /** Kind of the task that a withdrawal opens at each recipient. */
      withdrawn: v.optional(task),
      /** The kind of prohibited uses; no purpose has it. */
      prohibited: v.optional(v.literal(true)),
    }),
  ),
  inputs: table(
    v.strictObject({
      /** Closed list of values; absent where `type` is `number`. */
      values: v.optional(v.array(json)),
      type: v.optional(v.literal('number')),
      default: v.optional(json),
    }),
  ),
  /** A derived input: the first stage whose conditions hold. */
  stage: v.strictObject({
    input: text,
    cases: v.array(v.strictObject({ when: conditionsOn('input'), value: text })),
    otherwise: text,
  }),
  sections: v.array(
    v.strictObject({
      title: text,
      when: conditionsOn('input'),
      rows: v.array(v.strictObject({ when: conditionsOn('input'), ...verdictRow })),
    }),
  ),
  /** By strictness, the mildest first. */
  verdicts: v.array(
    v.strictObject({
      verdict: text,
      label: v.optional(textSchema),
      releases: v.boolean(),
      obligations: manyNamed('obligation'),
      redacts: v.boolean(),
      /** The verdict in its place for the fields of departments that have decided to release. */
      lifted: v.optional(text),
    }),
  ),
  unforeseen: v.strictObject(verdictRow),
  evidence,
};
