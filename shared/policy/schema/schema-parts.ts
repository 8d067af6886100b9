/** The schema of casework in a pack: tasks with their time limits, and the procedure of approvals. */

import * as v from 'valibot';
import { OUTCOMES } from '../../entry-kinds.ts';
import { conditions } from './condition-schema.ts';
import { harmSchema } from './harm-schema.ts';
import { labelled, textSchema } from './texts.ts';

const text = v.pipe(v.string(), v.minLength(1));
const texts = v.array(text);
export const several = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The sensitivity of a field. */
export const levelSchema = v.picklist(['L1', 'L2', 'L3', 'L4']);

export const lastingSchema = v.union([
  v.strictObject({ hours: several }),
  v.strictObject({ days: several }),
  v.strictObject({ workingDays: several }),
  v.strictObject({ yearEnds: v.pipe(v.string(), v.regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)) }),
]);

export const taskSchema = v.strictObject({
  ...labelled,
  rule: text,
  within: lastingSchema,
  remind: v.optional(lastingSchema),
  byHand: v.boolean(),
  from: v.optional(text),
  ends: v.optional(v.picklist(['purpose', 'age', 'duty', 'consent'])),
  proof: v.optional(v.literal(true)),
  delivers: v.optional(v.literal(true)),
  decides: v.optional(lastingSchema),
  outcomes: v.optional(v.pipe(v.array(v.picklist(OUTCOMES)), v.minLength(2))),
  per: v.optional(v.picklist(['day', 'month', 'year'])),
  to: v.optional(text),
  orElse: v.optional(v.array(text)),
});

const labels = v.strictObject(labelled);

export const approvalsSchema = v.strictObject({
  asks: v.array(v.strictObject({ levels: v.pipe(v.array(levelSchema), v.minLength(1)), task: text })),
  collect: text,
  deciders: texts,
  open: several,
  standIns: v.array(text),
  material: v.optional(v.strictObject({ task: text, rule: text, missing: v.record(text, labels) })),
  refusals: v.optional(v.strictObject({ rule: text, why: v.record(text, labels) })),
  disputes: v.optional(
    v.strictObject({ task: text, rule: text, superiors: v.record(text, text), otherwise: text }),
  ),
  review: v.optional(
    v.strictObject({
      obligation: text,
      task: text,
      rule: text,
      unreviewed: v.strictObject({ agency: several, officer: several }),
      escalate: v.strictObject({ task: text, superiors: v.record(text, text), otherwise: text }),
    }),
  ),
});

const objectionsSchema = v.strictObject({
  givers: texts,
  rights: v.record(
    text,
    v.strictObject({
      ...labelled,
      rule: text,
      stops: v.optional(v.literal(true)),
      ends: v.optional(v.literal(true)),
      document: v.optional(v.literal(true)),
      again: v.optional(lastingSchema),
      needs: v.optional(v.picklist(['written', 'deleted'])),
      task: v.optional(text),
    }),
  ),
  reports: v.optional(
    v.strictObject({
      rule: text,
      right: text,
      faults: v.record(text, v.strictObject(labelled)),
    }),
  ),
});

const guardedSchema = v.strictObject({
  who: texts,
  rule: text,
  fields: texts,
  shows: v.strictObject({ fields: v.pipe(texts, v.minLength(1)), purposes: v.pipe(texts, v.minLength(1)) }),
  secret: v.pipe(v.array(conditions), v.minLength(1)),
  places: texts,
});

/** The consequences of acts of casework. */
export const caseworkSchema = v.strictObject({
  objections: objectionsSchema,
  consents: v.strictObject({
    task: text,
    asks: texts,
    documents: v.record(text, v.strictObject({ ...labelled, match: v.optional(text) })),
    relations: v.record(text, labels),
  }),
  cases: v.optional(
    v.strictObject({
      rule: text,
      supervisors: v.pipe(texts, v.minLength(1)),
      lasts: lastingSchema,
      task: text,
      again: v.strictObject({
        task: text,
        asks: v.pipe(texts, v.minLength(1)),
        within: v.optional(lastingSchema),
      }),
    }),
  ),
  inquiries: v.strictObject({
    rule: text,
    who: texts,
    proof: texts,
    identity: v.record(text, v.strictObject({ name: text, number: text, other: v.optional(text) })),
    perDay: several,
    secret: texts,
    deferred: texts,
    own: v.optional(v.record(text, text)),
    guarded: guardedSchema,
  }),
  freezes: v.optional(v.strictObject({ lasts: lastingSchema })),
  incidents: v.strictObject({
    grades: v.record(text, v.strictObject(labelled)),
    unstated: text,
    operators: v.record(
      text,
      v.strictObject({
        ...labelled,
        reportsTo: v.strictObject(labelled),
        hours: v.record(text, several),
      }),
    ),
    reports: v.strictObject({ first: text, supplement: text, closing: text }),
    keepYears: several,
    tells: text,
  }),
  pages: v.strictObject({ rights: textSchema, refused: textSchema, complaint: textSchema, leak: textSchema }),
  harm: v.optional(harmSchema),
});

/* What agencies and their officers are held to. */
const sides = v.pipe(v.array(text), v.minLength(1));

