/**
 * Requests to a gateway behind IAM, signed by SigV4 under the credentials of the environment. Without the SDK's signer,
 * which brings half of the SDK into the package.
 */
import { createHash, createHmac } from 'node:crypto';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { attest: t } = await texts('verify');

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const DIGEST = 'x-amz-content-sha256';
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
/** RFC 3986. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** @returns `fetch` which signs what it sends, its headers too. @param region of the API. @throws UsageError without credentials */
export function iamFetch(region: string, env: NodeJS.Dict<string> = process.env): typeof fetch {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = env;
  if (!id || !secret) throw new UsageError(t.noCredentials);
  return (input, init = {}) => {
    const { host, pathname, searchParams } = new URL(String(input));
    const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const headers = new Headers(init.headers);
    const body = headers.get(DIGEST) ?? sha256((init.body ?? '') as string | Uint8Array);
    headers.set(DIGEST, body);
    headers.set('x-amz-date', at);
    if (session) headers.set('x-amz-security-token', session);
    // Browsers and caches set cache-control again.
    const sent = [...headers].filter(([name]) => name !== 'cache-control');
    const signed = [...sent, ['host', host] as const].sort(([a], [b]) => (a < b ? -1 : 1));
    const names = signed.map(([name]) => name).join(';');
    const lines = signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}\n`).join('');
    // The path is encoded again, as for every service but S3.
    const path = pathname.split('/').map(encoded).join('/');
    const pairs = [...searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const);
    pairs.sort(([a, x], [b, y]) => (a === b ? Number(x > y) - Number(x < y) : a < b ? -1 : 1));
    const query = pairs.map((pair) => pair.join('='));
    const request = [init.method ?? 'GET', path, query.join('&'), lines, names, body].join('\n');
    const scope = [at.slice(0, 8), region, 'execute-api', 'aws4_request'];
    const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), sha256(request)].join('\n');
    const key = scope.reduce<string | Buffer>((above, part) => mac(above, part), `AWS4${secret}`);
    const signature = mac(key, text).toString('hex');
    const by = `Credential=${id}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
    headers.set('authorization', `AWS4-HMAC-SHA256 ${by}`);
    return fetch(input, { ...init, headers: Object.fromEntries(headers) });
  };
}
