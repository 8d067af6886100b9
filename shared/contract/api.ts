/** What each route is asked and answers, as types: the one list from which calls, verbs and pages are typed. */

import type * as v from 'valibot';
import type { ROUTES } from './routes/all.ts';
import type { Shape } from './shape.ts';

type Schema = v.GenericSchema<unknown, unknown>;
type ByLine<Group extends Record<string, { line: string }>> = {
  [Name in keyof Group as Group[Name]['line']]: Group[Name];
};

/** The routes by method and path. */
interface Routes extends ByLine<typeof ROUTES> {}

/** A route as it is written in the contract, such as `POST /v1/consents/:id/confirm`. */
export type Line = keyof Routes;

type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Params<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A query as the caller writes it: numbers too, and `undefined` for what is left out. */
type Asked<Query> = { [Name in keyof Query]: Query[Name] | (string extends Query[Name] ? number : never) };

type BodyOf<R> = R extends { body: infer S extends Schema }
  ? R extends { bodyOptional: true }
    ? { body?: v.InferInput<S> }
    : { body: v.InferInput<S> }
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
export type Body<L extends Line> = Ask<L> extends { body?: infer B } ? NonNullable<B> : never;

/** The query that the route takes. */
export type Query<L extends Line> = Ask<L> extends { query?: infer Q } ? NonNullable<Q> : never;
