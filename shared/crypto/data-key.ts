/**
 * A data key is used through three keys derived from it, never itself. The holder shows nothing in
 * errors, JSON or inspection; only this folder reads it.
 */
import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { view } from '../bytes.ts';
import { FORMAT_VERSION, keyIdBytes, SealBroken } from './field-format.ts';
import { derivationInfo, fieldAad, type KeyUse } from './place.ts';
import { expand, extract, intoKey } from './primitives.ts';
import { AES_256_GCM_HKDF_SHA256, type Suite } from './suites.ts';

interface Secrets {
  encryption: KeyObject;
  manifest: KeyObject;
  /** Not secret: pins the key. */
  commitment: Buffer;
  /** Not secret: version, suite id and key id, as every ciphertext under the key begins. */
  header: Buffer;
  aad: (field: string) => Buffer;
  /** Whether the key was compared with a stored commitment, without which it opens nothing. */
  opens: boolean;
}

/** What `DataKey` holds. For this folder alone. */
export let secretsOf: (key: DataKey) => Secrets;

export class DataKey {
  readonly use: KeyUse;
  readonly suite: Suite;
  readonly #secrets: Secrets;

  static {
    secretsOf = (key) => key.#secrets;
  }

  private constructor(use: KeyUse, suite: Suite, secrets: Secrets) {
    this.use = use;
    this.suite = suite;
    this.#secrets = secrets;
  }

  /**
   * A new data key, which seals and opens nothing.
   * @param raw 32 bytes, which become ours and are overwritten, whatever happens
   */
  static fromRaw(use: KeyUse, raw: Uint8Array, suite: Suite = AES_256_GCM_HKDF_SHA256): DataKey {
    return new DataKey(...derive(use, suite, raw));
  }

  /**
   * A data key as unwrapped, to open with.
   * @param raw as in `fromRaw`
   * @param commitment what stands beside the wrapped key; the comparison takes the same time wherever they differ
   * @throws SealBroken when it is another key's, or that of another use
   */
  static fromStored(
    use: KeyUse,
    raw: Uint8Array,
    commitment: Uint8Array,
    suite: Suite = AES_256_GCM_HKDF_SHA256,
  ): DataKey {
    const [frozen, , secrets] = derive(use, suite, raw);
    const own = secrets.commitment;
    if (commitment.length !== own.length || !timingSafeEqual(commitment, own)) throw new SealBroken();
    return new DataKey(frozen, suite, { ...secrets, opens: true });
  }

  /** 32 public bytes that pin this very key and its use, to be stored with the wrapped key. */
  get commitment(): Buffer {
    return Buffer.from(this.#secrets.commitment);
  }

  toJSON(): string {
    return 'DataKey';
  }

  [inspect.custom](): string {
    return 'DataKey';
  }
}

function derive(given: KeyUse, suite: Suite, raw: Uint8Array): [KeyUse, Suite, Secrets] {
  try {
    if (raw.length !== suite.keyBytes) throw new RangeError('a data key has 32 bytes');
    const use = Object.freeze({ ...given, place: Object.freeze({ ...given.place }) });
    const secret = extract(suite, raw);
    const info = derivationInfo(suite, use);
    const output = (label: string) => expand(suite, secret, info(label));
    const secrets = {
      encryption: intoKey(output('fieldgate encryption v1')),
      manifest: intoKey(output('fieldgate manifest v1')),
      commitment: output('fieldgate commitment v1'),
      header: Buffer.concat([Buffer.of(FORMAT_VERSION, suite.id), keyIdBytes(use.keyId)]),
      aad: fieldAad(suite, use),
      opens: false,
    };
    return [use, suite, secrets];
  } finally {
    view(raw).fill(0);
  }
}
