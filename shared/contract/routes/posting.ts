import * as v from 'valibot';
import { line, Text } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most columns of a list, and most values of all of them together. */
export const COLUMN_LIMIT = 100;
const VALUE_LIMIT = 5000;

export const PostingRequest = strictObject({
  columns: v.pipe(
    v.array(
      strictObject({
        heading: line(200),
        values: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(VALUE_LIMIT))),
      }),
    ),
    v.minLength(1),
    v.maxLength(COLUMN_LIMIT),
  ),
});
export type PostingRequest = v.InferOutput<typeof PostingRequest>;

export const PostingResponse = v.object({
  policy: v.object({ version: v.string(), hash: v.string() }),
  may: v.boolean(),
  rule: v.string(),
  columns: v.array(
    v.object({
      may: v.boolean(),
      findings: v.array(
        v.object({
          kind: v.string(),
          label: Text,
          by: v.picklist(['heading', 'values']),
          values: v.number(),
        }),
      ),
    }),
  ),
});
export type PostingResponse = v.InferOutput<typeof PostingResponse>;

export const postingRoutes = routes('policy', 'steward', {
  checkPosting: route('POST /v1/posting-checks', 'posting.check', {
    body: PostingRequest,
    response: PostingResponse,
  }),
});
