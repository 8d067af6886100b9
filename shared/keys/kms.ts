import type { KMSClient } from '@aws-sdk/client-kms';

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
