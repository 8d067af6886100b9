/** Requests to a gateway behind IAM, signed by SigV4 under the credentials of the environment. */
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { Sha256 } from './sha256.ts';

const { attest: t } = await texts('verify');

/** @returns `fetch` which signs what it sends, its headers too. @param region of the API. @throws UsageError without credentials */
export function iamFetch(region: string, env: NodeJS.Dict<string> = process.env): typeof fetch {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const { AWS_SESSION_TOKEN: sessionToken } = env;
  if (!accessKeyId || !secretAccessKey) throw new UsageError(t.noCredentials);
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  return async (input, init = {}) => {
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 as never });
    const { protocol, host, hostname, pathname: path, searchParams } = new URL(String(input));
    const { headers } = await signer.sign({
      ...{ method: init.method ?? 'GET', protocol, hostname, path },
      headers: { ...Object.fromEntries(new Headers(init.headers)), host },
      query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
      ...(init.body && { body: init.body }),
    });
    const { host: _host, ...signed } = headers;
    return fetch(input, { ...init, headers: signed });
  };
}
