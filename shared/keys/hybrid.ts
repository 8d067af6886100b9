/**
 * Seals a text by HPKE (draft-ietf-hpke-hpke, base mode) with X-Wing: ML-KEM-768 and X25519, so that a copy that is recorded now
 * stays closed unless both are broken. Node's own functions, for the sender alone. docs/formats/sealed.md has the format.
 */

import type { KeyObject } from 'node:crypto';
import {
  createCipheriv,
  createHmac,
  createSecretKey,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  hash,
} from 'node:crypto';

/** X-Wing, HKDF-SHA-256, AES-256-GCM. */
const SUITE = Buffer.from('HPKE\x64\x7a\x00\x01\x00\x02', 'latin1');
const VERSION_AND_KEM = Buffer.from([1, 0x64, 0x7a]);
const MEDIA = Buffer.from('application/fieldgate-sealed');
const XWING = Buffer.from('\\.//^\\');

type Recipient = { kem: KeyObject; x25519: KeyObject; raw: Uint8Array };

/** What is the same in each answer to one key: the first bytes, and the context of HPKE's key schedule. */
const kept = new WeakMap<Recipient, { head: Buffer; context: Buffer }>();

/**
 * @returns base64url of version, KEM, SHA-256 of the recipient's key, encapsulation and ciphertext. The first three are
 * HPKE's `info`, after the media type.
 */
export function sealHybrid(key: Recipient, text: string): string {
  const { head, context } = kept.get(key) ?? begin(key);
  const { secret, sent } = encapsulated(key);
  const { aead, nonce } = schedule(secret, context);
  const cipher = createCipheriv('aes-256-gcm', aead, nonce, { authTagLength: 16 });
  const parts = [head, sent, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  for (const bytes of [secret, aead]) bytes.fill(0);
  return Buffer.concat(parts).toString('base64url');
}

function begin(key: Recipient): { head: Buffer; context: Buffer } {
  const head = Buffer.concat([VERSION_AND_KEM, hash('sha256', key.raw, 'buffer')]);
  const hashes = [
    extract(NONE, 'psk_id_hash', NONE),
    extract(NONE, 'info_hash', Buffer.concat([MEDIA, head])),
  ];
  const begun = { head, context: Buffer.concat([BASE_MODE, ...hashes]) };
  kept.set(key, begun);
  return begun;
}

function encapsulated({ kem, x25519, raw }: Recipient) {
  const { sharedKey, ciphertext } = encapsulate(kem);
  const own = generateKeyPairSync('x25519');
  const agreed = diffieHellman({ privateKey: own.privateKey, publicKey: x25519 });
  // As DER it takes thirty times as long.
  const point = Buffer.from(own.publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  const input = Buffer.concat([sharedKey, agreed, point, raw.subarray(-32), XWING]);
  const secret = hash('sha3-256', input, 'buffer');
  for (const bytes of [sharedKey, agreed, input])
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).fill(0);
  return { secret, sent: Buffer.concat([ciphertext, point]) };
}

const BASE_MODE = Buffer.from([0]);
const NONE = Buffer.alloc(0);
const LABEL = Buffer.from('HPKE-v1');

/** HPKE's key schedule, base mode: each output fits into one block of HKDF-SHA-256. */
function schedule(secret: Uint8Array, context: Buffer): { aead: Buffer; nonce: Buffer } {
  const root = extract(secret, 'secret', NONE);
  const expand = (label: string, length: number) =>
    mac(root, Buffer.from([0, length]), LABEL, SUITE, Buffer.from(label), context, Buffer.from([1])).subarray(
      0,
      length,
    );
  return { aead: expand('key', 32), nonce: expand('base_nonce', 12) };
}

const extract = (salt: Uint8Array, label: string, input: Uint8Array) =>
  mac(salt, LABEL, SUITE, Buffer.from(label), input);

/** With bytes in place of a key object, Node takes three times as long. */
const mac = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', createSecretKey(key)).update(Buffer.concat(parts)).digest();
