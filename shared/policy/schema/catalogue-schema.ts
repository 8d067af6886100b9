/** The schema of the catalogue of shared data, and of impact assessments. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.minLength(1));

/** The members of a field in the catalogue. */
export const catalogueSchema = {
  sharing: v.picklist(['unconditional', 'conditional', 'none']),
  basis: text,
};

export const assessmentSchema = v.strictObject({
  /** Path in the folder of the pack. */
  document: v.pipe(v.string(), v.regex(/^[\w-]+\/[\w-]+\.md$/, 'a document is folder/name.md')),
  /** Of the document, in hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a digest has 64 hexadecimal digits')),
  date: v.pipe(v.string(), v.isoDate()),
  author: text,
  /** The purposes and programmes that it assesses. */
  of: v.pipe(v.array(text), v.minLength(1)),
});
