/**
 * The decoy: a subject that stands in the store like any other and is nobody. Where a request leads to nobody,
 * or to somebody who may not be opened, the decoy's keys are unwrapped in their place, so that the work done
 * does not tell.
 */

import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { perClient } from '../../shared/keys/kms.ts';
import { generateMac } from '../../shared/keys/mac.ts';
import { keyVersions } from '../../shared/keys/versions.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Deps } from '../deps.ts';
import { loadHolding } from '../steps/holding.ts';
import type { Holding } from '../steps/open-sheets.ts';

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

/** Milliseconds for which one process keeps what it read of the decoy; only KMS opens what is in it. */
const KEPT = 300_000;
const holdings = perClient<{ at: number; holding: Holding } | null>(10);

/**
 * The decoy as it is stored, read once for many requests.
 * @returns `null` while the deployment has none
 */
export async function decoyHolding(
  deps: Deps<'referenceKey' | 'keysTable' | 'sheetsTable'>,
  pack: Pack,
): Promise<Holding | null> {
  const name = JSON.stringify([deps.env.keysTable, pack.collection, pack.hash]);
  const read = async () => {
    const { item, sheets } = await loadHolding(deps, await decoySubject(deps, pack.collection));
    return item && { at: deps.now(), holding: { item, sheets } };
  };
  const found = await holdings(deps.kms, name, read);
  if (found && Math.abs(deps.now() - found.at) < KEPT) return found.holding;
  holdings.drop(deps.kms, name);
  return (await holdings(deps.kms, name, read))?.holding ?? null;
}

/** A subject id of nobody, for a name that leads nowhere: the same look-ups follow. */
export function nobody(): string {
  return toBase64url(randomBytes(16));
}

/**
 * Owner to the fields that the decoy must hold: all that any programme reads and all that decides about any
 * release, each of its first owner.
 */
export function decoyFields(pack: Pack): Map<string, string[]> {
  const fields = new Set<string>([...pack.programmes.values()].flatMap((programme) => programme.fields));
  for (const { facts } of Object.values(pack.consent.kinds)) for (const fact of facts) fields.add(fact);
  fields.add(pack.areaField);
  const owners = new Map<string, string[]>();
  for (const field of [...fields].sort()) {
    const owner = pack.fields.get(field)?.owners[0];
    if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), field]);
  }
  return owners;
}
