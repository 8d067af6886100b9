/** What offices report of the runs that keep the gateway equal to their own databases: numbers and codes, and nothing of a row. */
import * as v from 'valibot';
import { httpTexts } from '../../messages/http.ts';
import { byName, Cursor, count, line } from './common.ts';
import { say } from './messages.ts';
import { route, routes } from './route.ts';
import { strictObject } from './strict-object.ts';

/** What a run counts. */
export const ROWS = ['read', 'added', 'changed', 'gone', 'same', 'failed', 'left'] as const;

/** Most minutes between two runs of a service: a week. */
export const LONGEST_EVERY = 10_080;
/** Most codes of faults of one run. */
const CODES = 50;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The log keeps it: with at most eight digits in a row, it is no number of a person. */
export const SOURCE_NAME = /^(?!.*\d{9})[a-z0-9][a-z0-9-]{0,63}$/;
/** Without digits, so that none holds a number of a person. */
export const FAULT_CODE = /^[A-Z][A-Z_]{0,47}$/;
const Code = v.pipe(v.string(), v.regex(FAULT_CODE, say(httpTexts.codeOfLetters)));
const Rows = strictObject(v.entriesFromList(ROWS, v.pipe(whole, v.maxValue(1e9))));

const Run = {
  seconds: v.pipe(whole, v.maxValue(1e6)),
  rows: v.optional(Rows),
  faults: v.optional(byName(v.pipe(whole, v.maxValue(1e9)), 0, Code, CODES)),
  failure: v.optional(Code),
};

export const SourceRun = strictObject({
  source: v.pipe(v.string(), v.regex(SOURCE_NAME, say(httpTexts.sourceName))),
  every: v.optional(v.pipe(whole, v.maxValue(LONGEST_EVERY))),
  ...Run,
});
export type SourceRun = v.InferOutput<typeof SourceRun>;

const SourceView = v.object({
  agency: v.string(),
  source: v.string(),
  every: v.nullable(v.number()),
  since: v.string(),
  good: v.nullable(v.string()),
  silent: v.nullable(v.string()),
  last: v.object({ at: v.string(), ...Run }),
});
export type SourceView = v.InferOutput<typeof SourceView>;

export const sourceRoutes = routes('sources', 'audit', {
  reportRun: route('POST /v1/sources', 'source.report', {
    body: SourceRun,
    response: v.object({ source: v.string(), at: v.string() }),
  }),
  listSources: route('GET /v1/sources', 'source.read', {
    query: strictObject({
      agency: v.optional(line(64)),
      cursor: v.optional(Cursor),
      limit: v.optional(count(1000), '200'),
    }),
    response: v.object({ sources: v.array(SourceView), cursor: v.optional(v.string()) }),
  }),
});
