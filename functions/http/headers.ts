import type { Context } from 'hono';

/**
 * Whether the `Accept` header of the caller names this media type, at any position. `*`/`*` names no type.
 * @param type lower case, without parameters.
 */
export function accepts(c: Context, type: string): boolean {
  return (c.req.header('accept') ?? '').split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((one) => /^q=0(\.0{0,3})?$/.test(one));
  });
}

/**
 * The URL that a DPoP proof of this request must name: the configured base URL, so that `Host` and forwarding headers
 * have no effect, and the path as the client wrote it, before any decoding.
 */
export function targetOf(c: Context, publicUrl: string): { method: string; url: string } {
  return { method: c.req.method, url: publicUrl + new URL(c.req.url).pathname };
}

/**
 * The same URL with its query, which RFC 9421 calls `@target-uri`. API Gateway hands queries over decoded and in no order,
 * so the names stand in alphabetical order and each value is encoded again. Callers sign that form.
 */
export function targetUriOf(c: Context, publicUrl: string): string {
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.sort();
  const pairs = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('='));
  return publicUrl + pathname + (pairs.length > 0 ? `?${pairs.join('&')}` : '');
}
