import * as v from 'valibot';
import { labelled } from './texts.ts';

/** The parties whose word counts, by the word that filings use. Their words stand in codes of entries. */
export const giversSchema = v.record(
  v.pipe(v.string(), v.regex(/^[a-z][a-z-]{0,39}$/, 'a giver is a word of small letters and dashes')),
  v.strictObject({ ...labelled, is: v.optional(v.picklist(['person', 'responsible', 'recipient'])) }),
);
