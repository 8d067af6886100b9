/**
 * The proxy of a department's external key store (AWS KMS External Key Store Proxy API, version 1): checks who signed, may refuse, may be
 * slow, and keeps the keys. Written from the interface, apart from the part of the local KMS that calls it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What a call said of itself. */
export interface Seen {
  operation: string;
  principal: string;
  key: string;
}

export interface XksProxy {
  store: { url: string; accessKeyId: string; secretAccessKey: string };
  seen: Seen[];
  /** How it answers from now on. */
  behave(how: { refuses?: (seen: Seen) => boolean; slow?: number; bent?: boolean }): void;
  close(): Promise<void>;
}

const hash = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4, as the service that is called checks it. */
function isSigned(request: IncomingMessage, body: string, id: string, secret: string): boolean {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/kms-xks-proxy\/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;
  const found = form.exec(request.headers.authorization ?? '');
  if (!found || found[1] !== id) return false;
  const [, , scope = '', day = '', region = '', signed = '', signature = ''] = found;
  const headers = signed.split(';');
  if (!['host', 'x-amz-date'].every((one) => headers.includes(one))) return false;
  const lines = headers.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, request.url, '', lines, signed, hash(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [day, region, 'kms-xks-proxy', 'aws4_request'].reduce<string | Buffer>(mac, `AWS4${secret}`);
  return timingSafeEqual(Buffer.from(signature, 'hex'), mac(key, text));
}

export async function startXksProxy(): Promise<XksProxy> {
  const keys = new Map<string, Buffer>();
  const credentials = { accessKeyId: 'XKSEXAMPLE', secretAccessKey: randomBytes(24).toString('base64') };
  const seen: Seen[] = [];
  let how: Parameters<XksProxy['behave']>[0] = {};

  // biome-ignore lint/suspicious/noExplicitAny: bodies of two forms
  function work(what: string | undefined, key: Buffer, body: any): object | null {
    const bytes = (name: string) => Buffer.from(body[name], 'base64');
    if (what === 'encrypt') {
      const initializationVector = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, initializationVector).setAAD(
        bytes('additionalAuthenticatedData'),
      );
      const ciphertext = Buffer.concat([cipher.update(bytes('plaintext')), cipher.final()]);
      const parts = { ciphertext, initializationVector, authenticationTag: cipher.getAuthTag() };
      return Object.fromEntries(Object.entries(parts).map(([name, one]) => [name, one.toString('base64')]));
    }
    const cipher = createDecipheriv('aes-256-gcm', key, bytes('initializationVector'))
      .setAAD(bytes('additionalAuthenticatedData'))
      .setAuthTag(bytes('authenticationTag'));
    try {
      const plaintext = Buffer.concat([cipher.update(bytes('ciphertext')), cipher.final()]);
      return { plaintext: plaintext.toString('base64') };
    } catch {
      return null;
    }
  }

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { slow = 0, refuses = () => false, bent = false } = how;
    const answer = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (!isSigned(request, body, credentials.accessKeyId, credentials.secretAccessKey))
      return answer(401, { errorName: 'AuthenticationFailedException' });
    const [, name = '', what] =
      /^\/kms\/xks\/v1\/keys\/([\w.-]+)\/(encrypt|decrypt)$/.exec(request.url ?? '') ?? [];
    const parsed = JSON.parse(body);
    const { kmsOperation: operation, awsPrincipalArn: principal } = parsed.requestMetadata;
    const one = { operation, principal, key: name };
    // Before it is slow, since KMS does not wait for the end.
    seen.push(one);
    await wait(slow);
    if (refuses(one)) return answer(403, { errorName: 'AccessDeniedException' });
    if (bent) return answer(200, {});
    const key = keys.get(name) ?? randomBytes(32);
    keys.set(name, key);
    const made = work(what, key, parsed);
    return made ? answer(200, made) : answer(400, { errorName: 'InvalidCiphertextException' });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    store: { url, ...credentials },
    seen,
    behave(next) {
      how = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
