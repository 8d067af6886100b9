/**
 * The store of files in a folder, as strict as a bucket: an address is signed for one part's bytes, a part never changes, and
 * an object is made once. It holds ciphertext alone.
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type FileStore, PART_BYTES, type Part, type Upload } from '../../../shared/records/file-store.ts';
import { STAGED_SECONDS } from '../../../shared/records/files.ts';
import { writeWhole } from '../../cli/whole-files.ts';

/** Milliseconds for which an address of a part is good. */
const PART_MS = 15 * 60_000;
/** Milliseconds that an upload is kept. */
const KEPT_MS = STAGED_SECONDS * 1000;
/** Bytes that each part but the last has at least, as in S3. */
const LEAST = 5 * 1024 * 1024;
const ID = /^[\w-]{22}$/;

type Ticket = { file: string; until: number } & ({ upload: string; part: Part } | { upload?: never });

export interface FileFolder extends FileStore {
  /** Names of all objects. */
  names(): Promise<string[]>;
  /** Answers a request at one of its addresses. */
  answer(request: Request): Promise<Response>;
  /** Removes objects and parts of uploads that no intake took within a week, as the stack's bucket does. @returns how many */
  sweep(at: number): number;
  /** Removes what was kept for this process alone. */
  close(): void;
}

/**
 * @param place `null` keeps the objects until `close`
 * @param base address under which `answer` is reached, with a slash at its end
 */
export function openFileFolder(place: string | null, base: string, now: () => number): FileFolder {
  const folder = place ?? join(tmpdir(), `fieldgate-files-${randomBytes(8).toString('hex')}`);
  // Addresses end with this process, as those of a bucket end with the credentials of a role.
  const secret = randomBytes(32);
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest();
  const objectAt = (file: string) => join(folder, 'objects', named(file));
  /** A mark for as long as no intake took the object, as a tag in a bucket. */
  const stagedAt = (file: string) => `${objectAt(file)}.staged`;
  const partsAt = ({ file, upload }: Upload) => join(folder, 'parts', `${named(file)}.${named(upload)}`);
  const partAt = (upload: Upload, n: number) => join(partsAt(upload), String(n));

  const addressOf = (ticket: Ticket) => {
    const text = Buffer.from(JSON.stringify(ticket)).toString('base64url');
    return `${base}${text}.${sign(text).toString('base64url')}`;
  };
  const readTicket = (url: string): Ticket | null => {
    const [text = '', mac = ''] = url.slice(url.lastIndexOf('/') + 1).split('.');
    const [given, right] = [Buffer.from(mac, 'base64url'), sign(text)];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const ticket = JSON.parse(Buffer.from(text, 'base64url').toString()) as Ticket;
    return ticket.until > now() ? ticket : null;
  };
  const readPart = (upload: Upload, { n, sha256 }: Part): Buffer | null => {
    const path = partAt(upload, n);
    const bytes = existsSync(path) ? readFileSync(path) : null;
    return bytes && digestOf(bytes) === sha256 ? bytes : null;
  };

  const list = (name: string) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)) : []);

  const put = async (request: Request, upload: Upload, part: Part): Promise<Response> => {
    const bytes = Buffer.from(await request.arrayBuffer());
    const said = request.headers.get('x-amz-checksum-sha256');
    if (said !== part.sha256 || digestOf(bytes) !== said || bytes.length > PART_BYTES) return status(400);
    if (!existsSync(partsAt(upload))) return status(404);
    // Other bytes under a number that has some would be sealed under nonces that were used.
    if (existsSync(partAt(upload, part.n)) && !readPart(upload, part)) return status(412);
    writeWhole(partAt(upload, part.n), bytes);
    return status(200);
  };
  const get = (request: Request, file: string): Response => {
    if (!existsSync(objectAt(file))) return status(404);
    const { size } = statSync(objectAt(file));
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '');
    const [from, to] = range ? [Number(range[1]), Math.min(Number(range[2]), size - 1)] : [0, size - 1];
    if (from > to) return status(416);
    const body = Readable.toWeb(createReadStream(objectAt(file), { start: from, end: to })) as ReadableStream;
    const headers = { 'content-length': String(to - from + 1) };
    if (!range) return new Response(body, { headers });
    const part = { ...headers, 'content-range': `bytes ${from}-${to}/${size}` };
    return new Response(body, { status: 206, headers: part });
  };

  return {
    async begin(file) {
      const upload = randomBytes(16).toString('base64url');
      mkdirSync(partsAt({ file, upload }), { recursive: true, mode: 0o700 });
      return upload;
    },
    partUrl: async ({ file, upload }, part) => addressOf({ file, upload, part, until: now() + PART_MS }),
    async complete(upload, parts) {
      const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
      const made = `${objectAt(upload.file)}.made`;
      if (existsSync(objectAt(upload.file)))
        return readFileSync(made, 'utf8') === digest ? statSync(objectAt(upload.file)).size : null;
      if (parts.length === 0) return null;
      mkdirSync(join(folder, 'objects'), { recursive: true, mode: 0o700 });
      // Part by part, so that no object is in memory.
      const draft = `${objectAt(upload.file)}.draft`;
      rmSync(draft, { force: true });
      for (const [i, part] of parts.entries()) {
        const bytes = part.n === i + 1 ? readPart(upload, part) : null;
        if (!bytes || (i < parts.length - 1 && bytes.length < LEAST)) return null;
        appendFileSync(draft, bytes, { mode: 0o600 });
      }
      writeWhole(made, digest);
      writeWhole(stagedAt(upload.file), '');
      renameSync(draft, objectAt(upload.file));
      rmSync(partsAt(upload), { recursive: true, force: true });
      return statSync(objectAt(upload.file)).size;
    },
    async forget(file) {
      if (existsSync(objectAt(file))) writeWhole(stagedAt(file), '');
    },
    async keep(file) {
      rmSync(stagedAt(file), { force: true });
    },
    readUrl: async (file, seconds) => addressOf({ file, until: now() + seconds * 1000 }),
    async remove(file) {
      for (const path of [objectAt(file), `${objectAt(file)}.made`, stagedAt(file)])
        rmSync(path, { force: true });
    },
    names: async () => list('objects').filter((name) => ID.test(name)),
    sweep(at) {
      const old = (path: string) => statSync(path).mtimeMs < at - KEPT_MS;
      const marks = list('objects').filter((name) => name.endsWith('.staged'));
      const gone = [
        ...marks.map((name) => join('objects', name)),
        ...list('parts').map((name) => join('parts', name)),
      ].filter((name) => old(join(folder, name)));
      for (const name of gone)
        for (const path of [name, name.replace(/\.staged$/, ''), name.replace(/\.staged$/, '.made')])
          rmSync(join(folder, path), { recursive: true, force: true });
      return gone.length;
    },
    close: () => place === null && rmSync(folder, { recursive: true, force: true }),
    async answer(request) {
      const ticket = readTicket(new URL(request.url).pathname);
      if (!ticket) return status(403);
      if (ticket.upload !== undefined)
        return request.method === 'PUT' ? put(request, ticket, ticket.part) : status(403);
      return request.method === 'GET' ? get(request, ticket.file) : status(403);
    },
  };
}

const status = (code: number) => new Response(null, { status: code });
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

/** @throws RangeError for a name that is none, so that no path leads out of the folder */
function named(name: string): string {
  if (!ID.test(name)) throw new RangeError('no name of a file');
  return name;
}
