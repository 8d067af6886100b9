import type * as v from 'valibot';
import type { caseRoutes } from './routes/cases.ts';
import type { consentRoutes } from './routes/consents.ts';
import type { Shape } from './shape.ts';

type All = (typeof caseRoutes)[number] | (typeof consentRoutes)[number];
type Schema = v.GenericSchema<unknown, unknown>;
type Params<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Params<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;
type Body<R> = R extends { request: { 'application/json': infer S extends Schema } }
  ? { body: v.InferInput<S> }
  : object;
type Query<R> = R extends { query: infer S extends Schema } ? { query?: v.InferInput<S> } : object;
type AnswerOf<R> = R extends { response: infer S extends Schema } ? Shape<S> : null;
type Of<L extends string> = Extract<All, { line: L }>;
export type Api = {
  [L in All['line']]: {
    ask: { [K in Params<L>]: string } & Body<Of<L>> & Query<Of<L>>;
    answer: AnswerOf<Of<L>>;
  };
};
export declare function call<Line extends keyof Api>(
  line: Line,
  ask: Api[Line]['ask'],
): Promise<Api[Line]['answer']>;
