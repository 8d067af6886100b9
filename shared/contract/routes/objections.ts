import * as v from 'valibot';
import { ByTwo, Language, Name, Receipt, Subject, Words } from './common.ts';
import { ShownDocument } from './consents.ts';
import { DeskListQuery } from './desk-lists.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const ObjectionRequest = strictObject({
  subject: Subject,
  field: v.optional(Name),
  by: Name,
  right: v.optional(Name),
  fault: v.optional(Name),
  document: v.optional(ShownDocument),
  ...Words,
});
export type ObjectionRequest = v.InferOutput<typeof ObjectionRequest>;

export const ObjectionQuery = strictObject({ lang: v.optional(Language) });

/** `reason` is the written answer. */
export const ResolveRequest = strictObject({ outcome: v.picklist(['upheld', 'rejected']), ...ByTwo });
export type ResolveRequest = v.InferOutput<typeof ResolveRequest>;

export const ObjectionView = v.object({
  id: v.string(),
  ref: v.string(),
  field: v.string(),
  by: v.string(),
  right: v.string(),
  fault: v.optional(v.string()),
  department: v.string(),
  state: v.picklist(['open', 'upheld', 'rejected']),
  at: v.string(),
  due: v.string(),
  until: v.optional(v.string()),
  toRepresentative: v.optional(v.literal(false)),
  entry: v.string(),
  reason: v.optional(v.string()),
  answer: v.optional(v.string()),
  resolved: v.optional(
    v.object({ at: v.string(), agency: v.string(), late: v.boolean(), entry: v.string() }),
  ),
  corrected: v.optional(v.array(v.string())),
});

const Answer = v.object({ objection: ObjectionView, receipt: v.optional(Receipt) });

export const objectionRoutes = routes('objections', 'casework', {
  fileObjection: route('POST /v1/objections', 'objection.file', { body: ObjectionRequest, response: Answer }),
  listObjections: route('GET /v1/objections', 'objection.list', {
    query: DeskListQuery,
    response: v.object({ objections: v.array(ObjectionView), cursor: v.nullable(v.string()) }),
  }),
  readObjection: route('GET /v1/objections/:id', 'objection.read', {
    query: ObjectionQuery,
    response: Answer,
    otherwise: { 'text/html': v.string() },
  }),
  resolveObjection: route('POST /v1/objections/:id/resolve', 'objection.resolve', {
    body: ResolveRequest,
    response: Answer,
  }),
});
