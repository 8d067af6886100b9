/** The schema of a row of `acts` in a pack's YAML. */

import * as v from 'valibot';
import { LIMITS, RELATIONS, TOLD } from '../../acts.ts';
import { FRESH, KNOWN } from '../acts/rows.ts';
import { rule, some, someNamed, task, text } from './plain.ts';

const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(366));
const hours = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8760));
/** Actions of tokens. */
const action = v.picklist(['intake', 'release', 'verify', 'casework', 'audit', 'steward']);

export const actSchema = v.strictObject({
  rule,
  who: v.pipe(
    v.array(
      v.strictObject({
        actions: v.optional(v.pipe(v.array(action), v.minLength(1))),
        roles: v.optional(someNamed('role')),
        departments: v.optional(someNamed('department')),
        purposes: v.optional(someNamed('purpose')),
        of: v.optional(some),
        needs: v.optional(v.pipe(v.array(v.picklist(RELATIONS)), v.minLength(1))),
      }),
    ),
    v.minLength(1),
  ),
  person: v.optional(v.picklist(KNOWN)),
  fresh: v.optional(v.picklist(FRESH)),
  second: v.optional(v.strictObject({ by: v.picklist(['other-person', 'other-line']), hours })),
  waits: v.optional(v.strictObject({ hours, except: v.optional(someNamed('role')), task })),
  settled: v.optional(days),
  within: v.optional(days),
  informs: v.optional(task),
  task: v.optional(task),
  refuses: v.optional(v.picklist(['ROLE_REQUIRED', 'NOT_FOUND', 'REFUSED'])),
  tells: v.optional(v.array(v.picklist(TOLD))),
  limits: v.optional(v.array(v.picklist(LIMITS))),
  entry: v.optional(text),
});
