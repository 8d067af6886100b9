/** What each route is asked and answers, as types: the one list from which calls, verbs and pages are typed. */

import type * as v from 'valibot';
import type { agencyRoutes } from './routes/agencies.ts';
import type { cardRoutes } from './routes/cards.ts';
import type { caseworkRoutes } from './routes/casework.ts';
import type { inquiryRoutes } from './routes/inquiries.ts';
import type { insightRoutes } from './routes/insight.ts';
import type { intakeRoutes } from './routes/intake.ts';
import type { logRoutes } from './routes/log.ts';
import type { maintenanceRoutes } from './routes/maintenance.ts';
import type { noticeRoutes } from './routes/notices.ts';
import type { postingRoutes } from './routes/posting.ts';
import type { releaseRoutes } from './routes/release.ts';
import type { sessionRoutes } from './routes/sessions.ts';
import type { stewardRoutes } from './routes/steward.ts';
import type { tokenRoutes } from './routes/token.ts';
import type { verifyRoutes } from './routes/verify.ts';
import type { verifyListRoutes } from './routes/verify-lists.ts';
import type { versionRoutes } from './routes/versions.ts';
import type { Shape } from './shape.ts';

type Schema = v.GenericSchema<unknown, unknown>;
type ByLine<List extends readonly { line: string }[]> = { [R in List[number] as R['line']]: R };

/** The routes by method and path. An interface, so that each list is looked into only for its own lines. */
interface Routes
  extends ByLine<typeof agencyRoutes>,
    ByLine<typeof cardRoutes>,
    ByLine<typeof caseworkRoutes>,
    ByLine<typeof inquiryRoutes>,
    ByLine<typeof insightRoutes>,
    ByLine<typeof intakeRoutes>,
    ByLine<typeof logRoutes>,
    ByLine<typeof maintenanceRoutes>,
    ByLine<typeof noticeRoutes>,
    ByLine<typeof postingRoutes>,
    ByLine<typeof releaseRoutes>,
    ByLine<typeof sessionRoutes>,
    ByLine<typeof stewardRoutes>,
    ByLine<typeof tokenRoutes>,
    ByLine<typeof verifyRoutes>,
    ByLine<typeof verifyListRoutes>,
    ByLine<typeof versionRoutes> {}

/** A route as it is written in the contract, such as `POST /v1/consents/:id/confirm`. */
export type Line = keyof Routes;

type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Params<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A query as the caller writes it: numbers too, and `undefined` for what is left out. */
type Asked<Query> = { [Name in keyof Query]: Query[Name] | (string extends Query[Name] ? number : never) };

type BodyOf<R> = R extends { request: { 'application/json': infer S extends Schema } }
  ? { body: v.InferInput<S> }
  : object;
type QueryOf<R> = R extends { query: infer S extends Schema } ? WithQuery<Asked<v.InferInput<S>>> : object;
type WithQuery<Query> = object extends Query ? { query?: Query } : { query: Query };

/** The members of a call: those that the path names, the query and the body. */
export type Ask<L extends Line> = { [Name in Params<L>]: string } & BodyOf<Routes[L]> & QueryOf<Routes[L]>;

type Given<R, Member extends string> = R extends { [M in Member]: infer S extends Schema } ? Shape<S> : never;

/** Any successful answer of the route. */
export type Answer<L extends Line> =
  | Given<Routes[L], 'response'>
  | Given<Routes[L], 'created'>
  | Given<Routes[L], 'accepted'>;

/** The body that the route takes. */
export type Body<L extends Line> = Ask<L> extends { body: infer B } ? B : never;

/** The query that the route takes. */
export type Query<L extends Line> = Ask<L> extends { query?: infer Q } ? NonNullable<Q> : never;
