/** The schema of a pack's YAML. It is strict: an unknown key is an error. */

import * as v from 'valibot';
import { actSchema } from './act-schema.ts';
import { caseworkSchema } from './casework-schema.ts';
import { catalogueSchema } from './catalogue-schema.ts';
import { alternatives, listSchema } from './condition-schema.ts';
import { consentSchema } from './consent-schema.ts';
import { fieldSchema, shape } from './field-schema.ts';
import { formsSchema } from './form-schema.ts';
import { letterKindSchema, letterSchema } from './letter-schema.ts';
import {
  alertSchema,
  leaksSchema,
  limitSchemas,
  postingSchema,
  reviewsSchema,
  stopWordsSchema,
  storiesSchema,
} from './limits-schema.ts';
import { noticesSchema } from './notice-schema.ts';
import {
  areaSchema,
  day,
  type Fixed,
  lastingSchema,
  levels,
  many,
  manyNamed,
  name,
  named,
  rule,
  several,
  some,
  someNamed,
  table,
  task,
  text,
  texts,
} from './plain.ts';
import { cohortsSchema, programmeSchema } from './programme-schema.ts';
import { purposeSchema } from './purpose-schema.ts';
import type { Path } from './source.ts';
import { approvalsSchema, retentionSchema, taskSchema } from './task-schema.ts';
import { labelled, languageSchema, textSchema } from './texts.ts';
import { theoremSchema } from './theorem-schema.ts';
import { writingSchema } from './writing-schema.ts';

/** @param lacks if something stands nowhere in the pack: the parts in which it may have stood */
export type Report = (path: Path, message: string, lacks?: readonly string[]) => unknown;

const ruled = v.strictObject({ ...labelled, rule });
const said = <Item extends v.GenericSchema>(item: Item) => v.record(text, item);

/** An article of law, and the languages in which the text is the law's own words. In any other it is a paraphrase. */
const article = v.strictObject({ text: textSchema, wording: v.array(languageSchema) });

export const assessmentSchema = v.strictObject({
  /** Path in the folder of the pack. */
  document: v.pipe(v.string(), v.regex(/^[\w-]+\/[\w-]+\.md$/, 'a document is folder/name.md')),
  /** Of the document, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a digest has 64 hexadecimal digits')),
  date: day,
  author: text,
  /** The purposes and programmes that it assesses. */
  of: some,
});

