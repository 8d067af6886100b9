/** The schema of conditions in a pack's YAML, and of the facts that a purpose requires. */
import * as v from 'valibot';
import { type Named, name, named, rule, scalar, some, someNamed, table, text } from './plain.ts';
import { labelled } from './texts.ts';

const scalars = v.union([scalar, v.array(scalar)]);

const condition = v.union(
  [
    scalars,
    v.strictObject({ not: scalars }),
    v.strictObject({ below: v.number() }),
    v.strictObject({ from: v.number() }),
    v.strictObject({ held: v.boolean() }),
    v.strictObject({ holds: scalars }),
    v.strictObject({ ageBelow: v.number() }),
    v.strictObject({ within: v.literal('area') }),
    v.strictObject({ onList: named('list') }),
    v.strictObject({ inForce: v.strictObject({ from: text, until: text }) }),
    v.strictObject({ notPast: v.literal(true) }),
    v.strictObject({ same: v.picklist(['compared', 'if compared', 'institution']) }),
    v.strictObject({ withinDays: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
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

/** By a field, or one of its members. */
export const conditions = table(condition);
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
