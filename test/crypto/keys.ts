/** Data keys for tests: the raw bytes are kept, so that the same key can be made again and broken. */

import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { SealBroken } from '../../shared/crypto/field-format.ts';
import type { KeyUse, Place } from '../../shared/crypto/place.ts';
import { AES_256_GCM_HKDF_SHA256, type Suite } from '../../shared/crypto/suites.ts';
import { asKeyId, asLogId, asSubjectId } from '../../shared/ids.ts';

export const id = () => randomBytes(16).toString('base64url');

const SUBJECT = id();
const LOG_ID = id();

export type Changes = Partial<Omit<KeyUse, 'place'> & Place>;

export function useOf(changes: Changes = {}): KeyUse {
  const { collection, subject, owner, class: name, ...rest } = changes;
  return {
    place: {
      collection: collection ?? 'children',
      subject: asSubjectId(subject ?? SUBJECT),
      owner: owner ?? 'MPS',
      class: name ?? 'identity-name',
    },
    logId: asLogId(LOG_ID),
    keyId: asKeyId(id()),
    version: 1,
    at: '2026-03-02T08:00:00.000Z',
    ...rest,
  };
}

/** A key as a write makes it and as a release unwraps it. */
export function keyPair(
  changes: Changes = {},
  suite: Suite = AES_256_GCM_HKDF_SHA256,
  raw: Buffer = randomBytes(suite.keyBytes),
) {
  const use = useOf(changes);
  const sealing = DataKey.fromRaw(use, Buffer.from(raw), suite);
  const opening = DataKey.fromStored(use, Buffer.from(raw), sealing.commitment);
  return { use, suite, raw, sealing, opening, commitment: sealing.commitment };
}

/** The same raw bytes for another use, as for a moved ciphertext if KMS is deceived. */
export function sameRaw(pair: ReturnType<typeof keyPair>, changes: Changes) {
  return keyPair({ ...pair.use.place, ...withoutPlace(pair.use), ...changes }, pair.suite, pair.raw);
}

function withoutPlace({ place: _, ...rest }: KeyUse): Omit<KeyUse, 'place'> {
  return rest;
}

/** The one error, with no more in it for one cause than for another. */
export function broken(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(SealBroken);
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'name', 'stack']);
    expect((error as Error).message).toBe(new SealBroken().message);
    return;
  }
  expect.fail('it opened');
}
