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
export function dangersOf(pack: Pack): Danger[][] {
  const flags = conflictsOf(pack).map((one) => [one]);
  return [...flags, ...(pack.casework?.inquiries.guarded.secret ?? []).map(partsOf)];
}

/** Each field by which the record says that the person and one who decides for it are in conflict. */
const conflictsOf = (pack: Pack) => saying(pack, 'conflict');

/** Each field by which the record takes from others what they may do for the person: a conflict, and the end of all help. */
export const stopsOf = (pack: Pack): Danger[] => [...conflictsOf(pack), ...endsOf(pack)];

/** Each field by which the record says that all help for the person has ended, as with a death. */
export const endsOf = (pack: Pack): Danger[] => saying(pack, 'ended');

function saying({ consent: { evidence } }: Pack, what: 'conflict' | 'ended'): Danger[] {
  const { [what]: said = '' } = evidence;
  return evidence.facts
    .filter(({ input }) => input === said)
    .map(({ field, member }) => ({
      field,
      text: JSON.stringify([what, member]),
      holds: (value: Json | undefined) => factInputs(evidence, field, value, [value])[said] === true,
    }));
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
