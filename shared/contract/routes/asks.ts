/**
 * Requests of release and of text tests. The schemas of answers are in other files, because only the OpenAPI document
 * needs them and a bundle cannot leave out an unused schema.
 */

import * as v from 'valibot';
import { AnyJson, byName, Cursor, Language, line, Name, Ref, Subject, text, Words } from './common.ts';
import { strictObject } from './strict-object.ts';

/** Most subjects of one release; purposes may allow fewer. */
export const SUBJECT_LIMIT = 100;

export const ReleaseRequest = strictObject({
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  subjects: v.pipe(v.array(Subject), v.minLength(1), v.maxLength(SUBJECT_LIMIT)),
  /** Default: every field that the purpose allows. */
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  compare: v.optional(byName(AnyJson)),
  context: v.optional(
    strictObject({
      ...Words,
      instrument: v.optional(line(128)),
      activity: v.optional(line(128)),
      /** The lawful basis, where the purpose allows several. Default: the first whose ground applies. */
      basis: v.optional(Name),
      imminentDangerAttested: v.optional(v.boolean()),
      /** Access token of a colleague who answers for an emergency too, where many wait for their review. */
      secondOfficer: v.optional(v.pipe(v.string(), v.maxLength(8192), v.regex(/^[\w.-]+$/))),
      /** Id of the request whose approval is collected. */
      request: v.optional(Name),
      /** If it is collected in pieces: the position in the request, from 0, of the first of these people. */
      from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000))),
    }),
  ),
});
export type ReleaseRequest = v.InferOutput<typeof ReleaseRequest>;
/** The two ways to name one subject in a request: by `ref` or by `match`. */
export type SubjectName = ReleaseRequest['subjects'][number];

/** `request`: id of the request to publish the text that the office was asked about. */
export const TestText = strictObject({ ref: Ref, text: text(2000), request: Name, ...Words });
export type TestText = v.InferOutput<typeof TestText>;

export const CardRequest = strictObject({
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  subject: Subject,
  /** The text exactly as a department of the person tested it. */
  text: text(2000),
  context: v.optional(strictObject({ ...Words, request: v.optional(Ref) })),
});
export type CardRequest = v.InferOutput<typeof CardRequest>;

export const InquiryRequest = strictObject({
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  subject: Subject,
  /** The inquirer, as the desk has verified: a word of the policy, such as `child` or `guardian`. */
  inquirer: Name,
  /** Name and resident ID number of the document that the inquirer showed. They are compared with the record. */
  identity: strictObject({ name: line(100), number: line(40) }),
  /** The word of a second clerk. Without it the answer leaves out the restricted classes. */
  second: v.optional(v.pipe(v.string(), v.maxLength(500))),
  /** A public key of the inquirer's own device: the answer is sealed to it, so that the desk cannot read it. */
  sealTo: v.optional(
    strictObject({ kty: v.literal('EC'), crv: v.literal('P-256'), x: line(60), y: line(60) }),
  ),
  context: v.optional(strictObject({ ...Words })),
});
export type InquiryRequest = v.InferOutput<typeof InquiryRequest>;

/** `cursor`: of the answer before, with the same body. */
export const InquiryQuery = strictObject({ lang: v.optional(Language), cursor: v.optional(Cursor) });
