import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { view } from '../bytes.ts';
import type { KeyId, SubjectId } from '../ids.ts';

/** Keeps a value that was made once, under a name. */
interface PerClient<T> {
  (kms: KMSClient, name: string, make: () => Promise<T>): Promise<T>;
  /** Drops the value, so that it is made again next time. */
  drop(kms: KMSClient, name: string): void;
}

/**
 * A bounded cache for constant answers of KMS and for keys that only KMS can open: public keys and reference
 * keys, never data keys. Concurrent first calls share one request, and a failure is not cached. The oldest
 * entry is evicted first.
 * @param kept entries for each client
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

/**
 * The encryption context that KMS binds to a wrapped data key. All of it is opaque or public, because
 * CloudTrail shows it in clear.
 */
export interface KeyPlace {
  collection: string;
  class: string;
  owner: string;
  subject: SubjectId;
  keyId: KeyId;
}

/** Built from what the caller already knows. A stored copy would be unauthenticated. */
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
 * HMAC-SHA-256 over `message` (at most 4,096 bytes) under a key that never leaves KMS.
 * @returns 32 bytes; if they are used as a key, the caller must overwrite them
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
 * A setting that names the keys of one use in the order of their versions, separated by spaces. The last one
 * makes new values, the earlier ones still read old values. A single key is version 1.
 * @returns key ARNs; version n is at index n - 1
 */
export function keyVersions(setting: string): string[] {
  return setting.split(' ');
}

/** Whether KMS answered for the key that was named: an alias, by a key of its account and region. */
export function isKeyOf(named: string, answered: string | undefined): boolean {
  const [place, alias] = named.split(':alias/');
  return alias === undefined ? answered === named : answered?.startsWith(`${place}:key/`) === true;
}
