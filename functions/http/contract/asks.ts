/**
 * What release, and those who test texts, are asked. Apart from what they answer: a schema that is not used can't be
 * left out of a bundle, and those of answers are for the OpenAPI document alone.
 */

import * as v from 'valibot';
import { AnyJson, byName, line, Name, Ref, Subject, Words } from './common.ts';
import { say } from './messages.ts';
import { strictObject } from './strict-object.ts';

/** Most subjects of one release; purposes may allow fewer. */
export const SUBJECT_LIMIT = 100;

export const ReleaseRequest = strictObject({
  collection: Name,
  subjects: v.pipe(v.array(Subject), v.minLength(1), v.maxLength(SUBJECT_LIMIT)),
  /** Left out: every field that the purpose allows. */
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  compare: v.optional(byName(AnyJson)),
  context: v.optional(
    strictObject({
      ...Words,
      instrument: v.optional(line(128)),
      activity: v.optional(line(128)),
      imminentDangerAttested: v.optional(v.boolean()),
      /** Id of the request whose approval is collected. */
      request: v.optional(Name),
    }),
  ),
});
export type ReleaseRequest = v.InferOutput<typeof ReleaseRequest>;
/** How a request names one subject: by `ref` or by `match`. */
export type SubjectName = ReleaseRequest['subjects'][number];

/** The name of a source's own key in `match`; unique within one department. */
export const LOCAL_ID = 'local_id';

/** A text for everybody: 1 to 2000 characters, line breaks allowed. */
const Text = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(2000),
  v.check((text) => !/[^\P{Cc}\n]/u.test(text), say('control characters are not allowed')),
);

export const TestText = strictObject({ ref: Ref, text: Text, ...Words });
export type TestText = v.InferOutput<typeof TestText>;

export const CardRequest = strictObject({
  collection: Name,
  subject: Subject,
  /** As a department of the child's tested it. */
  text: Text,
  context: v.optional(strictObject({ ...Words, request: v.optional(Ref) })),
});
export type CardRequest = v.InferOutput<typeof CardRequest>;

export const InquiryRequest = strictObject({
  collection: Name,
  subject: Subject,
  /** Who asks, as the desk has made sure: a word of the policy, such as `child` or `guardian`. */
  inquirer: Name,
  context: v.optional(strictObject({ ...Words })),
});
export type InquiryRequest = v.InferOutput<typeof InquiryRequest>;

export const InquiryQuery = strictObject({ lang: v.optional(v.picklist(['en', 'zh'])) });
