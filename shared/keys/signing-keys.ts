import type { KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { type KmsSigningAlgorithm, kmsSign, publicKeyOf } from './sign.ts';

/**
 * A setting names the keys of one use, separated by spaces. The first one signs; all are published, and what any of
 * them signed is accepted. See docs/operate/keys.md for the order of a change.
 */
export function signingKeys(setting: string): readonly string[] {
  return setting.split(' ');
}

export function signingKey(setting: string): string {
  return signingKeys(setting)[0] as string;
}

/** Signs under the first key of the setting. See `kmsSign`. */
export function signUnder(
  kms: KMSClient,
  setting: string,
  algorithm: KmsSigningAlgorithm,
  message: Uint8Array,
): Promise<Buffer> {
  return kmsSign(kms, signingKey(setting), algorithm, message);
}

/** The public halves of all keys of the setting, in its order. */
export function publicKeysOf(kms: KMSClient, setting: string): Promise<KeyObject[]> {
  return Promise.all(signingKeys(setting).map((key) => publicKeyOf(kms, key)));
}
