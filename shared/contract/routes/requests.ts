/** Requests for approval: the requester's input and view, and the approvers' answers. */

import * as v from 'valibot';
import {
  ByTwo,
  byName,
  Cursor,
  count,
  line,
  Name,
  Receipt,
  Subject,
  Text,
  TextDigest,
  Withheld,
  Words,
} from './common.ts';
import { Digest } from './consents.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most subjects of one request; most purposes allow fewer. */
export const REQUEST_SUBJECTS = 2000;

export const NewRequest = strictObject({
  collection: v.optional(Name),
  purpose: Name,
  subjects: v.pipe(v.array(Subject), v.minLength(1), v.maxLength(REQUEST_SUBJECTS)),
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  context: v.optional(
    strictObject({
      ...Words,
      instrument: v.optional(line(128)),
      activity: v.optional(line(128)),
      basis: v.optional(Name),
    }),
  ),
  text: v.optional(TextDigest),
});
export type NewRequest = v.InferOutput<typeof NewRequest>;

const STATES = ['submitted', 'material', 'approved', 'refused', 'withdrawn', 'expired', 'collected'] as const;
const PARTIES = ['provider', 'requester'] as const;

export const RequestsQuery = strictObject({
  box: v.optional(v.picklist(['sent', 'received']), 'received'),
  state: v.optional(v.picklist(STATES)),
  due: v.optional(v.literal('yes')),
  mine: v.optional(v.literal('yes')),
  counts: v.optional(v.literal('yes')),
  cursor: v.optional(Cursor),
  limit: v.optional(count(100)),
});

export const AnswerRequest = strictObject({
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  why: v.optional(Name),
  ...ByTwo,
});
export type AnswerRequest = v.InferOutput<typeof AnswerRequest>;

export const WithdrawRequest = strictObject({ ...Words });

export const AskMaterial = strictObject({
  fields: v.optional(v.pipe(v.array(Name), v.minLength(1), v.maxLength(200))),
  missing: v.pipe(v.array(Name), v.minLength(1), v.maxLength(20)),
  ...Words,
});

export const SupplyMaterial = strictObject({
  statement: line(500),
  documents: v.optional(v.pipe(v.array(Digest), v.maxLength(20))),
  ...Words,
});
export type SupplyMaterial = v.InferOutput<typeof SupplyMaterial>;

export const FieldView = v.object({
  state: v.picklist(['waiting', 'material', 'approved', 'refused', 'lapsed']),
  of: v.string(),
  answerBy: v.string(),
  by: v.optional(v.string()),
  at: v.optional(v.string()),
  entry: v.optional(v.string()),
  why: v.optional(v.object({ code: v.string(), label: Text })),
  until: v.optional(v.string()),
  late: v.optional(v.picklist(PARTIES)),
  material: v.optional(
    v.object({
      missing: v.array(v.object({ code: v.string(), label: Text })),
      at: v.string(),
      supplyBy: v.string(),
      supplied: v.optional(
        v.object({ at: v.string(), statement: v.string(), documents: v.optional(v.array(v.string())) }),
      ),
    }),
  ),
});

const View = {
  id: v.string(),
  state: v.picklist(STATES),
  purpose: v.string(),
  collection: v.string(),
  agency: v.string(),
  case: v.optional(v.string()),
  instrument: v.optional(v.string()),
  activity: v.optional(v.string()),
  basis: v.optional(v.string()),
  text: v.optional(v.string()),
  officer: v.string(),
  reason: v.string(),
  at: v.string(),
  entry: v.string(),
  once: v.boolean(),
  fields: byName(FieldView),
  clocks: v.object({ provider: v.optional(v.string()), requester: v.optional(v.string()) }),
  collections: v.number(),
  collectedAt: v.optional(v.string()),
};
/** What the test of its text found; `missing`: there was none, or too long ago. */
const TESTED = ['passed', 'identifies', 'missing'] as const;
/** The view of the agency that sent it. */
export const SentRequest = v.object({
  ...View,
  subjects: v.number(),
  pieces: v.optional(v.array(v.object({ from: v.number(), count: v.number() }))),
});
/**
 * The view of an approver: how many people, the fields that it may decide, and outside of lists its own references of those
 * people of whom its department holds something. Others it would only compare between requests.
 */
export const ReceivedRequest = v.object({
  ...View,
  subjects: v.number(),
  refs: v.optional(v.array(v.string())),
  /** Of a request to publish a text, for those who have references. */
  tested: v.optional(v.picklist(TESTED)),
  mine: v.array(v.string()),
});

/** 202 of a release that needs an approval: the request that was filed instead. */
export const FiledRequest = v.object({
  ...SentRequest.entries,
  request: v.string(),
  receipt: v.optional(Receipt),
});

const Answered = v.object({ request: v.union([SentRequest, ReceivedRequest]), receipt: v.optional(Receipt) });

const NewlySent = v.object({
  ...SentRequest.entries,
  withheld: byName(Withheld),
  receipt: v.optional(Receipt),
});

export const requestRoutes = routes('requests', 'casework', {
  fileRequest: route('POST /v1/requests', 'request.file', {
    body: NewRequest,
    // 200: the same request existed already.
    response: NewlySent,
    created: NewlySent,
  }),
  listRequests: route('GET /v1/requests', 'request.list', {
    query: RequestsQuery,
    response: v.object({
      requests: v.array(v.union([SentRequest, ReceivedRequest])),
      cursor: v.nullable(v.string()),
      counts: v.optional(
        v.object({
          ...{ open: v.number(), due: v.number(), mine: v.number() },
          more: v.boolean(),
        }),
      ),
    }),
  }),
  readRequest: route('GET /v1/requests/:id', 'request.read', {
    response: v.union([SentRequest, ReceivedRequest]),
  }),
  approveRequest: route('POST /v1/requests/:id/approve', 'request.approve', {
    body: AnswerRequest,
    response: Answered,
  }),
  refuseRequest: route('POST /v1/requests/:id/refuse', 'request.refuse', {
    body: AnswerRequest,
    response: Answered,
  }),
  askForMaterial: route('POST /v1/requests/:id/ask-material', 'request.ask-material', {
    body: AskMaterial,
    response: Answered,
  }),
  supplyMaterial: route('POST /v1/requests/:id/supply', 'request.supply', {
    body: SupplyMaterial,
    response: Answered,
  }),
  disputeRefusal: route('POST /v1/requests/:id/dispute', 'request.dispute', {
    body: WithdrawRequest,
    response: Answered,
  }),
  withdrawRequest: route('POST /v1/requests/:id/withdraw', 'request.withdraw', {
    body: WithdrawRequest,
    response: Answered,
  }),
});
