import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import { Name, SEALED, Words } from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';
import { Verified } from './verify.ts';

/** Most parts of a list; LIST_PART holds the same. */
const MOST_PARTS = 20_000;
/** Rows of each part but the last, and so of each result. */
export const PART_ROWS = 50;

/** What a list, and a part of it, can be called. */
export const LIST_ID = /^[\w-]{22}$/;
export const LIST_PART = /^(0|[1-9]\d{0,3}|1\d{4})$/;

/** Rows of a list: up to 50, in the order in which their results come. */
export const ListPart = strictObject({
  rows: v.pipe(v.array(Verified), v.minLength(1), v.maxLength(PART_ROWS)),
});
export type ListPart = v.InferOutput<typeof ListPart>;

export const ListRequest = v.pipe(
  strictObject({
    programme: Name,
    parts: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_PARTS)),
    rows: v.pipe(v.number(), v.integer(), v.minValue(1)),
    context: v.optional(strictObject(Words)),
  }),
  v.check(({ parts, rows }) => Math.ceil(rows / PART_ROWS) === parts, say(httpTexts.partsOfRows(PART_ROWS))),
);
export type ListRequest = v.InferOutput<typeof ListRequest>;

export const ListState = v.object({
  state: v.picklist(['open', 'done', 'stopped']),
  rows: v.number(),
  parts: v.number(),
  done: v.number(),
  until: v.string(),
  code: v.optional(v.string()),
});

export const verifyListRoutes = routes('lists', 'verify', {
  putListRows: route('PUT /v1/lists/:id/rows/:part', 'verification.make', {
    body: ListPart,
    response: v.object({ rows: v.number() }),
  }),
  submitList: route('POST /v1/lists/:id', 'verification.make', { body: ListRequest, response: ListState }),
  readList: route('GET /v1/lists/:id', 'verification.make', { response: ListState }),
  readListResults: route('GET /v1/lists/:id/results/:part', 'verification.make', {
    response: v.string(),
    produces: 'application/jose',
    otherwise: SEALED,
  }),
  removeList: route('DELETE /v1/lists/:id', 'verification.make', {
    response: v.object({ state: v.literal('removed') }),
  }),
});
