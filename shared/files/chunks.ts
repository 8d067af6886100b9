/**
 * Files of any size as C2SP chunked encryption (c2sp.org/chunked-encryption, v1) with AES-256-GCM and SHA-256, unchanged:
 * salt ‖ commitment ‖ chunks of 16 KiB, each with its tag, of which only the last is shorter. By Web Crypto, so that browsers,
 * servers and commands run the same code. No byte leaves before the tag of its chunk was checked.
 */

import { type Bytes, joined, Reader, type Source } from './reader.ts';

/** Bytes of plaintext in each chunk but the last, and of the same chunk sealed. */
export const CHUNK = 16_384;
const TAG = 16;
const SEALED = CHUNK + TAG;

const SALT = 24;
const COMMITMENT = 32;
/** Bytes before the first chunk. */
const HEADER = SALT + COMMITMENT;

/** Chunks that are sealed or opened at once: half a megabyte. */
const AT_ONCE = 32;

/** The one error for an object that differs from what was sealed, or for another key or context. It carries no detail on purpose. */
export class FileBroken extends Error {
  constructor() {
    super('the file failed its integrity check');
    this.name = 'FileBroken';
  }
}

/** What opens one object: 32 random bytes, from which nothing else is derived, and the place to which they are bound. */
export interface FileKey {
  key: Uint8Array;
  context: Uint8Array;
}

/** What an object under this key begins with after its salt: it opens under no other key or context. */
export const commitmentOf = async (key: FileKey, salt: Uint8Array): Promise<Uint8Array> =>
  (await derive(key, salt)).commitment;

/** Bytes of the object that holds so many bytes of plaintext. */
export const objectBytes = (plain: number): number => HEADER + plain + TAG * (Math.floor(plain / CHUNK) + 1);

/**
 * The object, in pieces. Equal key, salt and bytes give an equal object, so an upload that was interrupted
 * seals again from the beginning.
 * @param salt 24 random bytes, never twice under one key
 */
export async function* sealFile(source: Source, key: FileKey, salt: Uint8Array): AsyncGenerator<Bytes> {
  if (salt.length !== SALT) throw new RangeError('a salt has 24 bytes');
  const { aead, nonce, commitment } = await derive(key, salt);
  yield joined([salt, commitment]);
  yield* eachChunk(
    new Reader(source),
    CHUNK,
    async (plain, at) =>
      new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce(at) }, aead, plain as Bytes)),
  );
}

/**
 * The plaintext, in pieces. It was received whole only if the iteration ends without an error.
 * @throws FileBroken
 */
export async function* openFile(source: Source, key: FileKey): AsyncGenerator<Bytes> {
  const reader = new Reader(source);
  const open = await opener(await reader.take(HEADER), key);
  yield* eachChunk(reader, SEALED, open);
}

/** Reads the bytes of an object from one position to before another. */
export type ReadObject = (from: number, to: number) => Promise<Uint8Array> | Uint8Array;

/**
 * A range of the plaintext, of which no other chunk is read. Where the object ends is known by its size alone and never by trial.
 * @param plain bytes of the whole plaintext
 * @throws FileBroken, RangeError
 */
export async function* openRange(
  read: ReadObject,
  key: FileKey,
  { plain, from, to }: { plain: number; from: number; to: number },
): AsyncGenerator<Bytes> {
  if (!(from >= 0 && from <= to && to <= plain)) throw new RangeError('not a range of this file');
  const open = await opener(await read(0, HEADER), key);
  if (from === to) return;
  const [first, last] = [Math.floor(from / CHUNK), Math.floor((to - 1) / CHUNK)];
  for (let at = first; at <= last; at += AT_ONCE) {
    const end = Math.min(at + AT_ONCE, last + 1);
    const start = HEADER + at * SEALED;
    const stop = Math.min(HEADER + end * SEALED, objectBytes(plain));
    const sealed = await read(start, stop);
    const parts = Array.from({ length: end - at }, (_, i) =>
      open(sealed.subarray(i * SEALED, (i + 1) * SEALED), at + i),
    );
    const opened = joined(await Promise.all(parts));
    yield opened.subarray(Math.max(0, from - at * CHUNK), Math.min(opened.length, to - at * CHUNK));
  }
}

/** Each chunk in its turn, many at once. A source ends with a chunk that is shorter than the others, and may be empty. */
async function* eachChunk(
  reader: Reader,
  size: number,
  act: (chunk: Uint8Array, at: number) => Promise<Bytes>,
): AsyncGenerator<Bytes> {
  const room = new Uint8Array(size * AT_ONCE);
  for (let at = 0, ended = false; !ended; at += AT_ONCE) {
    const batch = await reader.take(room.length, room);
    ended = batch.length < size * AT_ONCE;
    const chunks = ended ? Math.floor(batch.length / size) + 1 : AT_ONCE;
    const parts = Array.from({ length: chunks }, (_, i) =>
      act(batch.subarray(i * size, (i + 1) * size), at + i),
    );
    yield* await Promise.all(parts);
  }
}

type Open = (sealed: Uint8Array, at: number) => Promise<Bytes>;

async function opener(header: Uint8Array, key: FileKey): Promise<Open> {
  if (header.length !== HEADER) throw new FileBroken();
  const { aead, nonce, commitment } = await derive(key, header.subarray(0, SALT));
  if (!equal(commitment, header.subarray(SALT))) throw new FileBroken();
  return async (sealed, at) => {
    if (sealed.length < TAG) throw new FileBroken();
    const algorithm = { name: 'AES-GCM', iv: nonce(at) };
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, aead, sealed as Bytes));
    } catch {
      throw new FileBroken();
    }
  };
}

const NAME = new TextEncoder().encode('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0');

/** HKDF-Expand of 76 bytes, without the extraction for which alone Web Crypto has a name. */
async function derive({ key, context }: FileKey, salt: Uint8Array) {
  if (key.length !== 32) throw new RangeError('the key of a file has 32 bytes');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const secret = await crypto.subtle.importKey('raw', key as Bytes, hmac, false, ['sign']);
  const blocks: Bytes[] = [];
  for (let i = 1; i <= 3; i++) {
    const input = joined([blocks.at(-1) ?? new Uint8Array(), NAME, salt, context, Uint8Array.of(i)]);
    blocks.push(new Uint8Array(await crypto.subtle.sign('HMAC', secret, input)));
  }
  const output = joined(blocks);
  const base = output.slice(32, 44);
  const aead = await crypto.subtle.importKey('raw', output.slice(0, 32), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ]);
  const commitment = output.slice(44, 76);
  output.fill(0);
  return { aead, commitment, nonce: (at: number) => counted(base, at) };
}

/** The base nonce XOR the number of the chunk, big-endian. */
function counted(base: Bytes, at: number): Bytes {
  if (at >= 2 ** 32) throw new RangeError('a file has fewer than 2^32 chunks');
  const nonce = base.slice();
  const end = new DataView(nonce.buffer);
  end.setUint32(8, end.getUint32(8) ^ at);
  return nonce;
}

/** In constant time. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  let differs = one.length ^ other.length;
  for (const [i, byte] of one.entries()) differs |= byte ^ (other[i] ?? 0);
  return differs === 0;
}
