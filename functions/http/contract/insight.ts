import * as v from 'valibot';
import { line, Name, Receipt, Words } from './common.ts';
import type { RouteContract } from './route.ts';

/** Most texts of one check. */
export const CANDIDATE_LIMIT = 1000;

export const LeakCheckRequest = v.strictObject({
  collection: Name,
  /** Texts that may identify somebody: resident numbers, or whatever else the policy matches by. */
  candidates: v.pipe(v.array(line(128)), v.minLength(1), v.maxLength(CANDIDATE_LIMIT)),
  context: v.optional(v.strictObject(Words)),
});
export type LeakCheckRequest = v.InferOutput<typeof LeakCheckRequest>;

export const LeakCheckResponse = v.object({
  /** To quote when the leak is dealt with. */
  ticket: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  /** In the order of the candidates. */
  results: v.array(v.picklist(['MATCH', 'NO_MATCH'])),
  matches: v.number(),
  obligations: v.array(v.string()),
  receipt: Receipt,
});
export type LeakCheckResponse = v.InferOutput<typeof LeakCheckResponse>;

export const insightRoutes: RouteContract[] = [
  {
    method: 'POST',
    path: '/v1/leak-checks',
    summary: 'Whether texts that were found outside identify somebody who is held here: match or no match',
    action: 'release',
    request: { 'application/json': LeakCheckRequest },
    response: LeakCheckResponse,
  },
];
