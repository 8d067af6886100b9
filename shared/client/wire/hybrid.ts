/**
 * Opens what is sealed by HPKE with X-Wing (ML-KEM-768 and X25519), by Web Crypto. Loaded only for a key of that kind.
 * docs/formats/sealed.md has the format.
 */

import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { base64url } from 'jose';

/** A private key that may be one of the page, which nothing can export. */
export interface HybridKey {
  /** The public key, 1,216 bytes. */
  raw: Uint8Array<ArrayBuffer>;
  /** @returns the shared secret, another one for bytes that were changed. @throws Error for a point of X25519 of small order */
  decapsulate(sent: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The public half as a JWK. */
export interface HybridJwk {
  kty: 'AKP';
  alg: 'X-Wing';
  pub: string;
}

/** The private key as a JWK. */
type HybridSeed = Omit<HybridJwk, 'pub'> & { priv: string };

type Bytes = Uint8Array<ArrayBuffer>;

/** What this Web Crypto must have; type libraries do not name it yet. */
interface Subtle {
  decapsulateBits(algorithm: object, key: CryptoKey, sent: Bytes): Promise<ArrayBuffer>;
  exportKey(format: 'raw-public', key: CryptoKey): Promise<ArrayBuffer>;
  generateKey(algorithm: object, extractable: boolean, usages: string[]): Promise<CryptoKeyPair>;
  importKey(
    format: string,
    bytes: Bytes,
    algorithm: object,
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey>;
}
type CryptoKey = Parameters<typeof crypto.subtle.deriveBits>[1];
type CryptoKeyPair = { privateKey: CryptoKey; publicKey: CryptoKey };

const subtle = crypto.subtle as unknown as Subtle;
const KEM = { name: 'ML-KEM-768' };
const X25519 = { name: 'X25519' };

const VERSION_AND_KEM = [1, 0x64, 0x7a];
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const SUITE = ascii('HPKE\x64\x7a\x00\x01\x00\x02');
const MEDIA = ascii('application/fieldgate-sealed');
const XWING = ascii('\\.//^\\');

/**
 * By a library, because Web Crypto takes no such seed everywhere, and a file that holds the seed hides nothing.
 * @param jwk `{ kty: 'AKP', alg: 'X-Wing', priv }`, whose `priv` is the seed of 32 bytes. @throws TypeError for another
 */
export async function hybridKey({ kty, alg, priv }: Record<string, unknown>): Promise<HybridKey> {
  const seed = typeof priv === 'string' ? base64url.decode(priv) : new Uint8Array();
  if (kty !== 'AKP' || alg !== 'X-Wing' || seed.length !== 32)
    throw new TypeError('hybrid must be a private JWK of X-Wing');
  const [{ ml_kem768: kem }, { x25519 }] = await Promise.all([
    import('@noble/post-quantum/ml-kem.js'),
    import('@noble/curves/ed25519.js'),
  ]);
  const halves = shake256(seed, { dkLen: 96 });
  const { publicKey, secretKey } = kem.keygen(halves.slice(0, 64));
  const [own, point] = [halves.slice(64), x25519.getPublicKey(halves.slice(64))];
  return keyOf(publicKey, point, async (first, theirs) => [
    kem.decapsulate(first, secretKey),
    x25519.getSharedSecret(own, theirs),
  ]);
}

/** A new private key for a file. */
export function newHybridSeed(): HybridSeed {
  return { kty: 'AKP', alg: 'X-Wing', priv: base64url.encode(crypto.getRandomValues(new Uint8Array(32))) };
}

/** A key of this page: where the browser has ML-KEM, nothing can export its private halves. */
export async function newHybridKey(): Promise<HybridKey> {
  try {
    const [kem, x25519] = await Promise.all([
      subtle.generateKey(KEM, false, ['decapsulateBits', 'encapsulateBits']),
      subtle.generateKey(X25519, false, ['deriveBits']),
    ]);
    const halves = await Promise.all(
      [kem, x25519].map(({ publicKey }) => subtle.exportKey('raw-public', publicKey)),
    );
    const [one, other] = halves.map((bytes) => new Uint8Array(bytes)) as [Bytes, Bytes];
    return keyOf(one, other, async (first, theirs) => {
      const point = await subtle.importKey('raw', theirs, X25519, false, []);
      return Promise.all([
        subtle.decapsulateBits(KEM, kem.privateKey, first),
        crypto.subtle.deriveBits({ ...X25519, public: point } as never, x25519.privateKey, 256),
      ]);
    });
  } catch {
    return hybridKey({ ...newHybridSeed() });
  }
}

export function publicJwk({ raw }: HybridKey): HybridJwk {
  return { kty: 'AKP', alg: 'X-Wing', pub: base64url.encode(raw) };
}

type Secret = Uint8Array | ArrayBuffer;

/** @param agree gives the secrets of ML-KEM and of X25519, for the two parts of an encapsulation */
function keyOf(
  kem: Uint8Array,
  point: Uint8Array,
  agree: (first: Bytes, theirs: Bytes) => Promise<Secret[]>,
): HybridKey {
  const decapsulate = async (sent: Bytes) => {
    const theirs = sent.slice(1088);
    const [first = [], second = []] = await agree(sent.slice(0, 1088), theirs);
    return sha3_256(joined(first, second, theirs, point, XWING));
  };
  return { raw: joined(kem, point), decapsulate };
}

/**
 * @returns the text inside
 * @throws Error without a distinction that a caller could use: another recipient, format or version, a changed byte
 */
export async function openHybrid(key: HybridKey, sealed: string): Promise<string> {
  const bytes = base64url.decode(sealed) as Bytes;
  const head = joined(VERSION_AND_KEM, sha256(key.raw));
  if (!head.every((byte, at) => bytes[at] === byte))
    throw new Error('sealed for another key or in another way');
  const secret = await key.decapsulate(bytes.slice(head.length, head.length + 1120));
  const [aead, nonce] = schedule(secret, joined(MEDIA, head));
  const gcm = await crypto.subtle.importKey('raw', aead, 'AES-GCM', false, ['decrypt']);
  const way = { name: 'AES-GCM', iv: nonce, tagLength: 128 };
  const text = await crypto.subtle.decrypt(way, gcm, bytes.slice(head.length + 1120));
  return new TextDecoder('utf-8', { fatal: true }).decode(text);
}

/** HPKE's key schedule, base mode. @returns key and nonce of the only message */
function schedule(secret: Uint8Array, info: Uint8Array): [Bytes, Bytes] {
  const labelled = (label: string, input: Uint8Array) => joined(ascii('HPKE-v1'), SUITE, ascii(label), input);
  const drawn = (salt: Uint8Array, label: string, input: Uint8Array) =>
    extract(sha256, labelled(label, input), salt);
  const none = new Uint8Array(0);
  const context = joined([0], drawn(none, 'psk_id_hash', none), drawn(none, 'info_hash', info));
  const root = drawn(secret, 'secret', none);
  const part = (label: string, length: number) =>
    expand(sha256, root, joined([0, length], labelled(label, context)), length) as Bytes;
  return [part('key', 32), part('base_nonce', 12)];
}

function joined(...parts: (ArrayLike<number> | ArrayBuffer)[]): Bytes {
  return Uint8Array.from(
    parts.flatMap((part) => [...(part instanceof ArrayBuffer ? new Uint8Array(part) : Array.from(part))]),
  );
}
