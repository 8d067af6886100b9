/**
 * The decoy: a subject that stands in the store like any other and is nobody. Where a request leads to nobody,
 * or to somebody who may not be opened, the decoy's keys are unwrapped in their place, so that the work done
 * does not tell.
 */
import { toBase64url } from '../../shared/bytes.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { generateMac } from '../../shared/keys/mac.ts';
import { perClient } from '../../shared/keys/per-client.ts';
import { keyVersions } from '../../shared/keys/versions.ts';
import type { Pack } from '../../shared/policy/pack.ts';
import type { Deps } from './deps.ts';

const known = perClient<string>(10);

/** The decoy's subject id. It follows from a key that never leaves KMS, so nobody can ask for it. */
export function decoySubject({ kms, env }: Deps<'referenceKey'>, collection: string): Promise<string> {
  // The first key: the decoy stays the same when references get a new one.
  const [key = ''] = keyVersions(env.referenceKey);
  return known(kms, JSON.stringify([key, collection]), async () => {
    const mac = await generateMac(kms, key, encodeParts('fieldgate decoy v1', collection));
    return toBase64url(mac.subarray(0, 16));
  });
}

/** Owner to the fields that the decoy must hold: all that any programme reads, each of its first owner. */
export function decoyFields(pack: Pack): Map<string, string[]> {
  const fields = new Set<string>([...pack.programmes.values()].flatMap((programme) => programme.fields));
  for (const { purpose } of pack.programmes.values()) {
    for (const { kind } of pack.purposes.get(purpose)?.kinds ?? [])
      for (const fact of pack.consent.kinds[kind]?.facts ?? []) fields.add(fact);
  }
  const owners = new Map<string, string[]>();
  for (const field of [...fields].sort()) {
    const owner = pack.fields.get(field)?.owners[0];
    if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), field]);
  }
  return owners;
}
