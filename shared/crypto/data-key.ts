/**
 * A data key is never used itself: other keys are derived from it. The holder object hides them from errors,
 * JSON and inspection. Only this folder reads them.
 */
import { type KeyObject, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { view } from '../bytes.ts';
import { FORMAT_VERSION, keyIdBytes, SealBroken } from './field-format.ts';
import { derivationInfo, encodeUse, fieldAad, type KeyUse } from './place.ts';
import { expand, extract, type FieldKeys, intoKey, isAead } from './primitives.ts';
import { type Suite, suiteNamed } from './suites.ts';

interface Secrets {
  keys: FieldKeys;
  manifest: KeyObject;
  /** Not secret: commits to the key and its suite. */
  commitment: Buffer;
  /** Not secret: version, suite id and key id, the first bytes of every ciphertext under the key. */
  header: Buffer;
  aad: (field: string) => Buffer;
  /** Whether the key was compared with a stored commitment. Without that it can't open anything. */
  opens: boolean;
}

/** The contents of a `DataKey`. Only this folder uses it. */
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
   * @param raw as many bytes as the suite says; this function takes them over and overwrites them, even if it throws
   */
  static fromRaw(use: KeyUse, raw: Uint8Array, suite: Suite): DataKey {
    return new DataKey(...derive(use, suite, raw));
  }

  /**
   * An unwrapped data key, for opening.
   * @param raw as in `fromRaw`
   * @param commitment stored with the wrapped key; names the suite, and is compared in constant time
   * @throws SealBroken if the commitment is of another key, another use or another suite
   */
  static fromStored(use: KeyUse, raw: Uint8Array, commitment: Uint8Array): DataKey {
    const suite = suiteNamed('prefix', view(commitment).toString('latin1').slice(0, -32));
    if (!suite || raw.length !== suite.keyBytes) {
      view(raw).fill(0);
      throw new SealBroken();
    }
    const [frozen, , secrets] = derive(use, suite, raw);
    const own = secrets.commitment;
    if (commitment.length !== own.length || !timingSafeEqual(commitment, own)) throw new SealBroken();
    return new DataKey(frozen, suite, { ...secrets, opens: true });
  }

  /** Public bytes that commit to this key, its use and its suite; stored with the wrapped key. */
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
    if (raw.length !== suite.keyBytes)
      throw new RangeError('a data key of another length than its suite says');
    const use = Object.freeze({ ...given, place: Object.freeze({ ...given.place }) });
    const secret = extract(suite, raw);
    const shared = encodeUse(suite, use);
    const info = derivationInfo(suite, use, shared);
    const output = (label: string) => expand(suite, secret, info(label));
    const secrets = {
      keys: {
        encryption: intoKey(output('fieldgate encryption v1'), suite.keyBytes),
        authentication: isAead(suite) ? null : intoKey(output('fieldgate authentication v1')),
      },
      manifest: intoKey(output('fieldgate manifest v1')),
      commitment: Buffer.concat([Buffer.from(suite.prefix), output('fieldgate commitment v1')]),
      header: Buffer.concat([Buffer.of(FORMAT_VERSION, suite.id), keyIdBytes(use.keyId)]),
      aad: fieldAad(suite, use, shared),
      opens: false,
    };
    return [use, suite, secrets];
  } finally {
    view(raw).fill(0);
  }
}