export const packSchema = v.strictObject({
  collection: name,
  version: name,
  /** Of every text; the first is shown if a reader wants none of them. */
  languages: v.pipe(v.array(languageSchema), v.minLength(1)),
  title: v.strictObject(labelled),
  bases: some,
  /** The lawful bases of grounds, by name. Absent: grounds name none. */
  lawfulBases: v.optional(table(ruled)),
  areaField: named('field'),
  /** Codes that do not begin with the code of the area that holds them, by that area. */
  areasUnder: v.optional(v.record(areaSchema, v.pipe(v.array(areaSchema), v.minLength(1)))),
  /** Digits of a division code that are stored in clear. */
  countyDigits: several,
  /** The articles behind refusals that do not follow from the purpose. */
  grounds: v.strictObject({
    unknownPurpose: rule,
    unknownField: rule,
    notOwner: rule,
    training: rule,
    frozen: rule,
    outOfArea: rule,
    disputed: rule,
  }),
  departments: table(v.strictObject(labelled)),
  roles: table(
    v.strictObject({
      ...labelled,
      /** Departments that may hold it; empty: open to bodies outside the departments. */
      departments: manyNamed('department'),
      /** Forms that no purpose may give to this role. */
      never: v.optional(v.array(v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token']))),
      /** Works for the media: gets no field that is marked so, and other fields only generalised. */
      media: v.optional(v.boolean()),
    }),
  ),
  /** The levels that an officer sees whom the agency only names. */
  claimed: v.strictObject({ rule, levels }),
  /** How long a training record counts at most, from its registration. */
  training: v.strictObject({ rule, longest: lastingSchema }),
  /** Roles that need a contract in force; `warns` days before its end a task, and after it one to delete. */
  contracts: v.optional(
    v.strictObject({ rule, roles: someNamed('role'), warns: several, ends: task, deletes: task }),
  ),
  /** Two sides of roles and departments; no agency has one of each. */
  apart: v.optional(v.array(v.strictObject({ rule, one: some, other: some }))),
  rules: said(textSchema),
  articles: v.optional(said(article)),
  reasons: said(textSchema),
  obligations: said(textSchema),
  prohibited: table(ruled),
  /** Words that stop a stated reason. */
  stopWords: stopWordsSchema,
  calendar: v.strictObject({
    utcOffsetMinutes: v.number(),
    /** The last day with published holidays. Absent: no holidays that change. */
    until: v.optional(day),
    weekend: v.array(v.number()),
    /** Holidays, and days of a weekend that are working days. */
    holidays: many(day),
    makeUpDays: many(day),
  }),
  ...limitSchemas,
  shapes: table(shape),
  classes: table(
    v.strictObject({
      restricted: v.optional(v.boolean()),
      /** Its values leave sealed to a hybrid key alone. */
      sealing: v.optional(v.literal('hybrid')),
      /** Holds only fields that decisions read. */
      decisive: v.optional(v.boolean()),
      /** Of a class without fields: the purposes that open it. */
      opens: v.optional(manyNamed('purpose')),
    }),
  ),
  fields: table(fieldSchema),
  catalogue: v.optional(catalogueSchema),
  /** Names that no field may have. */
  sealed: texts,
  /** Values with an anchor that other places of the file use. */
  definitions: v.optional(table(v.unknown())),
  /** Words for members and codes on a page for people; the codes by field. */
  words: v.optional(
    v.strictObject({ members: table(textSchema), values: v.record(named('field', name), table(textSchema)) }),
  ),
  ...formsSchema,
  lists: v.optional(table(listSchema)),
  predicates: table(
    v.strictObject({
      ...labelled,
      /** May be answered to outside bodies. */
      outward: v.optional(v.boolean()),
      /** No answer, and no difference of two answers, may reveal this predicate alone. */
      mixed: v.optional(v.boolean()),
      any: alternatives(),
    }),
  ),
  ...consentSchema,
  purposes: table(purposeSchema),
  tasks: v.optional(table(taskSchema)),
  /** The requirements and answers of each act, by its name. */
  acts: table(actSchema),
  casework: v.optional(caseworkSchema),
  /** Absent: nothing is erased without a request. */
  retention: v.optional(retentionSchema),
  assessments: table(assessmentSchema),
  /** Absent: consents name no notice. */
  notices: v.optional(noticesSchema),
  letters: v.optional(table(letterSchema)),
  letterKinds: v.optional(table(letterKindSchema)),
  /** Absent: a field that needs an approval is refused. */
  approvals: v.optional(approvalsSchema),
  /** By code. */
  alerts: v.optional(table(alertSchema)),
  reviews: reviewsSchema,
  /** Minimum number of people that a programme must fit, in all its areas together. */
  smallestCohort: v.optional(v.number()),
  cohorts: v.optional(cohortsSchema),
  /** Names that replace people's names on cards. */
  pseudonyms: v.optional(texts),
  writing: v.optional(writingSchema),
  stories: v.optional(storiesSchema),
  leaks: v.optional(leaksSchema),
  posting: v.optional(postingSchema),
  programmes: v.optional(table(programmeSchema)),
  /** Sentences of law that hold in every case, by name. */
  theorems: v.optional(table(theoremSchema)),
});

/** A checked pack. Nothing in it changes, and a member that may be left out is left out and never `undefined`. */
export type PackSource = Fixed<v.InferOutput<typeof packSchema>>;
/** A name refers to an entry of `shapes`. */
export type ShapeSource = PackSource['shapes'][string];
export type QuestionSource = NonNullable<PackSource['programmes']>[string]['when'];
