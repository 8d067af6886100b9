/** The sample agencies, registered as a steward would register them. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { putAgency } from '../../shared/identity/agencies/agencies.ts';
import { SAMPLE_AGENCIES } from './sample/agencies.ts';
import { type AgencyKeys, agencyKeys, publicHalf } from './state/agency-keys.ts';

/** How long the training of their staff stays valid, in milliseconds: eleven months. */
const TRAINING = 335 * 86_400_000;

/**
 * Makes keys for agencies that have none and registers all of them, each start anew, so that the table
 * agrees with the key files whatever was lost.
 * @param folder of the key files, or `null` to keep the keys in memory only.
 */
export async function registerAgencies(options: {
  folder: string | null;
  issuer: string;
  dynamo: DynamoDBClient;
  table: string;
  now: number;
}): Promise<ReadonlyMap<string, AgencyKeys>> {
  const trainedUntil = new Date(options.now + TRAINING).toISOString().slice(0, 10);
  const all = SAMPLE_AGENCIES.map(async (agency) => {
    const keys = await agencyKeys(options.folder, agency.clientId, options.issuer);
    await putAgency(options.dynamo, options.table, {
      ...agency,
      jwks: { keys: [publicHalf(keys.sig), publicHalf(keys.enc)] as never },
      trainedUntil,
      suspended: false,
    });
    return [agency.clientId, keys] as const;
  });
  return new Map(await Promise.all(all));
}
