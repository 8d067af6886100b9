/**
 * Files: sealed here before they leave, and opened here after they arrived. The gateway never sees what is in one, and this holds
 * no more of one than a part.
 */

import { FileBroken, type FileKey, openFile, openRange, sealFile } from '../files/chunks.ts';
import { padded, paddedBytes, unpadded } from '../files/padding.ts';
import type { Source } from '../files/reader.ts';
import { freed } from '../freed.ts';
import { fromBase64, toBase64 } from '../tree/base64.ts';
import type { AskRoute } from './ask.ts';
import { FieldgateError } from './wire/errors.ts';
import { openKept } from './wire/sealed.ts';
import type { Session } from './wire/session.ts';

/** A file to upload: read twice, so it can be read from its beginning more than once. */
export interface FileToPut {
  field: string;
  /** Media type. */
  type: string;
  bytes: number;
  /** Hex SHA-256 of it. If the file changes meanwhile, the upload fails. */
  sha256: string;
  read(): Source;
}

/** An upload that began. It holds the key of the file, which opens the object. */
export interface Upload {
  file: string;
  key: string;
  context: string;
  salt: string;
  partBytes: number;
  /** RFC 3339: until then an intake must name the file. */
  expires: string;
  /** Hex SHA-256 of each part, once they are known. */
  parts?: string[];
  /** Parts that the store has. */
  sent: number;
}

export interface PutOptions {
  /** An upload of the same file that was interrupted. */
  resume?: Upload;
  /** Called when there is more to go on from: after it began, and after each part. */
  keep?(upload: Upload): void;
  /** In place of `fetch`, which copies each part. */
  send?: SendPart;
  signal?: AbortSignal;
}

/** A value of an answer that is a file. */
export interface GivenFile {
  file: string;
  type: string;
  bytes: number;
  sha256: string;
  key: string;
  context: string;
  url: string;
  until: string;
}

/** How often a part is sent, and how often addresses are asked for. */
const ATTEMPTS = 4;

/**
 * Uploads a file that is then the value of a field by an intake that names it: `{ file }`.
 * @returns its id
 * @throws FieldgateError, RangeError for a file that is no more what was said of it
 */
export async function putFile(
  { session, ask }: { session: Session; ask: AskRoute },
  file: FileToPut,
  options: PutOptions = {},
): Promise<string> {
  const { keep = () => {}, send = sendByFetch, signal } = options;
  const upload = options.resume ?? (await begin(session, ask, file));
  keep(upload);
  const key = { key: urlBytes(upload.key), context: urlBytes(upload.context) };
  const sealed = () => partsOf(sealFile(padded(file.read(), file.bytes), key, urlBytes(upload.salt)), upload);
  if (!upload.parts) {
    const digests: string[] = [];
    for await (const part of sealed()) digests.push(toHex(await digestOf(part)));
    upload.parts = digests;
    keep(upload);
  }
  const { file: id, parts } = upload;
  const addressed = async () => (await ask('POST /v1/files/:id/parts', { id, body: { parts } })).addresses;
  let addresses = upload.sent < parts.length ? await addressed() : [];
  let n = 0;
  if (upload.sent < parts.length)
    for await (const part of sealed()) {
      if (n++ < upload.sent) continue;
      const digest = await digestOf(part);
      // Other bytes under the nonces of those that were named would open both.
      if (toHex(digest) !== parts[n - 1]) throw new RangeError('the file is not what it was');
      const headers = { 'x-amz-checksum-sha256': toBase64(digest) };
      for (let attempt = 1; !(await send(addresses[n - 1] ?? '', part, headers, signal)); attempt++) {
        if (attempt === ATTEMPTS) throw new FieldgateError('UNREACHABLE', 'The store of files takes no part');
        addresses = await addressed();
      }
      upload.sent = n;
      keep(upload);
    }
  await ask('POST /v1/files/:id/complete', { id });
  return id;
}

