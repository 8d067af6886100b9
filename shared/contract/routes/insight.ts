import * as v from 'valibot';
import { AreaCode, line, Name, Receipt, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most texts of one check. */
export const CANDIDATE_LIMIT = 1000;

export const LeakCheckRequest = strictObject({
  collection: v.optional(Name),
  candidates: v.pipe(v.array(line(128)), v.minLength(1), v.maxLength(CANDIDATE_LIMIT)),
  context: v.optional(strictObject(Words)),
});
export type LeakCheckRequest = v.InferOutput<typeof LeakCheckRequest>;

export const LeakCheckResponse = v.object({
  ticket: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  /**
   * In the order of the candidates, and nothing of how many people they are of: two texts of one person are two matches. `NEAR`: the text may be meant for a person, such as by a number with one wrong
   * digit, the sound of a name, or an address without its town. So is a value that more than 200 people have,
   which finds none of them.
   */
  results: v.array(v.picklist(['MATCH', 'NEAR', 'NO_MATCH'])),
  obligations: v.array(v.string()),
  receipt: Receipt,
});
export type LeakCheckResponse = v.InferOutput<typeof LeakCheckResponse>;

export const StatisticsRequest = strictObject({
  collection: v.optional(Name),
  by: v.optional(Name),
  areas: v.optional(v.pipe(v.array(AreaCode), v.minLength(1), v.maxLength(100))),
  context: v.optional(strictObject(Words)),
});
export type StatisticsRequest = v.InferOutput<typeof StatisticsRequest>;

export const StatisticsResponse = v.object({
  policy: v.object({ version: v.string(), hash: v.string() }),
  by: v.array(v.string()),
  smallest: v.number(),
  round: v.number(),
  areas: v.array(
    v.object({
      area: v.string(),
      countedAt: v.string(),
      cells: v.array(v.object({ values: v.record(v.string(), v.string()), count: v.number() })),
    }),
  ),
  obligations: v.array(v.string()),
  receipt: Receipt,
});

export const insightRoutes = routes('insight', 'insight', {
  countStatistics: route('POST /v1/statistics', 'statistics.count', {
    body: StatisticsRequest,
    response: StatisticsResponse,
  }),
  checkLeak: route('POST /v1/leak-checks', 'leak.check', {
    body: LeakCheckRequest,
    response: LeakCheckResponse,
  }),
});
