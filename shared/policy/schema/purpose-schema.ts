/** The schema of a purpose in a pack's YAML. */
import * as v from 'valibot';
import { requirementSchema } from './condition-schema.ts';
import { lastingSchema, manyNamed, named, rule, several, some, someNamed, table, text } from './plain.ts';
import { labelled, textSchema } from './texts.ts';

/** The member of a request that names what several requests share. */
const matterWord = v.picklist(['case', 'instrument', 'activity']);

export const purposeSchema = v.strictObject({
  ...labelled,
  rule,
  basis: text,
  /** The kind of legal ground: the first whose condition the request meets. */
  kinds: v.pipe(
    v.array(
      v.strictObject({
        kind: named('kind'),
        role: v.optional(named('role')),
        attested: v.optional(v.boolean()),
        /** The lawful basis of this ground, by its name in the pack. A request that names another is not on this ground. */
        basis: v.optional(named('lawful basis')),
        /** Further duties that this ground adds. */
        obligations: v.optional(manyNamed('obligation')),
      }),
    ),
    v.minLength(1),
  ),
  who: someNamed('role'),
  /** The prohibited use that a request of any other body points at. It raises an alert. */
  unlisted: v.optional(named('prohibited use')),
  approval: v.picklist(['none', 'role', 'case', 'four-eyes', 'afterwards']),
  /** A registered case, assigned to the officer, or an owner's approval. */
  case: v.optional(v.literal('registered')),
  /** Roles that answer if the requester's own department is a field's only owner. */
  approvers: v.optional(someNamed('role')),
  /** Approved fields are collected once. Absent: any number of times within the limit. */
  collects: v.optional(v.literal('once')),
  demands: v.array(v.picklist(['case', 'officer', 'reason', 'instrument', 'activity', 'signature'])),
  /**
   * What a request under it may be for, each by a name and by its words. A stated reason begins with one of them, in any
   * language of the pack; any other is weighed by a person.
   */
  reasons: v.optional(table(textSchema)),
  batch: several,
  validity: textSchema,
  /** How long the recipient may keep and use the data, if limited. */
  lasts: v.optional(lastingSchema),
  /**
   * When the recipient deletes what it received. `duty`: a condition of `requires` no longer holds. `person`: given to
   * the person itself. `counts`: about no person. `archive`: never.
   */
  kept: v.optional(
    v.pipe(
      v.array(v.picklist(['time', 'activity', 'case', 'duty', 'age', 'person', 'counts', 'archive'])),
      v.minLength(1),
    ),
  ),
  /** The maximum time of a consent to it, if shorter than the policy's. */
  consentLasts: v.optional(lastingSchema),
  /** Released even beyond the day's limits, which still count it. */
  volume: v.optional(v.literal('alert')),
  /** The article that requires shown values to fit the smallest cohort. */
  fits: v.optional(rule),
  /** Open only for registered activities, until this long after their last day. */
  activity: v.optional(lastingSchema),
  /**
   * The limit that an agency's requests share if they name the same case, instrument or activity. It starts
   * with the first person whose data was released and lasts as long as the purpose states.
   */
  matter: v.optional(
    v.strictObject({
      named: matterWord,
      /** Maximum number of distinct people of all its requests together. */
      people: v.optional(v.pipe(several, v.maxValue(10_000))),
      /** A case may be an incident: then the limit lasts as long as the incident is open. */
      incident: v.optional(v.literal(true)),
    }),
  ),
  area: v.optional(v.picklist(['own', 'any'])),
  /** Roles for which it is open outside their areas, if the request states this word. Only if `area` is `own`. */
  elsewhere: v.optional(v.strictObject({ roles: some, states: matterWord })),
  /** The reach of the duty. */
  requires: v.optional(v.array(requirementSchema)),
  disputed: v.optional(v.boolean()),
  /** The route that serves it, if it is not the ordinary release. */
  route: v.optional(text),
  /** The word for its release in the log. Absent: `provide`. */
  operation: v.optional(v.picklist(['provide', 'transmit', 'disclose'])),
  /** Releases need no notice. Absent: the decision determines it. */
  notice: v.optional(v.literal('none')),
  obligations: manyNamed('obligation'),
  cells: table(text),
});
