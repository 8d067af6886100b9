/** The schema of a pack's YAML. It is strict: an unknown key is an error. */

import * as v from 'valibot';
import { actSchema } from './act-schema.ts';
import { assessmentSchema, catalogueSchema } from './catalogue-schema.ts';
import { conditions, listSchema, requirementSchema } from './condition-schema.ts';
import { casesSchema, formsSchema } from './form-schema.ts';
import { giversSchema } from './giver-schema.ts';
import {
  leaksSchema,
  limitSchemas,
  postingSchema,
  reviewsSchema,
  stopWordsSchema,
  storiesSchema,
} from './limits-schema.ts';
import { noticesSchema } from './notice-schema.ts';
import { keptSchema, retentionSchema } from './retention-schema.ts';
import { sayingsSchema } from './saying-schema.ts';
import {
  alertSchema,
  approvalsSchema,
  areaSchema,
  caseworkSchema,
  evidenceSchema,
  lastingSchema,
  levelSchema,
  officesSchema,
  programmeSchema,
  taskSchema,
} from './schema-parts.ts';
import { shape } from './shape-schema.ts';
import type { Path } from './source.ts';
import { labelled, languageSchema, textSchema } from './texts.ts';
import { valuePattern, writingSchema } from './writing-schema.ts';

export type Report = (path: Path, message: string) => unknown;

const text = v.pipe(v.string(), v.minLength(1));
/** Names occur in log entries, which must not contain sentences. */
const name = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'));
const texts = v.array(text);
const scalar = v.union([v.string(), v.number(), v.boolean()]);
const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);

const field = v.strictObject({
  ...labelled,
  class: v.optional(text),
  level: levelSchema,
  ...catalogueSchema,
  owners: v.pipe(texts, v.minLength(1)),
  rule: text,
  shape: v.optional(shape),
  checks: v.optional(
    v.array(
      v.strictObject({
        check: v.picklist(['resident-number', 'mod-11', 'pattern', 'luhn', 'past-date', 'agrees']),
        code: text,
        with: v.optional(text),
        part: v.optional(v.picklist(['birth', 'parity', 'whole'])),
        member: v.optional(text),
        weights: v.optional(v.pipe(v.array(v.number()), v.minLength(2))),
        ten: v.optional(v.pipe(v.string(), v.length(1))),
        pattern: v.optional(valuePattern),
        only: v.optional(valuePattern),
      }),
    ),
  ),
  matchable: v.optional(v.boolean()),
  virtual: v.optional(v.boolean()),
  mask: v.optional(text),
  embeds: v.optional(text),
  media: v.optional(v.literal('never')),
});

export const purposeSchema = v.strictObject({
  ...labelled,
  rule: text,
  basis: text,
  kinds: v.pipe(
    v.array(
      v.strictObject({
        kind: text,
        role: v.optional(text),
        attested: v.optional(v.boolean()),
        basis: v.optional(text),
        obligations: v.optional(texts),
      }),
    ),
    v.minLength(1),
  ),
  who: v.pipe(texts, v.minLength(1)),
  unlisted: v.optional(text),
  approval: v.picklist(['none', 'role', 'case', 'four-eyes', 'afterwards']),
  case: v.optional(v.literal('registered')),
  approvers: v.optional(v.pipe(texts, v.minLength(1))),
  collects: v.optional(v.literal('once')),
  demands: v.array(v.picklist(['case', 'officer', 'reason', 'instrument', 'activity', 'signature'])),
  batch: v.pipe(v.number(), v.integer(), v.minValue(1)),
  validity: textSchema,
  lasts: v.optional(lastingSchema),
  kept: v.optional(keptSchema),
  consentLasts: v.optional(lastingSchema),
  volume: v.optional(v.literal('alert')),
  fits: v.optional(text),
  activity: v.optional(lastingSchema),
  matter: v.optional(
    v.strictObject({
      named: v.picklist(['case', 'instrument', 'activity']),
      people: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
      incident: v.optional(v.literal(true)),
    }),
  ),
  area: v.optional(v.picklist(['own', 'any'])),
  elsewhere: v.optional(
    v.strictObject({
      roles: v.pipe(texts, v.minLength(1)),
      states: v.picklist(['case', 'instrument', 'activity']),
    }),
  ),
  requires: v.optional(v.array(requirementSchema)),
  disputed: v.optional(v.boolean()),
  route: v.optional(text),
  operation: v.optional(v.picklist(['provide', 'transmit', 'disclose'])),
  notice: v.optional(v.literal('none')),
  obligations: texts,
  cells: table(text),
});

const verdictRow = { verdict: name, reason: name, rule: name };
const json = v.union([v.null(), scalar]);

