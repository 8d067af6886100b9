import { etag } from 'hono/etag';

/** Gives an answer the SHA-256 of its body as `ETag`, and 304 in its place if `If-None-Match` names it. */
export const tagged = etag({ generateDigest: (body) => crypto.subtle.digest('SHA-256', body) });
