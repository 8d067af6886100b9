import { hash } from 'node:crypto';
import type { Context } from 'hono';

/** Answers with a digest of the body as `ETag`, and without the body if `If-None-Match` names it. */
export function answerTagged(c: Context, body: object): Response {
  const text = JSON.stringify(body);
  const etag = `"${hash('sha256', text, 'base64url').slice(0, 32)}"`;
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (known.includes(etag)) return c.body(null, 304, { etag });
  return c.body(text, 200, { etag, 'content-type': 'application/json' });
}
