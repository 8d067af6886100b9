import type { KeyObject } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import {
  type Agency,
  freshAgency,
  getAgency,
  rememberedAgency,
} from '../../shared/identity/agencies/agencies.ts';
import { jwksCache, jwksFetcher } from '../../shared/identity/agencies/jwks-url.ts';
import { readPublicJwk, type VerifyKey } from '../../shared/identity/jwk.ts';
import { type AccessToken, verifyAccessToken } from '../../shared/identity/tokens/access-token.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { publicKeyOf } from '../../shared/keys/sign.ts';
import { signingKey, signingKeys } from '../../shared/keys/signing-keys.ts';
import type { Deps } from '../deps.ts';

type AgencyDeps = Deps<'agenciesTable'>;

/**
 * The agency of a client id with its current keys: those in the register, or those published at its `jwksUri`.
 * @param fresh bypasses every cache.
 * @returns `null` if no such agency exists. If the `jwksUri` gives no keys, the agency has none.
 */
export async function agencyOf(deps: AgencyDeps, clientId: ClientId, fresh = false): Promise<Agency | null> {
  const agency = await (fresh ? registered(deps, clientId) : known(deps, clientId));
  return agency && withKeys(deps, agency, fresh);
}

async function withKeys(deps: AgencyDeps, agency: Agency, fresh = false): Promise<Agency> {
  if (agency.jwksUri === undefined || (agency.suspended && !agency.locked)) return agency;
  try {
    return { ...agency, jwks: { keys: await keysAt(deps)(agency.jwksUri, fresh) } };
  } catch {
    return agency;
  }
}

/** A record as this process read it last, and the same with its keys. The register may say something else by now. */
export async function rememberedOf(
  deps: AgencyDeps,
  clientId: ClientId,
): Promise<{ record: Agency; agency: Agency } | null> {
  const record = await rememberedAgency(deps.tables.agencies, clientId, deps.now()).catch(() => null);
  return record && { record, agency: await withKeys(deps, record) };
}

/** The record as stored at this moment, for use in parallel with other round trips: a suspension counts at once. */
export function registered({ now, tables }: AgencyDeps, clientId: ClientId): Promise<Agency | null> {
  return freshAgency(tables.agencies, clientId, now());
}

function known({ now, tables }: AgencyDeps, clientId: ClientId): Promise<Agency | null> {
  return getAgency(tables.agencies, clientId, now());
}

const caches = new WeakMap<DynamoDBClient, ReturnType<typeof jwksCache>>();

function keysAt({ dynamo, fetchJwks, now }: AgencyDeps): ReturnType<typeof jwksCache> {
  const cache = caches.get(dynamo);
  if (cache) return cache;
  const made = jwksCache(fetchJwks ?? jwksFetcher(), now);
  caches.set(dynamo, made);
  return made;
}

/** The public half of a key of access tokens; its thumbprint is its `kid`. */
interface TokenKey {
  verify: VerifyKey;
}

/** The key that signs, read once per process. @throws the SDK's error if KMS cannot be reached for that. */
export function tokenKey({ kms, env }: Deps<'tokenKey'>): Promise<TokenKey> {
  return readTokenKey(kms, signingKey(env.tokenKey));
}

/** Checks a token under the key that its `kid` names, among those in use. @returns `null` for any fault */
export async function readToken(
  { kms, env, now }: Deps<'tokenKey' | 'publicUrl'>,
  text: string,
): Promise<AccessToken | null> {
  for (const id of signingKeys(env.tokenKey)) {
    const { verify: key } = await readTokenKey(kms, id);
    const token = verifyAccessToken(text, { issuer: env.publicUrl, key, now: now() });
    if (token) return token;
  }
  return null;
}

async function readTokenKey(kms: KMSClient, id: string): Promise<TokenKey> {
  const key = await publicKeyOf(kms, id);
  const known = read.get(key);
  if (known) return known;
  const jwk = key.export({ format: 'jwk' });
  const verify = readPublicJwk(jwk as Json);
  if (!verify?.algorithms.includes('ES256')) throw new Error('the token key is not on P-256');
  read.set(key, { verify });
  return { verify };
}

const read = new WeakMap<KeyObject, TokenKey>();
