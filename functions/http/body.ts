import type { Context } from 'hono';
import * as v from 'valibot';
import { limitText, messageOf } from '../../shared/contract/routes/messages.ts';
import { type InputError, invalid, Problem } from '../../shared/errors.ts';
import { type Json, JsonFault, MAX_DEPTH, parseJson } from '../../shared/json.ts';
import type { Text } from '../../shared/language.ts';
import { httpTexts } from '../../shared/messages/http.ts';

/** Most bytes of a request body. */
export const BODY_LIMIT = 4 * 1024 * 1024;
/** The same on paths that need no token, where nothing is known of the caller before the body is parsed. */
export const OPEN_LIMIT = 64 * 1024;

/**
 * Reads a body as text and checks its media type, its size and that it is UTF-8.
 * @param types accepted media types, lower case, without parameters.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, TOO_LARGE or INVALID_JSON.
 */
export async function readText(
  c: Context,
  types: readonly string[],
  limit = BODY_LIMIT,
): Promise<{ type: string; text: string }> {
  const type = mediaType(c.req.header('content-type') ?? '');
  const encoding = c.req.header('content-encoding') ?? 'identity';
  if (type === null || !types.includes(type) || encoding !== 'identity') {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', {
      detail: httpTexts.sendType(types),
      headers: { accept: types.join(', ') },
    });
  }
  const bytes = await readBytes(c.req.raw, limit);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // A sealed answer names the request that it answers.
    c.set('sent', text);
    return { type, text };
  } catch {
    throw new Problem('INVALID_JSON', { detail: httpTexts.notUtf8 });
  }
}

/**
 * @returns the value of a body or line. @throws Problem INVALID_JSON that states the fault and never repeats
 * the input.
 */
export function parseBody(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Problem('INVALID_JSON', { detail: faultOf(error) });
  }
}

function faultOf(error: unknown): Text {
  if (!(error instanceof JsonFault)) throw error;
  const { fault } = error;
  return fault === 'nested' ? httpTexts.nested(MAX_DEPTH) : httpTexts[fault];
}

/** @returns the media type without parameters, or `null` if it names a charset other than UTF-8. */
function mediaType(header: string): string | null {
  const [type = '', ...parameters] = header.toLowerCase().split(';');
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() === 'charset' && !/^"?utf-?8"?$/.test(value.trim())) return null;
  }
  return type.trim();
}

/** @throws Problem TOO_LARGE. */
export async function readBytes(request: Request, limit = BODY_LIMIT): Promise<Buffer> {
  const tooLarge = () => new Problem('TOO_LARGE', { detail: httpTexts.bodyBytes(limit) });
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The declared length proves nothing, so the bytes are counted as they arrive.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

type Schema = v.GenericSchema<unknown, unknown>;

/**
 * Reads a JSON body and checks it.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, INVALID_JSON or INVALID_REQUEST (with `errors`).
 */
export async function readBody<S extends Schema>(
  c: Context,
  schema: S,
  limit = BODY_LIMIT,
): Promise<v.InferOutput<S>> {
  const { text } = await readText(c, ['application/json'], limit);
  return check(schema, parseBody(text));
}

/** As `readBody`. The body may be omitted if the token contains all words. */
export async function readBodyOrNone<S extends Schema>(c: Context, schema: S): Promise<v.InferOutput<S>> {
  return c.req.header('content-type') === undefined ? check(schema, {}) : readBody(c, schema);
}

/** Checks the query, in which each parameter occurs at most once. @throws Problem INVALID_REQUEST. */
export function readQuery<S extends Schema>(c: Context, schema: S): v.InferOutput<S> {
  const query: [string, string][] = [];
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (values.length > 1) throw invalid('', httpTexts.parameterRepeated);
    query.push([name, values[0] ?? '']);
  }
  return check(schema, Object.fromEntries(query));
}

/**
 * @returns the output of the schema for the value.
 * @throws Problem INVALID_REQUEST with a JSON Pointer and a message for each of the first 20 faults. Neither
 * repeats a value; names that the caller chose appear as `*`.
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
  // If the schema does not know a member, the path ends at the object that holds the member.
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { path: pointer(keys.slice(0, -1)), message: httpTexts.unknownMember };
  }
  return { path: pointer(keys), message: messageOf(issue) };
}

function pointer(keys: readonly unknown[]): string {
  return keys.map((key) => `/${String(key)}`).join('');
}

/** @returns the violated limit of an issue, or `null` if it is not about a limit. */
function limitOf(issue: Issue): Text | null {
  if (issue.type === 'max_length' && Array.isArray(issue.input))
    return httpTexts.atMostItems(issue.requirement as number);
  return limitText(issue);
}
