/**
 * Replaces `@smithy/core/checksum` in the bundles by Node's own hashes. The original adds hashes in JavaScript for
 * runtimes without them.
 */
import { createHash, createHmac, createSecretKey, type Hash, type Hmac } from 'node:crypto';
import { crc32 } from 'node:zlib';

type Data = string | ArrayBuffer | NodeJS.ArrayBufferView;

class NodeHash {
  readonly #make: () => Hash | Hmac;
  #hash: Hash | Hmac;

  constructor(name: string, secret?: Data) {
    // A key object: createHmac of Node 24 takes ten times as long with bytes.
    const key = secret ? createSecretKey(bytesOf(secret)) : null;
    this.#make = () => (key ? createHmac(name, key) : createHash(name));
    this.#hash = this.#make();
  }
  update(data: Data): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    this.#hash = this.#make();
  }
}

export class Sha256 extends NodeHash {
  constructor(secret?: Data) {
    super('sha256', secret);
  }
}

export class Md5 extends NodeHash {
  constructor() {
    super('md5');
  }
}

export class Crc32 {
  #value = 0;

  update(data: Data): void {
    this.#value = crc32(bytesOf(data), this.#value);
  }
  async digest(): Promise<Uint8Array> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return new Uint8Array(bytes);
  }
  reset(): void {
    this.#value = 0;
  }
}

export { Crc32 as Crc32Js, Crc32 as Crc32Node, Sha256 as Sha256Js, Sha256 as Sha256Node };

/** The functions send bytes, never streams. */
export const readableStreamHasher = () => {
  throw new Error('the bundles hold no code for the hash of a stream');
};

function bytesOf(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
