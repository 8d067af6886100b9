/** The schema of what a pack says to a refused caller, and of the articles of law behind its rules. */
import * as v from 'valibot';
import { languageSchema, textSchema } from './texts.ts';

const table = <Item extends v.GenericSchema>(item: Item) =>
  v.record(v.pipe(v.string(), v.minLength(1)), item);

export const sayingsSchema = {
  rules: table(textSchema),
  articles: v.optional(table(v.strictObject({ text: textSchema, wording: v.array(languageSchema) }))),
  reasons: table(textSchema),
  obligations: table(textSchema),
};