export const packSchema = v.strictObject({
  collection: name,
  version: name,
  /** Of every text; the first is shown if a reader wants none of them. */
  languages: v.pipe(v.array(languageSchema), v.minLength(1)),
  title: v.strictObject(labelled),
  bases: v.pipe(texts, v.minLength(1)),
  lawfulBases: v.optional(table(v.strictObject({ ...labelled, rule: text }))),
  areaField: text,
  areasUnder: v.optional(v.record(areaSchema, v.pipe(v.array(areaSchema), v.minLength(1)))),
  countyDigits: v.pipe(v.number(), v.integer(), v.minValue(1)),
  grounds: v.strictObject({
    unknownPurpose: text,
    unknownField: text,
    notOwner: text,
    training: text,
    frozen: text,
    outOfArea: text,
    disputed: text,
  }),
  departments: table(v.strictObject(labelled)),
  roles: table(
    v.strictObject({
      ...labelled,
      departments: texts,
      never: v.optional(v.array(v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token']))),
      media: v.optional(v.boolean()),
    }),
  ),
  ...officesSchema,
  ...sayingsSchema,
  prohibited: table(v.strictObject({ ...labelled, rule: text })),
  stopWords: stopWordsSchema,
  calendar: v.strictObject({
    utcOffsetMinutes: v.number(),
    until: v.optional(v.pipe(v.string(), v.isoDate())),
    weekend: v.array(v.number()),
    holidays: v.array(v.pipe(v.string(), v.isoDate())),
    makeUpDays: v.array(v.pipe(v.string(), v.isoDate())),
  }),
  ...limitSchemas,
  shapes: table(shape),
  classes: table(
    v.strictObject({
      restricted: v.optional(v.boolean()),
      decisive: v.optional(v.boolean()),
      /** Of a class without fields: the purposes that open it. */
      opens: v.optional(texts),
    }),
  ),
  fields: table(field),
  sealed: texts,
  /** Values with an anchor that other places of the file use. */
  definitions: v.optional(table(v.unknown())),
  words: v.optional(v.strictObject({ members: table(textSchema), values: table(table(textSchema)) })),
  ...formsSchema,
  lists: v.optional(table(listSchema)),
  predicates: table(
    v.strictObject({
      ...labelled,
      outward: v.optional(v.boolean()),
      mixed: v.optional(v.boolean()),
      any: v.pipe(v.array(conditions), v.minLength(1)),
    }),
  ),
  givers: giversSchema,
  kinds: table(
    v.strictObject({
      facts: texts,
      needsConsent: v.boolean(),
      withdrawn: v.optional(text),
      /** The kind of prohibited uses; no purpose has it. */
      prohibited: v.optional(v.literal(true)),
    }),
  ),
  inputs: table(
    v.strictObject({
      values: v.optional(v.array(json)),
      type: v.optional(v.literal('number')),
      default: v.optional(json),
    }),
  ),
  stage: v.strictObject({ input: text, cases: casesSchema, otherwise: text }),
  sections: v.array(
    v.strictObject({
      title: text,
      when: conditions,
      rows: v.array(v.strictObject({ when: conditions, ...verdictRow })),
    }),
  ),
  verdicts: v.array(
    v.strictObject({
      verdict: text,
      label: v.optional(textSchema),
      releases: v.boolean(),
      obligations: texts,
      redacts: v.boolean(),
      lifted: v.optional(text),
    }),
  ),
  unforeseen: v.strictObject(verdictRow),
  evidence: evidenceSchema,
  purposes: table(purposeSchema),
  tasks: v.optional(table(taskSchema)),
  acts: table(actSchema),
  casework: v.optional(caseworkSchema),
  retention: v.optional(retentionSchema),
  assessments: table(assessmentSchema),
  notices: v.optional(noticesSchema),
  approvals: v.optional(approvalsSchema),
  alerts: v.optional(table(alertSchema)),
  reviews: reviewsSchema,
  smallestCohort: v.optional(v.number()),
  cohorts: v.optional(
    v.strictObject({
      rule: text,
      smallest: v.pipe(v.number(), v.integer(), v.minValue(2)),
      round: v.pipe(v.number(), v.integer(), v.minValue(1)),
      dimensions: table(
        v.strictObject({ ...labelled, field: text, as: v.optional(text), under: v.optional(text) }),
      ),
    }),
  ),
  pseudonyms: v.optional(v.array(text)),
  writing: v.optional(writingSchema),
  stories: v.optional(storiesSchema),
  leaks: v.optional(leaksSchema),
  posting: v.optional(postingSchema),
  programmes: v.optional(table(programmeSchema)),
});

export type PackSource = v.InferOutput<typeof packSchema>;
