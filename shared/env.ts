/**
 * The environment of the functions, named once: the CDK constructs set these names and the handlers
 * read them. Tables are names, keys are KMS key ARNs.
 */
export const ENV = {
  publicUrl: 'PUBLIC_URL',
  /** How callers prove who they are: `token`, or `iam` where API Gateway has checked a SigV4 signature. */
  authorization: 'AUTHORIZATION',
  /** The OpenID Connect issuer of people, as `readPeople` reads it, or `none`. */
  people: 'PEOPLE',
  keysTable: 'KEYS_TABLE',
  sheetsTable: 'SHEETS_TABLE',
  indexTable: 'INDEX_TABLE',
  logTable: 'LOG_TABLE',
  wordsTable: 'WORDS_TABLE',
  /** See shared/log/index-rows.ts. */
  logIndexTable: 'LOG_INDEX_TABLE',
  agenciesTable: 'AGENCIES_TABLE',
  claimsTable: 'CLAIMS_TABLE',
  caseworkTable: 'CASEWORK_TABLE',
  tasksTable: 'TASKS_TABLE',
  requestsTable: 'REQUESTS_TABLE',
  jobsTable: 'JOBS_TABLE',
  budgetsTable: 'BUDGETS_TABLE',
  cohortsTable: 'COHORTS_TABLE',
  policyTable: 'POLICY_TABLE',
  treeTable: 'TREE_TABLE',
  watchTable: 'WATCH_TABLE',
  /** Names of the roles that may unwrap data keys, with blanks between. */
  unwrapRoles: 'UNWRAP_ROLES',
  /** CloudTrail's files. */
  trailBucket: 'TRAIL_BUCKET',
  /** What their names begin with, up to the year. */
  trailPrefix: 'TRAIL_PREFIX',
  statusTable: 'STATUS_TABLE',
  /** See `writeClassKeys`. */
  classKeys: 'CLASS_KEYS',
  /** Role that release assumes for one purpose, whose session alone may unwrap. */
  sessionRole: 'SESSION_ROLE',
  /** URL of the region's STS. The name is the SDK's own, so that it points all calls to the same place. */
  stsEndpoint: 'AWS_ENDPOINT_URL_STS',
  indexKey: 'INDEX_KEY',
  referenceKey: 'REFERENCE_KEY',
  tokenKey: 'TOKEN_KEY',
  nonceKey: 'NONCE_KEY',
  /** Signs sealed answers: not the key of tokens, or whoever seals could make one. */
  answerKey: 'ANSWER_KEY',
  /** Signs attestations and their status lists. */
  attestationKey: 'ATTESTATION_KEY',
  writerKey: 'WRITER_KEY',
  /** Signs checkpoints of the log. */
  logKey: 'LOG_KEY',
  /** Origin of the log: the name of its key, and the first line of its checkpoints. */
  logName: 'LOG_NAME',
  /** `yes`: checkpoint, tiles and keys of the log need no token. */
  publicLog: 'PUBLIC_LOG',
  /** Full tiles, written once. */
  tilesBucket: 'TILES_BUCKET',
  /** What of the log is replaced: partial tiles, checkpoint, batches. */
  edgeBucket: 'EDGE_BUCKET',
} as const;

export type EnvName = keyof typeof ENV;
export type Env<Names extends EnvName> = { readonly [Name in Names]: string };

/** @returns exactly the named settings. @throws Error naming the first variable that is not set. */
export function readEnv<Names extends EnvName>(
  source: Record<string, string | undefined>,
  names: readonly Names[],
): Env<Names> {
  const env: Partial<Record<Names, string>> = {};
  for (const name of names) {
    const value = source[ENV[name]];
    if (!value) throw new Error(`environment variable ${ENV[name]} is not set`);
    env[name] = value;
  }
  return env as Env<Names>;
}

/**
 * Class keys as one setting: `<prefix>;<class>,<class>=<id>;…`. Lambda's whole environment has 4 KB, so what all ARNs begin
 * with stands once, and there are no quotes.
 * @param ids class name to what its key's ARN has after `prefix`; where the class has had several keys, all
 * of them in the order of their versions, separated by spaces: the last wraps what is new; `-` holds the place
 * of one that wraps nothing any more
 * @throws Error for a name that would end another way than it begins
 */
export function writeClassKeys(prefix: string, ids: Readonly<Record<string, string>>): string {
  const odd = Object.keys(ids).find((name) => /[;=,]/.test(name));
  if (odd !== undefined) throw new Error(`the class "${odd}" has a name that the setting can't hold`);
  const byKeys = Map.groupBy(Object.entries(ids), ([, list]) => list);
  const groups = [...byKeys].map(([list, some]) => `${some.map(([name]) => name).join(',')}=${list}`);
  return [prefix, ...groups].join(';');
}

/** Class name to the ARN of its present key, from what `writeClassKeys` made. */
export function readClassKeys(setting: string): ReadonlyMap<string, string> {
  return new Map([...readClassKeyVersions(setting)].map(([name, arns]) => [name, arns.at(-1) ?? '']));
}

/**
 * Class name to the ARNs of all its keys: version n stands at n - 1, and the last wraps what is new. `''` where
 * a version wraps nothing any more.
 */
export function readClassKeyVersions(setting: string): ClassKeys {
  const [prefix, ...classes] = setting.split(';');
  const arnOf = (id: string) => (id === '-' ? '' : prefix + id);
  return new Map(
    classes.flatMap((one) => {
      const [names = '', list = ''] = one.split('=');
      return names.split(',').map((name) => [name, list.split(' ').map(arnOf)] as const);
    }),
  );
}

/** See `readClassKeyVersions`. */
export type ClassKeys = ReadonlyMap<string, readonly string[]>;
