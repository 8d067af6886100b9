import type * as v from 'valibot';
import type { ActName } from '../../acts.ts';

type Schema = v.GenericSchema<unknown, unknown>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The app, and so the Lambda function, that serves a route. */
export type Fn =
  | 'token'
  | 'intake'
  | 'release'
  | 'verify'
  | 'insight'
  | 'casework'
  | 'audit'
  | 'steward'
  | 'maintenance'
  | 'console';

/**
 * One route of the API. Apps serve it by this, `/openapi.json` and the stack's routes are made from it, and clients call by
 * it, so that they can't differ.
 */
export interface RouteContract {
  /** Method and path, such as `POST /v1/consents/:id/confirm`. */
  line: `${Method} ${string}`;
  method: Method;
  /** Hono pattern, such as `/v1/log/entries/:id`. */
  path: string;
  /** Name of the operation, of which there is one. */
  name: string;
  /** What the route is about: the tag of its operation. */
  tag: string;
  fn: Fn;
  /** The act of the route. The pack's row of the act decides who may call it. */
  act: ActName;
  /** It changes nothing, so a login of any age will do. */
  readsOnly?: true;
  query?: v.GenericSchema<unknown, unknown> & { entries: Record<string, Schema> };
  /** Headers that the route reads, except those about media types and access tokens. */
  headers?: Record<string, { schema: Schema; required?: true }>;
  /** Of a body in JSON. */
  body?: Schema;
  /** Other media types of the body, each with its schema. */
  bodyAs?: Record<string, Schema>;
  /** A token may hold all words, so the body may be left out. */
  bodyOptional?: true;
  /** Schema of the 200 answer; `null` if there is none, because the work only starts. */
  response: Schema | null;
  /** Schema of the 201 answer, if a new object has another status than an existing one. */
  created?: Schema;
  /** Schema of the 202 answer: a second person must send the same request, or the work continues. */
  accepted?: Schema;
  /** Alternative media types of the 200 answer, each with its schema. */
  otherwise?: Record<string, Schema>;
  /** The answer has an `ETag`, and is 304 without a body if `If-None-Match` names it. */
  tagged?: true;
  /** Media type of the 200 answer. Default: `application/json`. */
  produces?: string;
}

type Written = Omit<RouteContract, 'line' | 'method' | 'path' | 'act' | 'name' | 'tag' | 'fn'>;

/**
 * @param line method and path, such as `POST /v1/consents/:id/confirm`
 * @param act the act of the route
 */
// @__NO_SIDE_EFFECTS__
export function route<
  const Line extends RouteContract['line'],
  const Act extends ActName,
  const Rest extends Written,
>(line: Line, act: Act, rest: Rest) {
  const [method, path] = line.split(' ') as [Method, string];
  return { line, method, path, act, ...rest };
}

type Unnamed = Omit<RouteContract, 'name' | 'tag' | 'fn'>;

/** Routes about one thing that one app serves, each under the name of its operation. */
// @__NO_SIDE_EFFECTS__
export function routes<const Tag extends string, const F extends Fn, const G extends Record<string, Unnamed>>(
  tag: Tag,
  fn: F,
  group: G,
) {
  const named = Object.entries(group).map(([name, one]) => [name, { name, tag, fn, ...one }]);
  return Object.fromEntries(named) as {
    readonly [Name in keyof G & string]: G[Name] & { readonly name: Name; readonly tag: Tag; readonly fn: F };
  };
}
