import { hash } from 'node:crypto';
import { encodeParts, sizeOfPart, writePart } from '../encoding.ts';
import type { KeyId, LogId, SubjectId } from '../ids.ts';
import type { Suite } from './suites.ts';

/** The place of a data key. Every ciphertext under the key is bound to it. */
export interface Place {
  collection: string;
  /** Opaque subject id: 16 random bytes as unpadded base64url. */
  subject: SubjectId;
  /** Department that owns the sheet. */
  owner: string;
  class: string;
}

/** A data key and the write that it belongs to. */
export interface KeyUse {
  place: Place;
  /** Random id of the subject in the log. */
  logId: LogId;
  keyId: KeyId;
  /** Sheet version of the write that made the key, and its instant (RFC 3339). */
  version: number;
  at: string;
  /** Instant of each field's own write, if it differs because maintenance made the key. */
  asOf?: ReadonlyMap<string, string>;
}

/** The part that all derivations and AADs of one key share: suite, place, version and key id. */
export function encodeUse(suite: Suite, { place, version, keyId }: KeyUse): Buffer {
  const { collection, subject, owner } = place;
  return encodeParts(suite.id, collection, subject, owner, place.class, version, keyId);
}

/**
 * The `info` of each derivation from a data key. It covers everything that is stored with the wrapped key, so
 * a changed instant or log id breaks the commitment.
 * @param shared what `encodeUse` makes of the use
 */
export function derivationInfo(
  suite: Suite,
  use: KeyUse,
  shared: Buffer = encodeUse(suite, use),
): (label: string) => Buffer {
  const after = encodeParts(use.logId, use.at, ...carriedInstants(suite, use));
  return (label) => Buffer.concat([labelOf(label), shared, after]);
}

const labels = new Map<string, Buffer>();

/** The encoding of one of the few labels, made once. */
function labelOf(label: string): Buffer {
  const known = labels.get(label) ?? encodeParts(label);
  labels.set(label, known);
  return known;
}

/**
 * Empty if no instants were carried over. Otherwise a digest of all of them, because the length of `info` is
 * limited.
 */
function carriedInstants(suite: Suite, { asOf }: KeyUse): Buffer[] {
  if (!asOf || asOf.size === 0) return [];
  const pairs = [...asOf.keys()].sort().flatMap((field) => [field, asOf.get(field) as string]);
  return [hash(suite.hash, encodeParts('fieldgate as of v1', ...pairs), 'buffer')];
}

/**
 * AAD of a field: suite, place, version of the sheet at the write, key id, then the field.
 * @param shared as for `derivationInfo`
 * @returns a function whose result is valid until the next AAD is made
 */
export function fieldAad(
  suite: Suite,
  use: KeyUse,
  shared: Buffer = encodeUse(suite, use),
): (field: string) => Buffer {
  const before = Buffer.concat([labelOf('fieldgate field v1'), shared]);
  return (field) => {
    const size = before.length + sizeOfPart(field);
    const out = size <= scratch.length ? scratch.subarray(0, size) : Buffer.allocUnsafe(size);
    before.copy(out);
    writePart(out, before.length, field);
    return out;
  };
}

// OpenSSL reads the AAD before it returns, and nothing in it is secret. So one buffer serves all fields.
const scratch = Buffer.alloc(1024);
