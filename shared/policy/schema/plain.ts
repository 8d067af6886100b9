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

/** What a text of a pack can name. `field path`: a field, or a member of it after a dot. `addressee`: of a task. */
export type Named =
  | 'rule'
  | 'field'
  | 'field path'
  | 'department'
  | 'addressee'
  | 'role'
  | 'obligation'
  | 'obligation or reason'
  | 'reason'
  | 'kind'
  | 'kind of task'
  | 'purpose'
  | 'prohibited use'
  | 'lawful basis'
  | 'mask'
  | 'input'
  | 'verdict'
  | 'class'
  | 'generalisation'
  | 'list'
  | 'right'
  | 'grade'
  | 'dimension'
  | 'giver'
  | 'inquirer';

/** A text that names something else of the pack, which the compiler looks up. */
export const named = (what: Named, schema: typeof text | typeof name = text) =>
  v.pipe(schema, v.metadata({ names: what }));
export const rule = named('rule');
export const task = named('kind of task');
export const manyNamed = (what: Named) => v.array(named(what));
export const someNamed = (what: Named) => v.pipe(manyNamed(what), v.minLength(1));

export const table = <Item extends v.GenericSchema>(item: Item) => v.record(name, item);
export const several = v.pipe(v.number(), v.integer(), v.minValue(1));
export const scalar = v.union([v.string(), v.number(), v.boolean()]);
export const json = v.union([v.null(), scalar]);
export const day = v.pipe(v.string(), v.isoDate());

/** Many items, which may also be one text with commas or ends of lines between them: as a list each has a line of its own. */
export const many = <Item extends v.GenericSchema<string>>(item: Item) =>
  v.union([v.array(item), v.pipe(v.string(), v.transform(itemsIn), v.array(item))]);
export const words = many(text);
export const someWords = v.pipe(words, v.minLength(1));

function itemsIn(list: string): string[] {
  return list.split(/[,\n]/).flatMap((item) => item.trim() || []);
}

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

/** What a schema gives: nothing in it changes, and a member that may be left out is left out and never `undefined`. */
export type Fixed<T> = T extends readonly (infer One)[]
  ? readonly Fixed<One>[]
  : T extends object
    ? { readonly [K in keyof T]: Fixed<Exclude<T[K], undefined>> }
    : T;
