import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Env, EnvName } from '../shared/env.ts';
import type { FetchJwks } from '../shared/identity/agencies/jwks-url.ts';
import type { Rates } from '../shared/identity/agencies/rate.ts';
import type { FetchJson } from '../shared/identity/people/issuer-keys.ts';

/** All that an app reaches outside its own code. Lambda and the local gateway differ in the endpoints only. */
export interface Deps<Names extends EnvName> {
  env: Env<Names>;
  kms: KMSClient;
  dynamo: DynamoDBClient;
  /** Gets the keys that agencies publish themselves. Default: over HTTPS. */
  fetchJwks?: FetchJwks;
  /** Gets what the issuer of people publishes. Default: over HTTPS. */
  fetchIssuer?: FetchJson;
  /** Requests allowed per minute. Default: `RATES`. */
  rates?: Rates;
  /** Epoch milliseconds. */
  now(): number;
}
