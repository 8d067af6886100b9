/** The schema of conditions in a pack's YAML, and of the facts that a purpose requires. */
import * as v from 'valibot';
import { type Fixed, type Named, name, named, rule, scalar, some, someNamed, table, text } from './plain.ts';
import { labelled } from './texts.ts';

const scalars = v.union([scalar, v.array(scalar)]);

const condition = v.union(
  [
    scalars,
    v.strictObject({ not: scalars }),
    v.strictObject({ below: v.number() }),
    v.strictObject({ from: v.number() }),
    v.strictObject({ held: v.boolean() }),
    /** A list holds one of these. */
    v.strictObject({ holds: scalars }),
    /** Full years since the date, at the time of the request. */
    v.strictObject({ ageBelow: v.number() }),
    /** A division code within the requested area. */
    v.strictObject({ within: v.literal('area') }),
    /** A code that starts with one of a pack's list. */
    v.strictObject({ onList: named('list') }),
    /** A current record, or a list with one: it has begun and has not ended. Each member is a date or a month. */
    v.strictObject({ inForce: v.strictObject({ from: text, until: text }) }),
    /** A date from today on. */
    v.strictObject({ notPast: v.literal(true) }),
    /**
     * The value that the caller sent for comparison; also met `if compared` and the caller sent none. Or the institution of
     * the caller's registration.
     */
    v.strictObject({ same: v.picklist(['compared', 'if compared', 'institution']) }),
    /** A date within the last so many days. */
    v.strictObject({ withinDays: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
    /** The ratio of two number members. */
    v.strictObject({ ratio: text, by: text, below: v.number() }),
  ],
  'write a value, a list of values, or one of ' +
    [
      'not',
      'below',
      'from',
      'held',
      'holds',
      'ageBelow',
      'within',
      'onList',
      'inForce',
      'notPast',
      'same',
      'withinDays',
      'ratio',
    ]
      .map((name) => `\`${name}: …\``)
      .join(', '),
);

export type Condition = Fixed<v.InferOutput<typeof condition>>;

/** By a field, or one of its members. */
export const conditions = table(condition);
export type ConditionMap = Readonly<Record<string, Condition>>;
/** By names that the compiler looks up. */
export const conditionsOn = (what: Named) => v.record(named(what, name), condition);
/** One of them must hold. */
export const alternatives = (what?: Named) =>
  v.pipe(v.array(what ? conditionsOn(what) : conditions), v.minLength(1));

/** A condition on facts. If it does not hold, the purpose's duty does not cover the record. */
export const requirementSchema = v.strictObject({
  ...labelled,
  rule,
  /** Grounds to which it applies. Absent: all of the purpose. */
  kinds: v.optional(someNamed('kind')),
  /** Inquirers who need it. Absent: it does not depend on them. */
  inquirers: v.optional(some),
  /** The finding if it does not hold. */
  finding: v.optional(named('reason')),
  /** Roles of the purpose that are exempt. */
  exempt: v.optional(someNamed('role')),
  /**
   * The rule by which exempt are appointed officers alone: people who have logged in, to whom their directory gives the role
   * `release`.
   */
  appointed: v.optional(rule),
  any: v.optional(alternatives('field path')),
  /** An assignment to the subject must name the officer. */
  assigned: v.optional(v.literal(true)),
});

/** Prefixes of codes that a condition looks up, with their source and edition. */
export const listSchema = v.strictObject({
  ...labelled,
  version: text,
  source: text,
  codes: v.pipe(some, v.maxLength(1000)),
});
