/** What in a record puts the person's safety before what those who decide for it may know, for readers who compare marks. */

import type { Pack } from '../pack/pack.ts';
import type { ConditionMap } from '../schema/condition-schema.ts';
import type { Json } from '../types.ts';
import { holds } from '../value/conditions.ts';
import { factInputs } from './evidence.ts';

/** A statement about one field. */
export interface Danger {
  field: string;
  /** Which statement it is: the same for as long as the pack says the same. */
  text: string;
  /** @param value `undefined` if no office holds the field */
  holds(value: Json | undefined): boolean;
}

/** The person is endangered if all statements of one alternative hold. The inquirer is no part of them. */
export function dangersOf({ consent: { evidence }, casework }: Pack): Danger[][] {
  const { conflict = '' } = evidence;
  const flags = evidence.facts
    .filter(({ input }) => input === conflict)
    .map(({ field, member }) => [
      {
        field,
        text: JSON.stringify(['conflict', member]),
        holds: (value: Json | undefined) => factInputs(evidence, field, value, [value])[conflict] === true,
      },
    ]);
  return [...flags, ...(casework?.inquiries.guarded.secret ?? []).map(partsOf)];
}

function partsOf(conditions: ConditionMap): Danger[] {
  const ofRecord = Object.entries(conditions).filter(
    ([, one]) => typeof one !== 'object' || !('same' in one),
  );
  return [...Map.groupBy(ofRecord, ([path]) => path.split('.')[0] ?? '')].map(([field, some]) => ({
    field,
    text: JSON.stringify(some),
    holds: (value) => holds(Object.fromEntries(some), (name) => (name === field ? value : undefined), null),
  }));
}
