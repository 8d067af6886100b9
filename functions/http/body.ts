import type { Context } from 'hono';
import { Problem } from '../../shared/errors.ts';
import { type Json, parseJson } from '../../shared/json.ts';

/** Most bytes of a request body. */
export const BODY_LIMIT = 4 * 1024 * 1024;

/**
 * Reads a body as text after checking its media type, size and UTF-8.
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
      detail: `send ${types.join(' or ')} in UTF-8, not compressed`,
      headers: { accept: types.join(', ') },
    });
  }
  const bytes = await readBytes(c.req.raw, limit);
  try {
    return { type, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw new Problem('INVALID_JSON', { detail: 'the body is not UTF-8' });
  }
}

/** @returns the value of a body or line, or throws Problem INVALID_JSON that says what is wrong, never what was sent. */
export function parseBody(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Problem('INVALID_JSON', { detail: (error as Error).message });
  }
}

/** @returns the media type without parameters, or `null` when a charset other than UTF-8 is named. */
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
  const tooLarge = () => new Problem('TOO_LARGE', { detail: `a body holds at most ${limit} bytes` });
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The length that a client declares proves nothing, so the bytes are counted as they come.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