async function begin(
  session: Session,
  ask: AskRoute,
  { field, type, bytes, sha256 }: FileToPut,
): Promise<Upload> {
  const body = { field, type, bytes, sha256 };
  const { file, upload, partBytes, expires } = await ask('POST /v1/files', { body });
  const { key, context, salt } = JSON.parse(await openKept(session, upload)) as Upload;
  return { file, key, context, salt, partBytes, expires, sent: 0 };
}

/** The object in its parts. Each is made in the same memory as the one before. */
async function* partsOf(
  object: AsyncIterable<Uint8Array>,
  { partBytes }: Upload,
): AsyncGenerator<Uint8Array> {
  const part = new Uint8Array(partBytes);
  let filled = 0;
  for await (const piece of object) {
    for (let at = 0; at < piece.length; ) {
      const fits = piece.subarray(at, at + partBytes - filled);
      part.set(fits, filled);
      filled += fits.length;
      at += fits.length;
      if (filled < partBytes) continue;
      yield part;
      filled = 0;
    }
    freed(piece);
  }
  if (filled > 0) yield part.subarray(0, filled);
}

const digestOf = async (part: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', part as Uint8Array<ArrayBuffer>));

/** Stores bytes by a PUT. @returns whether the store has them */
export type SendPart = (
  url: string,
  part: Uint8Array,
  headers: Record<string, string>,
  signal?: AbortSignal,
) => Promise<boolean>;

const sendByFetch: SendPart = async (url, part, headers, signal) => {
  const body = part as Uint8Array<ArrayBuffer>;
  const answer = await fetch(url, { method: 'PUT', body, headers, signal: signal ?? null }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
};

/** Whether a value of an answer is a file. */
export const isFile = (value: unknown): value is GivenFile =>
  typeof value === 'object' && value !== null && 'file' in value && 'url' in value && 'key' in value;

export interface ReadOptions {
  /** Bytes of the file from here, and to before there; all by default. No other chunk of the object is fetched. */
  from?: number;
  to?: number;
  signal?: AbortSignal;
}

/**
 * The file or a range of it, in pieces. It was received whole only if the iteration ends without an error.
 * @throws FieldgateError `ANSWER_INVALID` for an object that is not the one that was uploaded; `UNREACHABLE`; RangeError
 */
export async function* readFile(given: GivenFile, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
  const key: FileKey = { key: urlBytes(given.key), context: urlBytes(given.context) };
  const { bytes } = given;
  const { from = 0, to = bytes, signal } = options;
  if (to > bytes) throw new RangeError('not a range of this file');
  const plain = paddedBytes(bytes);
  const whole = from === 0 && to === bytes;
  try {
    if (whole) yield* unpadded(openFile(piecesOf(await fetched(given, { signal })), key), bytes, true);
    else yield* openRange((a, b) => partOf(given, a, b, signal), key, { plain, from, to });
  } catch (cause) {
    if (!(cause instanceof FileBroken)) throw cause;
    throw new FieldgateError('ANSWER_INVALID', 'The file is not the one that was uploaded', { cause });
  }
}

async function fetched(
  { url }: GivenFile,
  { signal, ...init }: { signal: AbortSignal | undefined; headers?: Record<string, string> },
): Promise<Response> {
  const answer = await fetch(url, { ...init, signal: signal ?? null }).catch(() => null);
  if (answer?.ok && (!init.headers || answer.status === 206)) return answer;
  await answer?.body?.cancel();
  throw new FieldgateError('UNREACHABLE', 'The file is no longer held, or its address has ended', {
    ...(answer && { status: answer.status }),
  });
}

async function partOf(given: GivenFile, from: number, to: number, signal: AbortSignal | undefined) {
  const headers = { range: `bytes=${from}-${to - 1}` };
  return new Uint8Array(await (await fetched(given, { signal, headers })).arrayBuffer());
}

/** By a reader, because not every browser iterates a stream. */
async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function urlBytes(text: string): Uint8Array {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, '='));
  if (!bytes) throw new FieldgateError('ANSWER_INVALID', 'The answer is not one about a file');
  return bytes;
}
