import * as v from 'valibot';
import { Language, Name, Receipt, Subject, Words } from './common.ts';
import { ShownDocument } from './consents.ts';
import { DeskListQuery } from './desk-lists.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

export const ObjectionRequest = strictObject({
  subject: Subject,
  field: Name,
  /** The person for whom the desk asks, such as `child` or `guardian`; `recipient`: the caller reports an error itself. */
  by: Name,
  /** What is asked for: a word of the policy, such as `restriction`. Default: its first, an objection to the value. */
  right: v.optional(Name),
  /** Of a report of a recipient: which error, a word of the policy. It takes the place of any words. */
  fault: v.optional(Name),
  /** What the person showed; some rights require it. Its number is compared and not kept. */
  document: v.optional(ShownDocument),
  /** `reason`: the fault, without the correct value, which the owner submits by intake. */
  ...Words,
});
export type ObjectionRequest = v.InferOutput<typeof ObjectionRequest>;

export const ObjectionQuery = strictObject({ lang: v.optional(Language) });

/** `reason` is the written answer. */
export const ResolveRequest = strictObject({ outcome: v.picklist(['upheld', 'rejected']), ...Words });
export type ResolveRequest = v.InferOutput<typeof ResolveRequest>;

export const ObjectionView = v.object({
  id: v.string(),
  ref: v.string(),
  field: v.string(),
  by: v.string(),
  right: v.string(),
  /** Of a report of a recipient: which error. */
  fault: v.optional(v.string()),
  /** Department that answers. */
  department: v.string(),
  state: v.picklist(['open', 'upheld', 'rejected']),
  at: v.string(),
  due: v.string(),
  /** The field is withheld no longer than until then. */
  until: v.optional(v.string()),
  /** Only for the department that answers: the answer must not reach the representative. */
  toRepresentative: v.optional(v.literal(false)),
  entry: v.string(),
  /** The objection and the written answer; both are erased with the person's record. */
  reason: v.optional(v.string()),
  answer: v.optional(v.string()),
  resolved: v.optional(
    v.object({ at: v.string(), agency: v.string(), late: v.boolean(), entry: v.string() }),
  ),
  /** Agencies that were asked to correct the data that they received. */
  corrected: v.optional(v.array(v.string())),
});

const Answer = v.object({ objection: ObjectionView, receipt: v.optional(Receipt) });

export const objectionRoutes = routes('objections', 'casework', {
  fileObjection: route('POST /v1/objections', 'objection.file', {
    request: { 'application/json': ObjectionRequest },
    response: Answer,
  }),
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
    request: { 'application/json': ResolveRequest },
    response: Answer,
  }),
});
