import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Agency, freshAgency, getAgency } from '../../shared/identity/agencies/agencies.ts';
import { jwksCache, jwksFetcher } from '../../shared/identity/agencies/jwks-url.ts';
import type { Deps } from '../deps.ts';

type AgencyDeps = Deps<'agenciesTable'>;

/**
 * The agency of a client id with the keys that it has now: those registered, or those at its address.
 * @param fresh past every cache.
 * @returns `null` when there is none. An address that gives no keys leaves the agency without any.
 */
export async function agencyOf(deps: AgencyDeps, clientId: string, fresh = false): Promise<Agency | null> {
  const agency = await (fresh ? registered(deps, clientId) : known(deps, clientId));
  if (agency?.jwksUri === undefined || agency.suspended) return agency;
  try {
    return { ...agency, jwks: { keys: await keysAt(deps)(agency.jwksUri, fresh) } };
  } catch {
    return agency;
  }
}

/** The record as stored at this moment; for use beside other round trips, to feel at once what must be. */
export function registered({ dynamo, env, now }: AgencyDeps, clientId: string): Promise<Agency | null> {
  return freshAgency(dynamo, env.agenciesTable, clientId, now());
}

function known({ dynamo, env, now }: AgencyDeps, clientId: string): Promise<Agency | null> {
  return getAgency(dynamo, env.agenciesTable, clientId, now());
}

const caches = new WeakMap<DynamoDBClient, ReturnType<typeof jwksCache>>();

function keysAt({ dynamo, fetchJwks, now }: AgencyDeps): ReturnType<typeof jwksCache> {
  const cache = caches.get(dynamo);
  if (cache) return cache;
  const made = jwksCache(fetchJwks ?? jwksFetcher(), now);
  caches.set(dynamo, made);
  return made;
}
