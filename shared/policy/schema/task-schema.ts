/** The schema of tasks with their time limits in a pack's YAML, of the procedure of approvals, and of retention. */
import * as v from 'valibot';
import { OUTCOMES } from '../../entry-kinds.ts';
import { alternatives } from './condition-schema.ts';
import { lastingSchema, levels, manyNamed, named, rule, several, someNamed, task, text } from './plain.ts';
import { labelled } from './texts.ts';

const labels = v.strictObject(labelled);

/** A task with a time limit. */
export const taskSchema = v.strictObject({
  ...labelled,
  rule,
  within: lastingSchema,
  /** The time from which reminders are sent. */
  remind: v.optional(lastingSchema),
  /** Whether an officer closes it; otherwise an act does. */
  byHand: v.boolean(),
  /** The reason or obligation of a logged decision that opens it. */
  from: v.optional(named('obligation or reason')),
  ends: v.optional(v.picklist(['purpose', 'age', 'duty', 'consent', 'erasure'])),
  /** The closing officer names the proof that it is done. */
  proof: v.optional(v.literal(true)),
  /** The proof is of a delivery: its kind and day are named as well. */
  delivers: v.optional(v.literal(true)),
  /** The closing officer decides between `release` and `refuse`, with effect for so long. */
  decides: v.optional(lastingSchema),
  /** The words that close it. Absent: any. */
  outcomes: v.optional(v.pipe(v.array(v.picklist(OUTCOMES)), v.minLength(2))),
  /** The words of `outcomes` that need the digest of the task's letter as it was signed. */
  signed: v.optional(v.pipe(v.array(v.picklist(OUTCOMES)), v.minLength(1))),
  /** How long further decisions about the same person, agency and purpose open no second task; a day. */
  per: v.optional(v.picklist(['day', 'month', 'year'])),
  /** Addressee: `handler`, `owners`, or a department. */
  to: v.optional(named('addressee')),
  /** Substitute departments if there is no other owner; the first outside the requester's line. */
  orElse: v.optional(manyNamed('department')),
});

const superiors = {
  superiors: v.record(named('department'), named('department')),
  otherwise: named('department'),
};

/** The procedure for fields that need an approval. */
export const approvalsSchema = v.strictObject({
  /** The kind of task that asks the owner of a field, by the field's level. Its time is the limit for the answer. */
  asks: v.array(v.strictObject({ levels: v.pipe(levels, v.minLength(1)), task })),
  /** The kind of task of the requester. Its time is the limit for collection. */
  collect: task,
  /** Roles that decide for their department. */
  deciders: manyNamed('role'),
  /** The most open requests of one agency at one department. */
  open: several,
  /** Roles that answer if the requester's own department is the only owner, unless the purpose names some. */
  standIns: manyNamed('role'),
  /** An owner may ask once for what it lacks; the task of this kind gives the requester its time. */
  material: v.optional(
    v.strictObject({
      task,
      rule,
      /** What can be missing, by code. */
      missing: v.record(text, labels),
    }),
  ),
  /** An owner who refuses says why, by one of these words besides its reason. */
  refusals: v.optional(v.strictObject({ rule, why: v.record(text, labels) })),
  /** The superior of each department decides on disputes about its refusals, by a task of this kind. */
  disputes: v.optional(v.strictObject({ task, rule, ...superiors })),
  /** The review of an emergency access by another person. */
  review: v.optional(
    v.strictObject({
      /** The obligation that requires the review, and the kind of its task. */
      obligation: named('obligation'),
      task,
      rule,
      /** Accesses without a review from which the next one needs a second officer. */
      unreviewed: v.strictObject({ agency: several, officer: several }),
      /** The kind of task that an overdue review opens, at the superiors of both departments. */
      escalate: v.strictObject({ task, ...superiors }),
    }),
  ),
});

const years = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100));
const yearsAfter = v.pipe(years, v.minValue(1));

/** Retention of fields in years. */
export const retentionSchema = v.strictObject({
  rule,
  /** The age from which years are counted. */
  age: years,
  /** Years after that age until the record is erased. */
  record: years,
  /** And so many years after an event of `ended`. */
  recordAfterEnd: v.optional(v.record(text, yearsAfter)),
  /** The act that ends the help brings about this event of `ended`, and these purposes release nothing from then on. */
  help: v.optional(v.strictObject({ ends: text, purposes: someNamed('purpose') })),
  /** Events by name: the state that shows each. The last write of its fields is the instant. */
  ended: v.optional(v.record(text, v.strictObject({ ...labelled, any: alternatives('field path') }))),
  /** A field ends with the earliest of its times. */
  periods: v.array(
    v.strictObject({
      fields: someNamed('field'),
      yearsAfterAge: v.optional(years),
      yearsAfterWrite: v.optional(yearsAfter),
      /** By event of `ended`. */
      yearsAfterEnd: v.optional(v.record(text, yearsAfter)),
    }),
  ),
  /** Fields that end with the record. */
  withRecord: manyNamed('field'),
  /**
   * Files that are not destroyed before this department's office has appraised them, by a task. What is `handedOver` was
   * released to it for the purpose before.
   */
  archive: v.optional(
    v.strictObject({
      rule,
      to: named('department'),
      task,
      purpose: named('purpose'),
      kinds: v.record(text, v.strictObject({ ...labelled, handedOver: v.optional(v.literal(true)) })),
      /** By field, its kind. */
      fields: v.record(named('field'), text),
    }),
  ),
});
