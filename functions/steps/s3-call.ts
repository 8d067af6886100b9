/** Calls to the bucket of files without S3's client, which would add hundreds of kilobytes to a bundle. */

import type { KMSClient } from '@aws-sdk/client-kms';
import { SignatureV4 } from '@smithy/signature-v4';

/** The bucket, and a client whose credentials, region and connections are used. */
export interface FileBucket {
  kms: Pick<KMSClient, 'config'>;
  bucket: string;
  /** In place of S3's own address, as `https://127.0.0.1:9000/bucket`. */
  endpoint?: string;
}

interface S3Call {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  file: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

async function requestOf({ kms, bucket, endpoint }: FileBucket, { file, headers = {}, ...call }: S3Call) {
  const region = await kms.config.region();
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(endpoint ?? `https://${bucket}.s3.${region}.${suffix}`);
  const { protocol, hostname, host, port, origin, pathname } = url;
  const path = `${pathname.replace(/\/$/, '')}/${file}`;
  const request = {
    protocol,
    hostname,
    path,
    query: {},
    ...call,
    headers: { host, ...headers },
    ...(port !== '' && { port: Number(port) }),
  };
  const { credentials, sha256 } = kms.config;
  const signer = new SignatureV4({ service: 's3', credentials, region, sha256, uriEscapePath: false });
  return { request, signer, address: origin + path };
}

export async function s3Call(to: FileBucket, call: S3Call) {
  const { request, signer } = await requestOf(to, call);
  const { config } = to.kms;
  const { response } = await config.requestHandler.handle((await signer.sign(request)) as never);
  const answer: unknown = response.body;
  const bytes = answer instanceof Uint8Array ? answer : await config.streamCollector(answer);
  const size = Number(response.headers['content-length'] ?? 0);
  return { status: response.statusCode, body: Buffer.from(bytes).toString('utf8'), size };
}

/** Address that is good for one call. Its headers must be sent as they were signed. */
export async function s3Address(to: FileBucket, call: S3Call, expiresIn: number): Promise<string> {
  const { request, signer, address } = await requestOf(to, call);
  const unhoistableHeaders = new Set(Object.keys(call.headers ?? {}));
  const { query } = await signer.presign(request, { expiresIn, unhoistableHeaders });
  return `${address}?${new URLSearchParams(query as Record<string, string>)}`;
}

/** @throws Error for an answer that is no success, without what it says: it may name the object */
export function succeeded<Answer extends { status: number }>(answer: Answer, ...more: number[]): Answer {
  if ((answer.status >= 200 && answer.status < 300) || more.includes(answer.status)) return answer;
  throw new Error(`the bucket of files answered ${answer.status}`);
}
