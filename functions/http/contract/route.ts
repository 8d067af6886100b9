import type * as v from 'valibot';
import type { ActName } from '../../../shared/policy/acts/names.ts';

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * One route, as callers see it. Apps validate with these schemas and `/openapi.json` is made from them, so the two
 * cannot differ. A test compares the list with the routes of the apps.
 */
export interface RouteContract {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Hono pattern, such as `/v1/log/entries/:id`. */
  path: string;
  summary: string;
  /** Operation id, for a path whose own would be another route's. */
  id?: string;
  /** The act that it serves: the pack's row of it says who may. */
  act: ActName;
  query?: v.GenericSchema<unknown, unknown> & { entries: Record<string, Schema> };
  /** Headers that the route reads, except those about media types and access tokens. */
  headers?: Record<string, { schema: Schema; required?: true }>;
  /** Media type to schema. */
  request?: Record<string, Schema>;
  /** Schema of the 200 answer; `null` if there is none, because the work only begins. */
  response: Schema | null;
  /** Schema of the 201 answer, if a new object has another status than an existing one. */
  created?: Schema;
  /** Schema of the 202 answer: a second person must send the same request, or the work goes on. */
  accepted?: Schema;
  /** Alternative media types of the 200 answer, each with its schema. */
  otherwise?: Record<string, Schema>;
  /** Media type of the 200 answer. Default: `application/json`. */
  produces?: string;
}
