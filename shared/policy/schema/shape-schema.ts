/** The schema of the forms of values. */
import * as v from 'valibot';
import { valuePattern } from './writing-schema.ts';

const text = v.pipe(v.string(), v.minLength(1));
const name = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/, 'a name is printable ASCII without spaces'));
const texts = v.array(text);
const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);

/** A name refers to an entry of `shapes`. */
export type ShapeSource =
  | v.InferOutput<typeof plainShape>
  | RecordSource
  | ListSource
  | EitherSource
  | string;
type RecordSource = { is: 'record'; members: Record<string, ShapeSource>; optional?: string[] | undefined };
type ListSource = { is: 'list'; of: ShapeSource; max: number };
type EitherSource = { is: 'either'; of: ShapeSource[] };

const plainShape = v.variant('is', [
  v.strictObject({
    is: v.literal('text'),
    max: v.number(),
    pattern: v.optional(valuePattern),
    example: v.optional(text),
  }),
  v.strictObject({ is: v.literal('one of'), values: v.array(v.union([v.string(), v.number()])) }),
  v.strictObject({ is: v.picklist(['date', 'month', 'boolean']) }),
  v.strictObject({ is: v.literal('number'), min: v.number(), max: v.number() }),
]);
export const shape: v.GenericSchema<ShapeSource> = v.union([
  text,
  plainShape,
  v.strictObject({
    is: v.literal('record'),
    members: table(v.lazy(() => shape)),
    optional: v.optional(texts),
  }),
  v.strictObject({ is: v.literal('list'), of: v.lazy(() => shape), max: v.number() }),
  v.strictObject({ is: v.literal('either'), of: v.array(v.lazy(() => shape)) }),
]);
