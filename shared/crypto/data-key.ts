/**
 * A data key is used through three keys derived from it, never itself. The holder shows nothing in
 * errors, JSON or inspection; only this folder reads it.
 */
import { createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import { view } from '../bytes.ts';
import { encodeParts } from './encoding.ts';
import { fieldAad, type Place } from './place.ts';
import { AES_256_GCM_HKDF_SHA256, type Suite } from './suites.ts';

/** Which data key, and the write it belongs to. */
export interface KeyUse {
  place: Place;
  keyId: string;
  /** Sheet version of the write that made the key. */
  version: number;
}

export class DataKey {
  readonly use: KeyUse;
  readonly suite: Suite;
  readonly #encryption: KeyObject;
  readonly #manifest: KeyObject;
  readonly #commitment: Buffer;
  readonly #aad: (field: string) => Buffer;

  private constructor(use: KeyUse, suite: Suite, raw: Uint8Array) {
    this.use = use;
    this.suite = suite;
    const secret = createSecretKey(raw);
    view(raw).fill(0);
    const derive = (label: string) =>
      Buffer.from(hkdfSync(suite.hash, secret, '', encodeParts(label, suite.id, use.keyId), 32));
    this.#encryption = intoKey(derive('fieldgate encryption v1'));
    this.#manifest = intoKey(derive('fieldgate manifest v1'));
    this.#commitment = derive('fieldgate commitment v1');
    this.#aad = fieldAad(suite.id, use.place, use.version, use.keyId);
  }

  /** Takes ownership of `raw` (32 bytes) and overwrites it. */
  static fromRaw(use: KeyUse, raw: Uint8Array, suite: Suite = AES_256_GCM_HKDF_SHA256): DataKey {
    if (raw.length !== suite.keyBytes) throw new RangeError('a data key has 32 bytes');
    return new DataKey(use, suite, raw);
  }

  /** 32 public bytes that pin this very key; stored with the wrapped key. */
  get commitment(): Buffer {
    return this.#commitment;
  }

  /** Constant time; to be asked before anything is opened. */
  commitsTo(stored: Uint8Array): boolean {
    return stored.length === this.#commitment.length && timingSafeEqual(stored, this.#commitment);
  }

  /** For seal.ts and open.ts alone. */
  get encryption(): KeyObject {
    return this.#encryption;
  }

  /** For manifest.ts alone. */
  get manifest(): KeyObject {
    return this.#manifest;
  }

  aad(field: string): Buffer {
    return this.#aad(field);
  }

  toJSON(): string {
    return 'DataKey';
  }
}

function intoKey(raw: Buffer): KeyObject {
  const key = createSecretKey(raw);
  raw.fill(0);
  return key;
}
