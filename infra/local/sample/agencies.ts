/** Registers the offices of a sample, as a steward would. */

import { defined } from '../../../shared/defined.ts';
import { putAgency, readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { lockAgency } from '../../../shared/identity/agencies/marks.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { Table } from '../../../shared/store/table.ts';
import { publicHalves } from '../../cli/identity/key-pairs.ts';
import { type AgencyKeys, agencyKeys } from '../state/agency-keys.ts';
import { SAMPLE_AGENCIES, type SampleAgency } from './parties.ts';

/** How long their training records are valid, in milliseconds: eleven months. */
const TRAINING = 335 * 86_400_000;

/** Of every office, though the pack demands one of some alone: a test may lend an office any role. */
export const CONTRACT = {
  reference: 'SAMPLE-1',
  document: '0'.repeat(64),
  processors: [] as string[],
  supervisor: 'MCA',
};

/**
 * Makes keys for agencies without any, and registers every agency whose record does not hold the keys of its
 * file. Other records are not changed, so a restart undoes no suspension and no steward's change.
 * @param folder of the key files, or `null` to keep the keys in memory only.
 */
export async function registerAgencies(options: {
  folder: string | null;
  issuer: string;
  table: Table;
  now: number;
  /** The offices. Default: those of the default pack's sample. */
  agencies?: readonly SampleAgency[];
}): Promise<ReadonlyMap<string, AgencyKeys>> {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const trainedUntil = day(options.now + TRAINING);
  const all = (options.agencies ?? SAMPLE_AGENCIES).map(async (agency) => {
    const keys = await agencyKeys(options.folder, agency.clientId, options.issuer);
    const known = await readAgency(options.table, asClientId(agency.clientId));
    const held = known?.agency.jwks?.keys.map(({ kid }) => kid) ?? [];
    if (held.includes(keys.sig.kid as string)) return [agency.clientId, keys] as const;
    const { activities, ...rights } = agency;
    await putAgency(options.table, {
      ...rights,
      ...defined({ activities: activities?.map(({ id, ends = trainedUntil }) => ({ id, ends })) }),
      jwks: { keys: publicHalves(keys) as never },
      trainedUntil,
      contracts: [{ ...CONTRACT, from: day(options.now), until: trainedUntil }],
      suspended: known?.agency.suspended === true && known.agency.locked !== true,
    });
    if (known?.agency.locked) await lockAgency(options.table, asClientId(agency.clientId));
    return [agency.clientId, keys] as const;
  });
  return new Map(await Promise.all(all));
}
