/**
 * S3 in memory, as far as log and lists need it: get, conditional put, delete, list. Or an emulator's.
 * Each call is put to the policies first.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Allows } from './guarded-services.ts';

const ACTIONS = new Map([
  ['GET', 's3:GetObject'],
  ['PUT', 's3:PutObject'],
  ['DELETE', 's3:DeleteObject'],
]);

type Serve = (
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  content: Buffer,
) => void | Promise<void>;

/** @param objects `<bucket>/<key>` to content; may be looked into. */
export function memoryS3(allows: Allows, objects: Map<string, Buffer> = new Map()): Server {
  return guarded(allows, (request, response, name, content) =>
    serve(request, response, objects, name, content),
  );
}

/** Forwards allowed calls to an S3 that accepts any signature. */
export function guardedS3(url: string, allows: Allows): Server {
  return guarded(allows, async (request, response, _, content) => {
    const { host: _host, connection: _connection, expect: _expect, ...headers } = request.headers;
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(content.length > 0 && { body: new Uint8Array(content) }),
    });
    const { 'content-encoding': _encoding, ...answered } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, answered).end(Buffer.from(await answer.arrayBuffer()));
  });
}

function guarded(allows: Allows, serve: Serve): Server {
  return createServer(async (request, response) => {
    const content = await buffer(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3.invalid');
    const name = decodeURIComponent(pathname.slice(1));
    const prefix = searchParams.get('prefix');
    const action = prefix === null ? ACTIONS.get(request.method ?? '') : 's3:ListBucket';
    const fn = String(request.headers['x-amz-security-token']);
    const on = name.split('/')[0] ?? '';
    const none = request.headers['if-none-match'];
    const context = {
      'aws:SecureTransport': 'true',
      ...(action === 's3:PutObject' && { 's3:ObjectCreationOperation': 'true' }),
      ...(none !== undefined && { 's3:if-none-match': String(none) }),
      ...(prefix !== null && { 's3:prefix': prefix }),
    };
    if (!action || !allows({ fn, action, on, context })) return fail(response, 403, 'AccessDenied');
    await serve(request, response, name, content);
  });
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, Buffer>,
  name: string,
  content: Buffer,
): void {
  const known = objects.get(name);
  if (request.url?.includes('list-type=2')) {
    const prefix = new URL(request.url, 'http://s3.invalid').searchParams.get('prefix') ?? '';
    const bucket = `${name.split('/')[0]}/`;
    // Of the trail's files none is listed.
    const keys = [...objects.keys()].filter(
      (key) => prefix.startsWith('lists/') && key.startsWith(bucket + prefix),
    );
    const contents = keys
      .map((key) => `<Contents><Key>${key.slice(bucket.length)}</Key></Contents>`)
      .join('');
    const text = `<?xml version="1.0"?><ListBucketResult><KeyCount>${keys.length}</KeyCount>${contents}</ListBucketResult>`;
    response.writeHead(200, { 'content-type': 'application/xml' }).end(text);
    return;
  }
  if (request.method === 'GET') {
    if (known) response.writeHead(200, { etag: etagOf(known), 'content-length': known.length }).end(known);
    else fail(response, 404, 'NoSuchKey');
    return;
  }
  if (request.method === 'DELETE') {
    objects.delete(name);
    response.writeHead(204).end();
    return;
  }
  const { 'if-none-match': none, 'if-match': match } = request.headers;
  const holds = (none !== '*' || !known) && (match === undefined || (known && match === etagOf(known)));
  if (holds) objects.set(name, content);
  if (holds) response.writeHead(200, { etag: etagOf(content) }).end();
  else fail(response, 412, 'PreconditionFailed');
}

function etagOf(content: Buffer): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function fail(response: ServerResponse, status: number, code: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>none</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}
