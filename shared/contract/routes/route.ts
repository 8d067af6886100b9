import type * as v from 'valibot';
import type { ActName } from '../../policy/acts/names.ts';

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * One route of the API. Apps validate with these schemas and `/openapi.json` is made from them, so the two
 * can't differ. A test compares the list with the routes of the apps.
 */
export interface RouteContract {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Hono pattern, such as `/v1/log/entries/:id`. */
  path: string;
  summary: string;
  /** Operation id, if the path's own id is already another route's. */
  id?: string;
  /** The act of the route. The pack's row of the act decides who may call it. */
  act: ActName;
  query?: v.GenericSchema<unknown, unknown> & { entries: Record<string, Schema> };
  /** Headers that the route reads, except those about media types and access tokens. */
  headers?: Record<string, { schema: Schema; required?: true }>;
  /** Media type to schema. */
  request?: Record<string, Schema>;
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

/**
 * @param line method and path, such as `POST /v1/consents/:id/confirm`
 * @param act the act of the route
 */
// @__NO_SIDE_EFFECTS__
export function route<
  const Line extends `${RouteContract['method']} ${string}`,
  const Act extends ActName,
  const Rest extends Omit<RouteContract, 'method' | 'path' | 'act'>,
>(line: Line, act: Act, rest: Rest) {
  const [method, path] = line.split(' ') as [RouteContract['method'], string];
  return { method, path, act, line, ...rest };
}
