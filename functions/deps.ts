import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Env, EnvName } from '../shared/env.ts';
import type { FetchJwks } from '../shared/identity/agencies/jwks-url.ts';
import type { Rates } from '../shared/identity/agencies/rate.ts';
import type { FetchJson } from '../shared/identity/people/issuer-keys.ts';

/** All that an app reaches outside its own code; on Lambda and locally they differ in endpoints alone. */
export interface Deps<Names extends EnvName> {
  env: Env<Names>;
  kms: KMSClient;
  dynamo: DynamoDBClient;
  /** Gets keys that agencies publish themselves; over HTTPS where left out. */
  fetchJwks?: FetchJwks;
  /** Gets what the issuer of people publishes; over HTTPS where left out. */
  fetchIssuer?: FetchJson;
  /** Requests that may be made a minute; the ones of `RATES` where left out. */
  rates?: Rates;
  /** Epoch milliseconds. */
  now(): number;
}
