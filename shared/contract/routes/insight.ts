import * as v from 'valibot';
import { AreaCode, line, Name, Receipt, Words } from './common.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** Most texts of one check. */
export const CANDIDATE_LIMIT = 1000;

export const LeakCheckRequest = strictObject({
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  /** Texts that may identify a person: numbers, names, phones, addresses, or lines of a list with several of them. */
  candidates: v.pipe(v.array(line(128)), v.minLength(1), v.maxLength(CANDIDATE_LIMIT)),
  context: v.optional(strictObject(Words)),
});
export type LeakCheckRequest = v.InferOutput<typeof LeakCheckRequest>;

export const LeakCheckResponse = v.object({
  /** Opens an incident about the people who were found, within 30 days. It does not reveal them. */
  ticket: v.string(),
  policy: v.object({ version: v.string(), hash: v.string() }),
  /**
   * In the order of the candidates. `NEAR`: the text may be meant for a person, such as by a number with one wrong
   * digit, the sound of a name, or an address without its town. So is a value that more than 200 people have,
   which finds none of them.
   */
  results: v.array(v.picklist(['MATCH', 'NEAR', 'NO_MATCH'])),
  /** People who match, and people for whom a text may be meant. */
  matches: v.number(),
  near: v.number(),
  obligations: v.array(v.string()),
  receipt: Receipt,
});
export type LeakCheckResponse = v.InferOutput<typeof LeakCheckResponse>;

export const StatisticsRequest = strictObject({
  /** The pack has one, so it may be left out. */
  collection: v.optional(Name),
  /** A dimension of the policy's cohorts. Default: people per county. */
  by: v.optional(Name),
  /** Codes of areas, or prefixes of them. Default: the caller's areas. */
  areas: v.optional(v.pipe(v.array(AreaCode), v.minLength(1), v.maxLength(100))),
  context: v.optional(strictObject(Words)),
});
export type StatisticsRequest = v.InferOutput<typeof StatisticsRequest>;

export const StatisticsResponse = v.object({
  policy: v.object({ version: v.string(), hash: v.string() }),
  /** The dimensions of each cell: the requested one, and its parents. */
  by: v.array(v.string()),
  /** Smaller counts are not shown, nor any count from which one could be derived. */
  smallest: v.number(),
  /** Counts are rounded to a multiple of this. */
  round: v.number(),
  areas: v.array(
    v.object({
      area: v.string(),
      countedAt: v.string(),
      /** A missing cell has no people or too few, or would reveal a cell with too few. */
      cells: v.array(v.object({ values: v.record(v.string(), v.string()), count: v.number() })),
    }),
  ),
  obligations: v.array(v.string()),
  receipt: Receipt,
});

export const insightRoutes = routes('insight', 'insight', {
  countStatistics: route('POST /v1/statistics', 'statistics.count', {
    request: { 'application/json': StatisticsRequest },
    response: StatisticsResponse,
  }),
  checkLeak: route('POST /v1/leak-checks', 'leak.check', {
    request: { 'application/json': LeakCheckRequest },
    response: LeakCheckResponse,
  }),
});
