/** S3 in memory, as far as the log needs it: get, conditional put, delete. Each call is put to the policies first. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Allows } from './guarded-services.ts';

const ACTIONS = new Map([
  ['GET', 's3:GetObject'],
  ['PUT', 's3:PutObject'],
  ['DELETE', 's3:DeleteObject'],
]);

/** @param objects `<bucket>/<key>` to content; may be looked into. */
export function memoryS3(allows: Allows, objects: Map<string, Buffer> = new Map()): Server {
  return createServer(async (request, response) => {
    const content = await buffer(request);
    const name = decodeURIComponent((request.url ?? '/').slice(1).replace(/\?.*$/, ''));
    const action = ACTIONS.get(request.method ?? '');
    const fn = String(request.headers['x-amz-security-token']);
    const on = name.split('/')[0] ?? '';
    if (!action || !allows({ fn, action, on, context: {} })) return fail(response, 403, 'AccessDenied');
    serve(request, response, objects, name, content);
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
