/** Bytes that arrive in pieces of any size, read in pieces of the size that the reader needs. */

import { freed } from '../freed.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export class Reader {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #left = new Uint8Array() as Uint8Array;

  readonly #own: boolean;

  /** @param own whether the pieces are of this reader alone, which gives back their memory after it has copied them */
  constructor(source: Source, own = false) {
    this.#own = own;
    this.#pieces =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /**
   * So many bytes, or fewer if the source ends before. Holds no more than that and one piece.
   * @param room for the bytes; without it they may be a view of a piece
   */
  async take(bytes: number, room?: Uint8Array): Promise<Uint8Array> {
    if (!room && this.#left.length >= bytes) return this.#cut(bytes);
    const out = room?.subarray(0, bytes) ?? new Uint8Array(bytes);
    let filled = 0;
    while (filled < bytes) {
      if (this.#left.length === 0) {
        const { value, done } = await this.#pieces.next();
        if (done) break;
        this.#left = value;
      }
      const part = this.#cut(bytes - filled);
      out.set(part, filled);
      filled += part.length;
      if (this.#own && this.#left.length === 0) freed(part);
    }
    return out.subarray(0, filled);
  }

  #cut(bytes: number): Uint8Array {
    const part = this.#left.subarray(0, bytes);
    this.#left = this.#left.subarray(part.length);
    return part;
  }
}

export function joined(parts: readonly Uint8Array[]): Bytes {
  if (parts.length === 1) return parts[0] as Bytes;
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
