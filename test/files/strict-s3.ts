/**
 * A bucket that refuses what S3 refuses and emulators take: a signature that is wrong, altered or too old, other bytes than a signed
 * digest says, and a second object of one name. It knows the calls of the functions and no others.
 */

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SignatureV4 } from '@smithy/signature-v4';

/** Bytes of each part but the last. */
const LEAST_PART = 5 * 1024 ** 2;

interface StrictKeys {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  sha256: ConstructorParameters<typeof SignatureV4>[0]['sha256'];
}

interface Given {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Buffer;
}
interface Told {
  status: number;
  body?: Buffer | string;
  headers?: Record<string, string>;
}

export interface StrictS3 {
  url: string;
  /** Names of objects, and whether each is staged. */
  objects: Map<string, { bytes: Buffer; staged: boolean }>;
  /** Calls that were refused, as `403 PUT`. */
  refused: string[];
  close(): void;
}

export async function openStrictS3(keys: StrictKeys, now: () => number = Date.now): Promise<StrictS3> {
  const objects: StrictS3['objects'] = new Map();
  const uploads = new Map<string, { file: string; parts: Map<number, Buffer> }>();
  const refused: string[] = [];
  const signer = new SignatureV4({ ...keys, service: 's3', uriEscapePath: false });

  const server = createServer(async (request, response) => {
    const given = await read(request);
    const told = (await isSigned(signer, given, now())) ? answer(given) : { status: 403 };
    if (told.status >= 400) refused.push(`${told.status} ${given.method}`);
    response.writeHead(told.status, told.headers).end(given.method === 'HEAD' ? undefined : told.body);
  });

  function answer({ method, path, query, headers, body }: Given): Told {
    const file = path.split('/').at(-1) ?? '';
    const object = objects.get(file);
    if (method === 'POST' && 'uploads' in query) {
      const upload = randomBytes(12).toString('hex');
      uploads.set(upload, { file, parts: new Map() });
      return { status: 200, body: `<UploadId>${upload}</UploadId>` };
    }
    if (query['uploadId'] !== undefined) {
      const upload = uploads.get(query['uploadId']);
      if (upload?.file !== file) return { status: 404 };
      if (method === 'PUT') return putPart(upload.parts, Number(query['partNumber']), headers, body);
      if (method === 'GET') return { status: 200, body: [...upload.parts].map(partXml).join('') };
      // The second caller reads what the first one made.
      if (headers['if-none-match'] !== '*' || object) return { status: object ? 412 : 403 };
      const whole = completed(upload.parts, body.toString());
      if (!whole) return { status: 400 };
      objects.set(file, { bytes: whole, staged: true });
      uploads.delete(query['uploadId']);
      return { status: 200, body: '<CompleteMultipartUploadResult/>' };
    }
    if (method === 'DELETE' && !('tagging' in query)) {
      objects.delete(file);
      return { status: 204 };
    }
    if (!object) return { status: 404 };
    if ('tagging' in query) {
      object.staged = method === 'PUT';
      const md5 = createHash('md5').update(body).digest('base64');
      return { status: method === 'PUT' && headers['content-md5'] !== md5 ? 400 : 204 };
    }
    return method === 'PUT' ? { status: 403 } : part(object.bytes, headers['range']);
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/files`, objects, refused, close: () => void server.close() };
}

function putPart(parts: Map<number, Buffer>, n: number, headers: Given['headers'], body: Buffer): Told {
  if (!(n >= 1 && n <= 10_000)) return { status: 400 };
  if (headers['x-amz-checksum-sha256'] !== digestOf(body)) return { status: 400 };
  parts.set(n, body);
  return { status: 200 };
}

const partXml = ([n, bytes]: [number, Buffer]) =>
  `<Part><PartNumber>${n}</PartNumber><ETag>${digestOf(bytes)}</ETag><Size>${bytes.length}</Size><ChecksumSHA256>${digestOf(bytes)}</ChecksumSHA256></Part>`;

/** The object of the parts as they were named, in order; `null` for other ones, or a part but the last that is too small. */
function completed(parts: ReadonlyMap<number, Buffer>, body: string): Buffer | null {
  const named = [...body.matchAll(/<PartNumber>(\d+)<.*?<ChecksumSHA256>(.*?)</gs)];
  const bytes = named.map(([, n, sha256]) => {
    const one = parts.get(Number(n));
    return one && digestOf(one) === sha256 ? one : null;
  });
  const inOrder = named.every(([, n], i) => i === 0 || Number(n) > Number(named[i - 1]?.[1]));
  const small = bytes.slice(0, -1).some((one) => (one?.length ?? 0) < LEAST_PART);
  return bytes.length > 0 && inOrder && !small && !bytes.includes(null)
    ? Buffer.concat(bytes as Buffer[])
    : null;
}

function part(bytes: Buffer, range: string | undefined): Told {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  const body = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
  return { status: from === undefined ? 200 : 206, body, headers: { 'content-length': `${body.length}` } };
}

/** Signs the request again as its caller should have, by its headers or its query, and compares. */
async function isSigned(signer: SignatureV4, given: Given, now: number): Promise<boolean> {
  const { method, path, headers, query } = given;
  const host = headers['host'] ?? '';
  const [hostname = '', port] = host.split(':');
  const base = { protocol: 'http:', method, hostname, port: Number(port), path };
  const {
    'X-Amz-Signature': signature,
    'X-Amz-SignedHeaders': listed = '',
    'X-Amz-Date': date = headers['x-amz-date'] ?? '',
    'X-Amz-Expires': expires = '900',
  } = query;
  const signingDate = new Date(date.replace(/(\d{4})(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
  const age = now - signingDate.getTime();
  if (!(age > -900_000 && age <= Number(expires) * 1000)) return false;
  const auth = headers['authorization'] ?? '';
  const names = signature ? listed.split(';') : (/SignedHeaders=([^,]*)/.exec(auth)?.[1] ?? '').split(';');
  const own = Object.fromEntries(names.map((name) => [name, headers[name] ?? '']));
  if (signature) {
    const plain = Object.fromEntries(Object.entries(query).filter(([name]) => !name.startsWith('X-Amz-')));
    const options = {
      expiresIn: Number(expires),
      signingDate,
      unhoistableHeaders: new Set(names),
    };
    const again = await signer.presign({ ...base, query: plain, headers: own }, options);
    return again.query?.['X-Amz-Signature'] === signature;
  }
  const digest = createHash('sha256').update(given.body).digest('hex');
  if (own['x-amz-content-sha256'] !== digest) return false;
  const { authorization: _, ...unsigned } = own;
  const body = given.body.length > 0 ? { body: given.body.toString() } : {};
  const again = await signer.sign({ ...base, query, headers: unsigned, ...body }, { signingDate });
  return again.headers['authorization'] === auth;
}

async function read(request: IncomingMessage): Promise<Given> {
  const url = new URL(request.url ?? '/', 'http://host');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers as Record<string, string>,
    body: await buffer(request),
  };
}

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
