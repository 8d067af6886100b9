/** S3 in this process, as far as the log needs it: get, conditional put and delete. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';

interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** @param objects `<bucket>/<key>` to content */
export function simulatedS3(objects: Map<string, Buffer>): () => S3Client {
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (asked: Asked) => ({ response: answer(objects, asked) }),
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
  };
  return () =>
    new S3Client({
      region: 'local',
      endpoint: 'http://s3.local.invalid',
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: requestHandler as never,
    });
}

function answer(objects: Map<string, Buffer>, { method, path, headers, body }: Asked) {
  const name = decodeURIComponent(path.slice(1));
  const known = objects.get(name);
  const etag = known ? etagOf(known) : null;
  if (method === 'GET')
    return known ? respond(200, known, { etag: etagOf(known) }) : refusal(404, 'NoSuchKey');
  if (method === 'DELETE') {
    objects.delete(name);
    return respond(204, Buffer.of(), {});
  }
  const holds =
    (headers['if-none-match'] !== '*' || !known) &&
    (headers['if-match'] === undefined || headers['if-match'] === etag);
  if (!holds) return refusal(412, 'PreconditionFailed');
  const content = Buffer.from(body ?? '');
  objects.set(name, content);
  return respond(200, Buffer.of(), { etag: etagOf(content) });
}

const etagOf = (content: Buffer) => `"${createHash('md5').update(content).digest('hex')}"`;

function respond(statusCode: number, content: Buffer, headers: Record<string, string>) {
  return {
    statusCode,
    headers: { ...headers, 'content-length': String(content.length) },
    body: Readable.from([content]),
  };
}

function refusal(statusCode: number, code: string) {
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`;
  return respond(statusCode, Buffer.from(xml), { 'content-type': 'application/xml' });
}
