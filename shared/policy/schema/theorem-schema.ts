/** The schema of sentences of law, which the compiler proves of the pack. */
import * as v from 'valibot';
import { conditionsOn } from './condition-schema.ts';
import { named, someNamed } from './plain.ts';
import { textSchema } from './texts.ts';

const forms = v.pipe(
  v.array(v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token'])),
  v.minLength(1),
);
const flag = v.optional(v.boolean());

/** What a case must be for the sentence to speak of it. All that is stated must hold. */
const caseSchema = v.strictObject({
  facts: v.optional(conditionsOn('field path')),
  /** Inputs of the consent table, such as the stage of life. */
  inputs: v.optional(conditionsOn('input')),
  /** By giver: the last word, or `none`. */
  said: v.optional(conditionsOn('giver')),
  inquirer: v.optional(named('inquirer')),
  /** Danger is attested. */
  attested: flag,
  /** The officer has logged in. */
  authenticated: flag,
  /** The directory gives the officer the role to ask. */
  appointed: flag,
  /** The owners approved every field. */
  approved: flag,
  /** The person belongs to the officer's registered case. */
  assigned: flag,
  /** The person lives in the caller's area. */
  local: flag,
  frozen: flag,
  disputed: flag,
  /** Two people ended the help for the person. */
  ended: flag,
  /** Authorised bodies said that a representative is in conflict; a fact may say it too. */
  conflict: flag,
  /** Departments lifted a hold. */
  lifted: flag,
  /** The consents are for this purpose and recipient, or for another. */
  consents: v.optional(v.picklist(['this', 'other'])),
  /** The consents name the fields. */
  named: flag,
});

const CLAIMS = ['never', 'only', 'always', 'alike', 'duties', 'closed'] as const;

export const theoremSchema = v.pipe(
  v.strictObject({
    say: textSchema,
    rules: someNamed('rule'),
    /** What it quantifies over. Absent: all of the pack. */
    purposes: v.optional(someNamed('purpose')),
    kinds: v.optional(someNamed('kind')),
    roles: v.optional(someNamed('role')),
    fields: v.optional(someNamed('field')),
    classes: v.optional(someNamed('class')),
    except: v.optional(
      v.strictObject({
        purposes: v.optional(someNamed('purpose')),
        roles: v.optional(someNamed('role')),
        fields: v.optional(someNamed('field')),
      }),
    ),
    /** One of these cases. Absent: every case. */
    when: v.optional(v.pipe(v.array(caseSchema), v.minLength(1))),
    /** Forms in which the fields never leave; or the only ones; or those of which one always leaves. */
    never: v.optional(forms),
    only: v.optional(forms),
    always: v.optional(forms),
    /** The outcome, the duties and these fields are the same in all of the cases. */
    alike: v.optional(v.literal(true)),
    /** Duties that never come with a release. */
    duties: v.optional(v.strictObject({ never: someNamed('obligation') })),
    /** No key of the classes may be used for the purposes. */
    closed: v.optional(v.literal(true)),
  }),
  v.check(
    (sentence) => CLAIMS.filter((claim) => sentence[claim] !== undefined).length === 1,
    `a sentence claims one thing: ${CLAIMS.map((claim) => `\`${claim}: …\``).join(', ')}`,
  ),
);
