import * as v from 'valibot';

/** The contracts under which an agency gets or checks data, one after the other. Those that have ended stay for three years. */
export const Contracts = v.pipe(
  v.array(
    v.strictObject({
      reference: v.pipe(v.string(), v.maxLength(128)),
      /** SHA-256 of the document, in hexadecimal. */
      document: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      from: v.pipe(v.string(), v.isoDate()),
      until: v.pipe(v.string(), v.isoDate()),
      /** Bodies that process for the agency. */
      processors: v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
      /** The department that supervises it. */
      supervisor: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
    }),
  ),
  v.maxLength(20),
);
