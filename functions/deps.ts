import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { withoutNeedless } from '../shared/clients.ts';
import type { Fn } from '../shared/contract/routes/route.ts';
import { type Env, type EnvName, readEnv } from '../shared/env.ts';
import type { FetchJwks } from '../shared/identity/agencies/jwks-url.ts';
import type { Rates } from '../shared/identity/agencies/rate.ts';
import type { FetchJson } from '../shared/identity/people/issuer-keys.ts';
import { type Tables, tablesOf } from '../shared/store/table.ts';
import { followMode, shownHead, whileOpen } from './mode.ts';

/** Everything that an app uses outside its own code. Lambda and the local gateway differ only in the endpoints. */
export interface Deps<Names extends EnvName> {
  env: Env<Names>;
  kms: KMSClient;
  dynamo: DynamoDBClient;
  /** The tables that `env` names, each with `dynamo`. */
  tables: Tables<Names>;
  /** Fetches the keys that agencies publish themselves. Default: over HTTPS. */
  fetchJwks?: FetchJwks;
  /** Fetches the documents of the issuer of people. Default: over HTTPS. */
  fetchIssuer?: FetchJson;
  /** Requests allowed per minute. Default: `RATES`. */
  rates?: Rates;
  /** Epoch milliseconds. */
  now(): number;
  /** As `whileOpen` of mode.ts; absent, the function is always open. */
  whileOpen?: (fn: Fn, answer: () => Promise<unknown>) => Promise<void>;
  /** The log's checkpoint, at most seconds old; `undefined` before one is known. */
  shownHead?: () => string | undefined;
}

/**
 * Options of every client of AWS. A service may accept a call and never answer. Without these options the
 * call ends with the function after 28 seconds and blocks the instance; with them it fails after three
 * attempts, in seven seconds.
 */
const PATIENCE = {
  requestHandler: {
    connectionTimeout: 500,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
    // The data keys of a batch of ten people are unwrapped in one wave.
    httpAgent: { maxSockets: 200 },
    httpsAgent: { maxSockets: 200 },
  },
  maxAttempts: 3,
} as const;

/** The dependencies of a function on Lambda. @throws Error naming the first variable that is not set */
export function lambdaDeps<Names extends EnvName>(names: readonly Names[]): Deps<Names> {
  const clients = {
    kms: withoutNeedless(new KMSClient(PATIENCE)),
    dynamo: withoutNeedless(new DynamoDBClient(PATIENCE)),
  };
  return withTables({ env: readEnv(process.env, names), ...clients, now: Date.now });
}

/** Adds the tables that the settings name, in the mode of the gateway. Called again after `dynamo` was replaced. */
export function withTables<
  Names extends EnvName,
  More extends { env: Env<Names>; dynamo: DynamoDBClient; now?: () => number },
>(deps: More & { env: Env<Names> }): More & Pick<Deps<Names>, 'tables' | 'whileOpen' | 'shownHead'> {
  followMode(deps.dynamo, deps.env, deps.now ?? Date.now);
  return {
    ...deps,
    tables: tablesOf<Names>(deps.dynamo, deps.env),
    whileOpen: (fn, answer) => whileOpen(deps.dynamo, fn, answer),
    shownHead: () => shownHead(deps.dynamo),
  };
}
