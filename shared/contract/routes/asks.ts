/**
 * Requests of release and of text tests. The schemas of answers are in other files, because only the OpenAPI document
 * needs them and a bundle cannot leave out an unused schema.
 */

import * as v from 'valibot';
import {
  AnyJson,
  byName,
  Cursor,
  Language,
  line,
  Name,
  Ref,
  SealingKey,
  Subject,
  text,
  Words,
} from './common.ts';
import { strictObject } from './strict-object.ts';

/** Most subjects of one release; purposes may allow fewer. */
export const SUBJECT_LIMIT = 100;

/** Far longer than a ticket, so that an access token in its place is told what it is. */
const Ticket = v.pipe(v.string(), v.maxLength(8192), v.regex(/^[\w.-]+$/));

const Subjects = v.pipe(v.array(Subject), v.minLength(1), v.maxLength(SUBJECT_LIMIT));

export const ReleaseRequest = strictObject({
  collection: v.optional(Name),
  subjects: Subjects,
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  compare: v.optional(byName(AnyJson)),
  context: v.optional(
    strictObject({
      ...Words,
      instrument: v.optional(line(128)),
      activity: v.optional(line(128)),
      basis: v.optional(Name),
      imminentDangerAttested: v.optional(v.boolean()),
      second: v.optional(Ticket),
      request: v.optional(Name),
      from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000))),
    }),
  ),
});
export type ReleaseRequest = v.InferOutput<typeof ReleaseRequest>;
/** The two ways to name one subject in a request: by `ref` or by `match`. */
export type SubjectName = ReleaseRequest['subjects'][number];

/** `first`: name of the officer who will make the access. */
export const SecondOfficer = strictObject({
  collection: v.optional(Name),
  purpose: Name,
  subjects: Subjects,
  first: line(128),
  context: v.optional(strictObject({ ...Words })),
});
export type SecondOfficer = v.InferOutput<typeof SecondOfficer>;

/** `request`: id of the request to publish the text that the office was asked about. */
export const TestText = strictObject({ ref: Ref, text: text(2000), request: Name, ...Words });
export type TestText = v.InferOutput<typeof TestText>;

export const CardRequest = strictObject({
  collection: v.optional(Name),
  subject: Subject,
  text: text(2000),
  context: v.optional(strictObject({ ...Words, request: v.optional(Ref) })),
});
export type CardRequest = v.InferOutput<typeof CardRequest>;

export const InquiryRequest = strictObject({
  collection: v.optional(Name),
  subject: Subject,
  inquirer: Name,
  identity: strictObject({ name: line(100), number: line(40) }),
  second: v.optional(Ticket),
  sealTo: v.optional(SealingKey),
  context: v.optional(strictObject({ ...Words })),
});
export type InquiryRequest = v.InferOutput<typeof InquiryRequest>;

/** `cursor`: of the answer before, with the same body. */
export const InquiryQuery = strictObject({ lang: v.optional(Language), cursor: v.optional(Cursor) });
