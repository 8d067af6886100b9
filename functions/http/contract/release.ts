import * as v from 'valibot';
import { AnyJson, byName, line, Name, Receipt, Subject, Withheld, Words } from './common.ts';
import { FiledRequest } from './requests.ts';
import type { RouteContract } from './route.ts';

/** Most subjects of one release; purposes may allow fewer. */
export const SUBJECT_LIMIT = 100;

export const ReleaseRequest = v.strictObject({
  collection: Name,
  subjects: v.pipe(v.array(Subject), v.minLength(1), v.maxLength(SUBJECT_LIMIT)),
  /** Left out: every field that the purpose allows. */
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  compare: v.optional(byName(AnyJson)),
  context: v.optional(
    v.strictObject({
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

export const ReleasedField = v.object({
  form: v.picklist(['plain', 'masked', 'generalised', 'predicate', 'token']),
  value: AnyJson,
  level: v.optional(v.string()),
  predicate: v.optional(v.string()),
  owner: v.optional(v.string()),
  asOf: v.optional(v.string()),
  disputed: v.optional(v.literal(true)),
});

export const ReleaseResponse = v.object({
  release: v.string(),
  purpose: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  obligations: v.array(v.string()),
  validUntil: v.optional(v.string()),
  results: v.array(
    v.union([
      v.object({
        ref: v.string(),
        fields: byName(ReleasedField),
        withheld: byName(Withheld),
        receipt: Receipt,
      }),
      v.object({ refused: v.object({ code: v.literal('REFUSED') }), receipt: Receipt }),
    ]),
  ),
});

export const releaseRoutes: RouteContract[] = [
  {
    method: 'POST',
    path: '/v1/releases',
    summary: 'Ask for the fields that the purpose of the token allows',
    action: 'release',
    request: { 'application/json': ReleaseRequest },
    response: ReleaseResponse,
    otherwise: { 'application/jose': v.string() },
    accepted: FiledRequest,
  },
];
