/** The consequences of acts of casework in a pack's YAML. */
import * as v from 'valibot';
import { alternatives } from './condition-schema.ts';
import {
  lastingSchema,
  manyNamed,
  named,
  rule,
  several,
  some,
  someNamed,
  task,
  text,
  texts,
} from './plain.ts';
import { labelled, textSchema } from './texts.ts';

const labels = v.strictObject(labelled);
const path = named('field path');

const rightSchema = v.strictObject({
  ...labelled,
  rule,
  /** The field is withheld until the answer; with `ends` no longer than until the answer is due. */
  stops: v.optional(v.literal(true)),
  ends: v.optional(v.literal(true)),
  /** The person shows a document. */
  document: v.optional(v.literal(true)),
  /** How long the same person can't ask for the same again. */
  again: v.optional(lastingSchema),
  /** What the owner must have done by intake before it grants the request. */
  needs: v.optional(v.picklist(['written', 'deleted', 'begun'])),
  /** The field that stands for the whole record where a request names none: its owner answers. */
  about: v.optional(named('field')),
  /** The kind of task of each recipient once it is granted. */
  task: v.optional(task),
});

/** Inquirers to whom the person's safety comes first. */
const guardedSchema = v.strictObject({
  who: texts,
  /** The rule under which fields are held back from them. */
  rule,
  /**
   * All that they get of an endangered person, and the purposes whose releases and checks they see: what a stranger may
   * know. Everything else looks as if no office had written it.
   */
  shows: v.strictObject({ fields: someNamed('field'), purposes: someNamed('purpose') }),
  /** The person counts as endangered while one of these holds, or while the consent table redacts. */
  secret: alternatives('field path'),
  /** Roles of offices that could reveal where the person is. */
  places: manyNamed('role'),
});

/** Reports of harm, which any office makes and which are no part of a record. */
const harmSchema = v.strictObject({
  rule,
  /** The only purpose that opens reports. */
  purpose: text,
  /** The classes of what is reported, and of who reported it. */
  classes: v.strictObject({ report: text, reporter: text }),
  /** Departments that receive reports; the first by default. */
  to: someNamed('department'),
  task,
  /** Reports that an office makes in one day. */
  perDay: several,
  keepDays: several,
});

export const caseworkSchema = v.strictObject({
  objections: v.strictObject({
    /** The parties on whose behalf a desk objects. */
    givers: texts,
    /** Objections and requests that an office files in one day. */
    perDay: several,
    /** What a person may ask of a field, by name. The first is the default. */
    rights: v.record(text, rightSchema),
    /** Absent: no recipient reports an error. */
    reports: v.optional(v.strictObject({ rule, right: named('right'), faults: v.record(text, labels) })),
  }),
  consents: v.strictObject({
    /** The kind of task that asks for a confirmation, and the departments that may be asked first. */
    task,
    asks: manyNamed('department'),
    /** Documents by which a giver is known, each with the match key that its number is, if it is one. */
    documents: v.record(text, v.strictObject({ ...labelled, match: v.optional(named('field')) })),
    /** What a giver can be to the person; a desk's form offers one of these. */
    relations: v.record(text, labels),
  }),
  /** The register of cases. */
  cases: v.optional(
    v.strictObject({
      rule,
      /** Roles of people who confirm and assign the cases of their office. */
      supervisors: some,
      /** The window of a case of a purpose without a limit of its own. */
      lasts: lastingSchema,
      /** The kind of task of a supervisor, and that of another line if a case is opened again. */
      task,
      again: v.strictObject({
        task,
        asks: someNamed('department'),
        /** How long after the end of a case its successor counts as it opened again. Absent: always. */
        within: v.optional(lastingSchema),
      }),
    }),
  ),
  inquiries: v.strictObject({
    rule,
    /** Inquirers who may be answered, and those among them who get the proof of completeness. */
    who: texts,
    proof: texts,
    /** By inquirer: the paths that the shown name and number are compared with, and that of the number of another document. */
    identity: v.record(text, v.strictObject({ name: path, number: path, other: v.optional(path) })),
    /** Inquiries that a desk answers in one day. */
    perDay: several,
    /** Obligations of releases that are never shown, and those that an answer about an endangered person omits. */
    secret: manyNamed('obligation'),
    deferred: manyNamed('obligation'),
    /**
     * Fields of which each member is about one of those who decide for the person, and is told to that one alone: the path
     * at which the inquirer's own record names its member. To any other inquirer they look absent.
     */
    own: v.optional(v.record(named('field'), text)),
    /** The values of a field that inquirers get. With another one the field looks as if no office had written it. */
    only: v.optional(v.record(named('field'), texts)),
    /** By inquirer: fields that it never gets at a desk. They look as if no office had written them. */
    never: v.optional(v.record(text, someNamed('field'))),
    guarded: guardedSchema,
  }),
  /** How long a person stays frozen. */
  freezes: v.optional(v.strictObject({ lasts: lastingSchema })),
  incidents: v.strictObject({
    grades: v.record(text, labels),
    /** The grade of an incident whose grade is not stated. */
    unstated: named('grade'),
    /** What can have caused it, by word, and the word of an incident whose cause is not stated. */
    causes: v.optional(v.record(text, labels)),
    unstatedCause: v.optional(text),
    /** Hours until the first report, by kind of operator and grade. */
    operators: v.record(
      text,
      v.strictObject({ ...labelled, reportsTo: labels, hours: v.record(named('grade'), several) }),
    ),
    /** Kind of the task for each report. */
    reports: v.strictObject({ first: task, supplement: task, closing: task }),
    keepYears: several,
    /** Department that informs the people concerned. */
    tells: named('department'),
  }),
  /** What printed pages say of this law, apart from what every page says. */
  pages: v.strictObject({
    /** On the answer to an inquiry: what the person may ask for, and within which time. */
    rights: textSchema,
    /** On a refused inquiry without a reason: who gives it, and where to complain. */
    refused: textSchema,
    /** On the answer to an objection: where to complain. */
    complaint: textSchema,
    /** The title of the report of an incident. */
    leak: textSchema,
  }),
  /** Absent: there are none. */
  harm: v.optional(harmSchema),
});
