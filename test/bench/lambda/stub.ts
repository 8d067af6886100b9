/** Answers recorded calls at once, in a process of its own: `node stub.ts <recording>` writes its URL. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../../infra/rest-front.ts';
import { callOf, type Recording } from './recording.ts';

const { calls, at }: Recording = JSON.parse(readFileSync(process.argv[2] as string, 'utf8'));
const known = new Map(calls.map(({ call, body }) => [call, body]));
const ends = new Date(at + 3_600_000).toISOString();
const session = `<Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>none</SecretAccessKey>
  <SessionToken>session</SessionToken><Expiration>${ends}</Expiration></Credentials>`;

function answerTo(target: string, text: string): string {
  const call = callOf(target, text);
  const found = known.get(call);
  if (found !== undefined) return found;
  // A query by another instant, a write of another item, a signature of another key.
  const alike = call.split(' ').slice(0, 2).join(' ');
  return [...known].find(([name]) => name.startsWith(alike))?.[1] ?? '{}';
}

let counts: Record<string, number> = {};
const server = createServer(async (request, response) => {
  const body = (await buffer(request)).toString();
  const target = String(request.headers['x-amz-target'] ?? '');
  if (request.url === '/counts') {
    response.end(JSON.stringify(counts));
    counts = {};
    return;
  }
  const name = target.split('.').at(-1) || 'AssumeRole';
  counts[name] = (counts[name] ?? 0) + 1;
  const text = target === '' ? session : answerTo(target, body);
  const type = target === '' ? 'text/xml' : 'application/x-amz-json-1.1';
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
});
server.keepAliveTimeout = 600_000;
console.log(await listen(server));
