import type * as v from 'valibot';
import type { ActName } from '../../../shared/policy/acts/names.ts';

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * One route as the outside sees it. Apps validate with these schemas and `/openapi.json` is made of them,
 * so the two can't drift apart; a test compares the list with the routes that the apps really have.
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
  /** Headers that the route reads, beside those about media types and access tokens. */
  headers?: Record<string, { schema: Schema; required?: true }>;
  /** Media type to schema. */
  request?: Record<string, Schema>;
  /** Schema of the 200 answer; `null` where there is none, because the work only begins. */
  response: Schema | null;
  /** Schema of the 201 answer, where something new is told from what was there. */
  created?: Schema;
  /** Schema of the 202 answer: somebody else has to ask for the same, or the work goes on. */
  accepted?: Schema;
  /** Media type to schema of what the 200 answer is instead where the caller asks for it. */
  otherwise?: Record<string, Schema>;
  /** Media type of the 200 answer, `application/json` where left out. */
  produces?: string;
}
