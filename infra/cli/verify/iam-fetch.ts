/** Requests to a gateway behind IAM, signed by SigV4 under the credentials of the environment, without the SDK. */
import { createHash, createHmac } from 'node:crypto';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { attest: t } = await texts('verify');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/**
 * @param region of the API
 * @returns a fetch for addresses of plain letters without a query
 * @throws UsageError without credentials
 */
export function iamFetch(region: string, env: NodeJS.Dict<string> = process.env): typeof fetch {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: session } = env;
  if (!id || !secret) throw new UsageError(t.noCredentials);
  return (input, init = {}) => {
    const { host, pathname } = new URL(String(input));
    const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const body = sha256(typeof init.body === 'string' ? init.body : '');
    // In the order of their names, as they are signed.
    const headers = [
      ['host', host],
      ['x-amz-content-sha256', body],
      ['x-amz-date', at],
      ...(session ? [['x-amz-security-token', session]] : []),
    ] as [string, string][];
    const names = headers.map(([name]) => name).join(';');
    const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
    const request = [init.method ?? 'GET', pathname, '', lines, names, body].join('\n');
    const scope = [at.slice(0, 8), region, 'execute-api', 'aws4_request'];
    const text = ['AWS4-HMAC-SHA256', at, scope.join('/'), sha256(request)].join('\n');
    const key = scope.reduce<string | Buffer>((above, part) => mac(above, part), `AWS4${secret}`);
    const signature = mac(key, text).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
    const sent = { ...Object.fromEntries(headers.slice(1)), authorization };
    return fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...sent } });
  };
}
