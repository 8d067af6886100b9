import type { Context } from 'hono';
import * as v from 'valibot';
import { type InputError, Problem } from '../../shared/errors.ts';
import { parseBody, readText } from './body.ts';
import { MESSAGES, messageOf } from './contract/messages.ts';

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * Reads a JSON body and checks it.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, INVALID_JSON or INVALID_REQUEST (with `errors`).
 */
export async function readBody<S extends Schema>(c: Context, schema: S): Promise<v.InferOutput<S>> {
  const { text } = await readText(c, ['application/json']);
  return check(schema, parseBody(text));
}

/** Checks the query; each parameter at most once. @throws Problem INVALID_REQUEST. */
export function readQuery<S extends Schema>(c: Context, schema: S): v.InferOutput<S> {
  const query: [string, string][] = [];
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) {
      throw new Problem('INVALID_REQUEST', {
        errors: [{ path: '', message: 'a query parameter is repeated' }],
      });
    }
    query.push([name, values[0] ?? '']);
  }
  return check(schema, Object.fromEntries(query));
}

/**
 * @returns what the schema makes of the value.
 * @throws Problem INVALID_REQUEST with one JSON Pointer and one message for each of the first 20 faults.
 * Neither repeats a value, and names that the caller made up stand as `*`.
 */
export function check<S extends Schema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const errors = result.issues.slice(0, 20).map(describe);
  const limit = result.issues.map(limitOf).find((text) => text !== null);
  throw limit
    ? new Problem('TOO_LARGE', { detail: limit, errors })
    : new Problem('INVALID_REQUEST', { errors });
}

type Issue = v.BaseIssue<unknown>;

function describe(issue: Issue): InputError {
  const keys = (issue.path ?? []).map((item) => item.key);
  // For a member that the schema does not know, the path ends at the object that holds it.
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { path: pointer(keys.slice(0, -1)), message: 'unknown member' };
  }
  return { path: pointer(keys), message: messageOf(issue) };
}

function pointer(keys: readonly unknown[]): string {
  return keys.map((key) => `/${String(key)}`).join('');
}

/** @returns which limit an issue is about, or `null` when it is about something else. */
function limitOf(issue: Issue): string | null {
  if (issue.type === 'max_length' && Array.isArray(issue.input)) return `at most ${issue.requirement} items`;
  return MESSAGES.get(issue.message) === 'limit' ? issue.message : null;
}
