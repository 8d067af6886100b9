import { type HeldField, keysFor, openFields, unwrapKeys } from '../http/open-sheets.ts';
import type { Party } from './load.ts';
import type { VerifyCall } from './read-call.ts';

/**
 * Opens fields that are not open yet, of every owner that holds them, and keeps the values with the party. The
 * attempt entry is durable by now. A field that a sheet lacks beside others of its class may have been cut out,
 * which the manifest tells.
 * @throws Problem INTEGRITY_FAULT, KMS_UNAVAILABLE
 */
export async function openParty(
  { deps, pack }: VerifyCall,
  party: Party,
  fields: readonly string[],
): Promise<void> {
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
  await unwrapKeys(deps, party, keysFor(pack, party, held, lacked), party.keys);
  const values = openFields(pack, party, held, party.keys, lacked);
  for (const [i, { field, owner }] of held.entries()) {
    const known = party.values.get(field) ?? [];
    known.push({ owner, value: values[i] ?? null });
    party.values.set(field, known);
  }
}