export const officesSchema = {
  /** The levels that an officer sees whom the agency only names. */
  claimed: v.strictObject({ rule: text, levels: v.array(levelSchema) }),
  training: v.strictObject({ rule: text, longest: lastingSchema }),
  /** Two sides of roles and departments; no agency has one of each. */
  apart: v.optional(v.array(v.strictObject({ rule: text, one: sides, other: sides }))),
};

/* The schema of an alert in a pack's YAML. */
const clock = v.pipe(v.string(), v.regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time of day has the form 08:00'));

/** The property of an entry by which a rule counts or remembers. */
const by = v.pipe(v.array(v.picklist(['agency', 'officer', 'purpose', 'area'])), v.minLength(1));

export const alertSchema = v.strictObject({
  ...labelled,
  rule: text,
  severity: v.picklist(['low', 'medium', 'high']),
  /** Absent for an alert that a function raises itself when it notices the event. */
  when: v.optional(
    v.variant('look', [
      v.strictObject({ look: v.literal('refusal') }),
      v.strictObject({
        look: v.literal('hours'),
        opens: clock,
        closes: clock,
        except: v.optional(v.array(text)),
      }),
      v.strictObject({ look: v.literal('first'), by, days: v.pipe(several, v.maxValue(366)) }),
      v.strictObject({
        look: v.literal('many'),
        by,
        at: v.pipe(several, v.maxValue(1000)),
        except: v.optional(v.array(text)),
      }),
      v.strictObject({ look: v.literal('unreviewed'), obligation: text, hours: several }),
      v.strictObject({ look: v.literal('decoy') }),
      v.strictObject({ look: v.literal('register'), codes: v.pipe(v.array(text), v.minLength(1)) }),
    ]),
  ),
});

/* The sources of the inputs of the consent table. */
const name = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'));
const json = v.union([v.null(), v.string(), v.number(), v.boolean()]);
const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);

export const evidenceSchema = v.strictObject({
  kind: text,
  birth: v.optional(v.strictObject({ field: text, toleranceDays: v.number(), age: text, birthday: text })),
  facts: v.array(
    v.strictObject({
      input: text,
      field: text,
      member: v.optional(text),
      recordOnly: v.optional(v.boolean()),
      words: v.optional(table(json)),
      otherwise: v.optional(json),
      absent: v.optional(json),
      agreed: v.optional(v.strictObject({ value: json, owners: several, with: v.optional(text) })),
    }),
  ),
  acts: v.array(
    v.strictObject({
      input: text,
      givers: texts,
      giver: v.optional(text),
      age: v.optional(text),
      endsAtAge: v.optional(v.number()),
      others: v.optional(text),
    }),
  ),
  judgement: v.optional(v.strictObject({ input: text, roles: v.pipe(texts, v.minLength(1)) })),
  informed: v.optional(
    v.strictObject({ input: text, by: v.array(v.strictObject({ giver: text, word: json })) }),
  ),
  proofs: v.optional(
    v.array(
      v.strictObject({
        input: text,
        act: text,
        by: v.pipe(v.array(v.pipe(texts, v.minLength(1))), v.minLength(1)),
        before: v.optional(v.literal('consent')),
      }),
    ),
  ),
  responsible: v.optional(
    v.strictObject({
      field: text,
      numbers: table(text),
      name: text,
      from: text,
      until: text,
      endedBy: texts,
      ages: v.array(several),
      other: v.optional(v.strictObject({ kind: text, number: text })),
      givers: table(conditions),
    }),
  ),
  scope: v.optional(text),
  conflict: v.optional(text),
  requester: v.optional(v.strictObject({ input: text, department: text, word: text })),
  attested: v.optional(text),
  inquirer: v.optional(text),
  unproven: table(json),
  maxMonths: v.number(),
  askAgain: v.optional(v.strictObject({ times: several, days: several })),
});

/* The schema of a programme in a pack's YAML. */

/** `predicate` or `predicate of field`, and combinations. Numbers are not allowed. */
export type QuestionSource =
  | string
  | { all: QuestionSource[] }
  | { any: QuestionSource[] }
  | { not: QuestionSource };

const parts = v.pipe(v.array(v.lazy((): v.GenericSchema<QuestionSource> => question)), v.minLength(1));
const question: v.GenericSchema<QuestionSource> = v.union([
  text,
  v.strictObject({ all: parts }),
  v.strictObject({ any: parts }),
  v.strictObject({ not: v.lazy(() => question) }),
]);

export const missLimits = v.strictObject({ alert: several, slow: several, stop: several });

export const areaSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'an area is a code'));

export const programmeSchema = v.strictObject({
  ...labelled,
  purpose: text,
  start: v.optional(v.picklist(['name', 'code'])),
  who: v.optional(v.pipe(v.array(text), v.minLength(1))),
  recipients: v.optional(v.pipe(v.array(text), v.minLength(1))),
  areas: v.pipe(v.array(areaSchema), v.minLength(1)),
  from: v.pipe(v.string(), v.isoDate()),
  until: v.pipe(v.string(), v.isoDate()),
  proofDays: v.pipe(several, v.maxValue(366)),
  when: question,
  budgets: v.strictObject({
    subject: several,
    day: several,
    misses: missLimits,
  }),
});
