/**
 * Replaces `@smithy/core/checksum` in the bundles by Node's own hashes. The original adds hashes in JavaScript for
 * runtimes without them.
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';

type Data = string | ArrayBuffer | NodeJS.ArrayBufferView;

/** What the SDK hashes is short and complete when its digest is asked for, so it is hashed in one call. */
class NodeHash {
  readonly #name: string;
  readonly #key: Key | null;
  #parts: Buffer[] = [];

  constructor(name: string, secret?: Data) {
    this.#name = name;
    this.#key = secret ? keyOf(secret) : null;
  }
  update(data: Data): void {
    this.#parts.push(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    const [first, ...more] = this.#parts;
    const all = first && more.length === 0 ? first : Buffer.concat(this.#parts);
    return this.#key ? macOf(this.#key, this.#name, all) : hash(this.#name, all, 'buffer');
  }
  reset(): void {
    this.#parts = [];
  }
}

/** A secret with the last of its HMACs. */
interface Key {
  object: KeyObject;
  last?: { message: Buffer; mac: Buffer };
}

/**
 * A key object, because `createHmac` of Node 24 takes ten times as long with bytes. The signer gives the same secret in each
 * call: the secret access key as text, and the day's signing key as the bytes that it keeps.
 */
function keyOf(secret: Data): Key {
  let key = kept.get(secret);
  if (key) return key;
  if (kept.size === MOST) kept.clear();
  key = { object: createSecretKey(bytesOf(secret)) };
  kept.set(secret, key);
  return key;
}

const kept = new Map<Data, Key>();
const MOST = 16;

/** The signer asks for the same HMAC in each call, to name its cache. */
function macOf(key: Key, name: string, message: Buffer): Buffer {
  if (key.last?.message.equals(message)) return key.last.mac;
  const mac = createHmac(name, key.object).update(message).digest();
  key.last = { message, mac };
  return mac;
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
  throw new Error('no code for the hash of a stream');
};

function bytesOf(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
