/** The plain values of a pack's YAML. */
import * as v from 'valibot';

export const text = v.pipe(v.string(), v.minLength(1));
export const texts = v.array(text);
export const some = v.pipe(texts, v.minLength(1));
/** Names occur in log entries, which must not contain sentences. */
export const name = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'),
);
export const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);
export const several = v.pipe(v.number(), v.integer(), v.minValue(1));
export const scalar = v.union([v.string(), v.number(), v.boolean()]);
export const json = v.union([v.null(), scalar]);
export const day = v.pipe(v.string(), v.isoDate());

/** The sensitivity of a field. */
export const levels = v.array(v.picklist(['L1', 'L2', 'L3', 'L4']));
export const levelSchema = levels.item;

/** `yearEnds` is the last day, `MM-DD`, of the year of an entitlement. */
export const lastingSchema = v.union([
  v.strictObject({ hours: several }),
  v.strictObject({ days: several }),
  v.strictObject({ workingDays: several }),
  v.strictObject({ yearEnds: v.pipe(v.string(), v.regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)) }),
]);

/** The beginning of a division code. */
export const areaSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'an area is a code'));
