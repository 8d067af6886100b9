import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';

/** Keeps what was made once under a name. */
export interface PerClient<T> {
  (kms: KMSClient, name: string, make: () => Promise<T>): Promise<T>;
  /** Makes it anew next time. */
  drop(kms: KMSClient, name: string): void;
}

/**
 * A bounded cache of what KMS answers for ever alike, or what only KMS can open: public keys and reference
 * keys, never data keys. Concurrent first calls share one, a failure is not kept, and the oldest entry leaves
 * first.
 * @param kept entries per client
 */
export function perClient<T>(kept: number): PerClient<T> {
  const clients = new WeakMap<KMSClient, Map<string, Promise<T>>>();
  const get = (kms: KMSClient, name: string, make: () => Promise<T>): Promise<T> => {
    const known = clients.get(kms) ?? new Map<string, Promise<T>>();
    clients.set(kms, known);
    const found = known.get(name);
    if (found) return found;
    const made = make();
    known.set(name, made);
    made.catch(() => known.get(name) === made && known.delete(name));
    if (known.size > kept) known.delete(known.keys().next().value as string);
    return made;
  };
  return Object.assign(get, {
    drop: (kms: KMSClient, name: string) => void clients.get(kms)?.delete(name),
  });
}

/** What KMS binds a wrapped data key to. All of it is opaque or public: CloudTrail shows it in clear. */
export interface KeyPlace {
  collection: string;
  class: string;
  owner: string;
  subject: string;
  keyId: string;
}

/** From what the caller of this already knows: a stored copy would be somebody else's word. */
export function encryptionContext(place: KeyPlace): Record<string, string> {
  return {
    collection: place.collection,
    class: place.class,
    owner: place.owner,
    subject: place.subject,
    keyId: place.keyId,
  };
}

/**
 * HMAC-SHA-256 over `message` (at most 4,096 bytes) by a key that never leaves KMS.
 * @returns 32 bytes; where they serve as a key, the caller must overwrite them
 */
export async function generateMac(kms: KMSClient, keyId: string, message: Uint8Array): Promise<Buffer> {
  const answer = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
  );
  const { Mac: mac } = answer;
  if (mac?.length === 32 && answer.KeyId === keyId && answer.MacAlgorithm === 'HMAC_SHA_256')
    return view(mac);
  if (mac) view(mac).fill(0);
  throw new Error('KMS answered for another key');
}

/**
 * A setting that names the keys of one use in the order of their versions, separated by spaces: the last
 * makes what is new, the ones before still read what is old. One key alone is version 1.
 * @returns key ARNs; version n stands at n - 1
 */
export function keyVersions(setting: string): string[] {
  return setting.split(' ');
}
