/**
 * Replaces `@smithy/core/checksum` in the bundles by Node's own hashes. The original adds hashes in JavaScript for
 * runtimes without them.
 */
import {
  createHash,
  createHmac,
  createSecretKey,
  type Hash,
  type Hmac,
  hash,
  type KeyObject,
} from 'node:crypto';
import { crc32 } from 'node:zlib';

type Data = string | ArrayBuffer | NodeJS.ArrayBufferView;

class NodeHash {
  readonly #name: string;
  readonly #key: KeyObject | null;
  readonly #text: string | null;
  /** The only piece so far. Most digests are of one piece, which takes one call. */
  #first: Data | undefined;
  #open: Hash | Hmac | undefined;

  constructor(name: string, secret?: Data) {
    this.#name = name;
    this.#text = typeof secret === 'string' ? secret : null;
    this.#key = secret ? keyOf(secret) : null;
  }
  update(data: Data): void {
    if (this.#first === undefined && !this.#open) this.#first = data;
    else this.#start().update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    const first = this.#first;
    if (this.#open || first === undefined) return this.#start().digest();
    if (this.#text !== null) return this.#remembered(this.#text, bytesOf(first).toString('latin1'));
    return this.#key ? this.#start().digest() : hash(this.#name, bytesOf(first), 'buffer');
  }
  /** The signer names the credentials in each call by such a digest. */
  #remembered(secret: string, data: string): Uint8Array {
    const name = `${this.#name} ${secret.length} ${secret}${data}`;
    const known = digests.get(name);
    if (known) return known;
    const digest = this.#start().digest();
    if (digests.size >= MOST_DIGESTS) digests.delete(digests.keys().next().value as string);
    digests.set(name, digest);
    return digest;
  }
  reset(): void {
    this.#open = undefined;
    this.#first = undefined;
  }
  #start(): Hash | Hmac {
    this.#open ??= this.#key ? createHmac(this.#name, this.#key) : createHash(this.#name);
    if (this.#first !== undefined) this.#open.update(bytesOf(this.#first));
    this.#first = undefined;
    return this.#open;
  }
}

/** A key object: createHmac of Node 24 takes ten times as long with bytes. The signer keeps the key of a day. */
function keyOf(secret: Data): KeyObject {
  if (typeof secret === 'string') return createSecretKey(bytesOf(secret));
  const known = keys.get(secret);
  if (known) return known;
  const key = createSecretKey(bytesOf(secret));
  keys.set(secret, key);
  return key;
}

const keys = new WeakMap<object, KeyObject>();
/** Of secrets that are texts. The credentials themselves stay in memory too. */
const digests = new Map<string, Uint8Array>();
const MOST_DIGESTS = 600;

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
