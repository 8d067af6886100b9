/** Operations of KMS with keys of external key stores: the inner wrapping is that of every key, the outer one is the store's. */

import type { EncryptionContext } from './context.ts';
import { KmsError } from './errors.ts';
import { type KeyStore, unwrapOutside, wrapOutside } from './key-store.ts';
import type { Key, KeyRing } from './keys.ts';
import { keysIn, type Operation } from './operations.ts';

interface Parts {
  ring: KeyRing;
  /** By account. */
  stores: ReadonlyMap<string, KeyStore>;
}

interface Input {
  KeyId?: string;
  EncryptionContext?: EncryptionContext;
  CiphertextBlob?: Buffer;
  SourceKeyId?: string;
  SourceEncryptionContext?: EncryptionContext;
  DestinationKeyId?: string;
  DestinationEncryptionContext?: EncryptionContext;
}

/** Whether a call names a key of a store. */
export const usesStore = (ring: KeyRing, stores: Parts['stores'], input: object): boolean =>
  stores.size > 0 && keysIn(input).some((id) => ring.known(id)?.external !== undefined);

/** @throws KmsError KMSInvalidStateException if the store does not answer, or refuses */
export async function performOutside(
  { ring, stores }: Parts,
  operation: Operation,
  input: Input,
  cause: Parameters<typeof wrapOutside>[4],
): Promise<Record<string, unknown>> {
  const keyOf = (id: string | undefined) => (id === undefined ? undefined : ring.known(id));
  const storeOf = (key: Key | undefined) => {
    if (key?.external === undefined || key.state !== 'Enabled') return null;
    const store = stores.get(key.account ?? '');
    if (!store) throw new KmsError('KMSInvalidStateException', 'The external key store is not connected');
    return { store, key };
  };
  const { CiphertextBlob: blob } = input;
  const source = storeOf(keyOf(input.SourceKeyId ?? (blob && input.KeyId)));
  const from = input.SourceEncryptionContext ?? input.EncryptionContext ?? new Map();
  const opened =
    source && blob
      ? { ...input, CiphertextBlob: await unwrapOutside(source.store, source.key, blob, from, cause) }
      : input;
  const output = operation.run(ring, opened);
  const target = storeOf(keyOf(input.DestinationKeyId ?? input.KeyId));
  const made = output['CiphertextBlob'];
  if (!target || typeof made !== 'string') return output;
  const to = input.DestinationEncryptionContext ?? input.EncryptionContext ?? new Map();
  const wrapped = await wrapOutside(target.store, target.key, Buffer.from(made, 'base64'), to, cause);
  return { ...output, CiphertextBlob: wrapped.toString('base64') };
}
