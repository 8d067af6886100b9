import { type HeldField, keysFor, openFields, unwrapKeys } from '../steps/open-sheets.ts';
import type { Party } from './load.ts';
import type { VerifyCall } from './read-call.ts';

/** What opening some fields of a record takes: those that it holds, and what a manifest must prove to be lacking. */
interface Needed {
  held: HeldField[];
  lacked: HeldField[];
  /** Ids of the keys. */
  keys: Set<string>;
}

/**
 * Opens fields that are not open yet, of every owner that holds them, and keeps the values with the party. The
 * attempt entry is durable by now. Keys of the decoy are unwrapped beside them until there are as many as the
 * decoy alone would take.
 * @param party whose fields are opened; `null`: only the decoy's keys are unwrapped
 * @param earlier fields that were opened before, of whomever
 * @throws Problem INTEGRITY_FAULT, KMS_UNAVAILABLE
 */
export async function openParty(
  call: VerifyCall,
  { party, decoy }: { party: Party | null; decoy: Party | null },
  fields: readonly string[],
  earlier: readonly string[] = [],
): Promise<void> {
  const { deps, pack } = call;
  const own = party && neededFor(call, party, fields);
  const fresh = [...(own?.keys ?? [])].filter((id) => !party?.keys.has(id));
  const unwraps = [party && unwrapKeys(deps, party, new Set(fresh), party.keys)];
  if (decoy) {
    const before = neededFor(call, decoy, earlier).keys;
    const ids = [...neededFor(call, decoy, fields).keys].filter((id) => !before.has(id));
    unwraps.push(unwrapKeys(deps, decoy, new Set(ids.slice(fresh.length)), decoy.keys));
  }
  await Promise.all(unwraps);
  if (!party || !own) return;
  const values = openFields(pack, party, own.held, party.keys, own.lacked);
  for (const [i, { field, owner }] of own.held.entries()) {
    const known = party.values.get(field) ?? [];
    known.push({ owner, value: values[i] ?? null });
    party.values.set(field, known);
  }
}

/** A field that a sheet lacks beside others of its class may have been cut out, which the manifest tells. */
function neededFor({ pack }: VerifyCall, party: Party, fields: readonly string[]): Needed {
  const held: HeldField[] = [];
  const lacked: HeldField[] = [];
  for (const field of fields) {
    if (party.values.has(field)) continue;
    const { owners = [], class: name = '' } = pack.fields.get(field) ?? {};
    for (const owner of owners) {
      const sheet = party.sheets.get(owner);
      if (sheet?.fields.has(field)) held.push({ field, owner });
      else if (sheet?.manifests.has(name)) lacked.push({ field, owner });
    }
  }
  return { held, lacked, keys: keysFor(pack, party, held, lacked) };
}
