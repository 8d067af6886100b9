import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Agency, freshAgency, getAgency } from '../../shared/identity/agencies.ts';
import { jwksCache, jwksFetcher } from '../../shared/identity/jwks-url.ts';
import type { Deps } from './deps.ts';

type AgencyDeps = Deps<'agenciesTable'>;

/**
 * The agency of a client id with the keys that it has now: those registered, or those at its address.
 * @returns `null` when there is none. An address that gives no keys leaves the agency without any.
 */
export async function agencyOf(deps: AgencyDeps, clientId: string): Promise<Agency | null> {
  const agency = await getAgency(deps.dynamo, deps.env.agenciesTable, clientId, deps.now());
  if (agency?.jwksUri === undefined || agency.suspended) return agency;
  try {
    return { ...agency, jwks: { keys: await keysAt(deps)(agency.jwksUri) } };
  } catch {
    return agency;
  }
}

/** False from the moment on in which a steward suspends the agency. For use beside other round trips. */
export async function isActive({ dynamo, env, now }: AgencyDeps, clientId: string): Promise<boolean> {
  const agency = await freshAgency(dynamo, env.agenciesTable, clientId, now());
  return agency !== null && !agency.suspended;
}

const caches = new WeakMap<DynamoDBClient, ReturnType<typeof jwksCache>>();

function keysAt({ dynamo, fetchJwks, now }: AgencyDeps): ReturnType<typeof jwksCache> {
  const known = caches.get(dynamo);
  if (known) return known;
  const made = jwksCache(fetchJwks ?? jwksFetcher(), now);
  caches.set(dynamo, made);
  return made;
}
