/** One call to a service of AWS without its client, which would add tens of kilobytes to a bundle. */
import type { KMSClient } from '@aws-sdk/client-kms';
import { SignatureV4 } from '@smithy/signature-v4';

/**
 * @param kms the client whose credentials, region and connections are used
 * @param service for which the call is signed; `null` for one that says who calls itself
 * @param form body of a POST; a GET without it. @param headers of its type
 */
export async function callService(
  { config }: KMSClient,
  service: string | null,
  url: string,
  form?: string,
  headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' },
): Promise<{ status: number; body: string }> {
  const { protocol, hostname, port, pathname: path, host, searchParams } = new URL(url);
  const { credentials, region, sha256 } = config;
  const request = {
    method: form === undefined ? 'GET' : 'POST',
    protocol,
    hostname,
    path,
    query: Object.fromEntries(searchParams),
    ...(form !== undefined && { body: form }),
    ...(port !== '' && { port: Number(port) }),
    headers: { host, ...(form !== undefined && headers) },
  };
  const sent =
    service === null
      ? request
      : await new SignatureV4({ service, credentials, region, sha256 }).sign(request);
  const { response } = await config.requestHandler.handle(sent as never);
  const answer: unknown = response.body;
  const bytes = answer instanceof Uint8Array ? answer : await config.streamCollector(answer);
  return { status: response.statusCode, body: Buffer.from(bytes).toString('utf8') };
}
