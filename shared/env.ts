/**
 * The environment of the functions, named once: the CDK constructs set these names and the handlers read
 * them. Table settings hold table names, key settings hold KMS key ARNs.
 */

import { grouped } from './grouped.ts';
export const ENV = {
  /** Name of the environment: the dimension of all metrics. */
  environment: 'ENVIRONMENT',
  publicUrl: 'PUBLIC_URL',
  /** How callers authenticate: `token`, or `iam` if API Gateway has checked a SigV4 signature. */
  authorization: 'AUTHORIZATION',
  /** The OpenID Connect issuer of people in the form of `readPeople`, or `none`. */
  people: 'PEOPLE',
  /** Path of a file with an agency's own register of cases, or `none`. See functions/casework/cases/register.ts. */
  caseRegister: 'CASE_REGISTER',
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
  /** Parts in which a maintenance job reads its tables; with one, a single process does it all. */
  jobLanes: 'JOB_LANES',
  budgetsTable: 'BUDGETS_TABLE',
  cohortsTable: 'COHORTS_TABLE',
  policyTable: 'POLICY_TABLE',
  treeTable: 'TREE_TABLE',
  modeTable: 'MODE_TABLE',
  /** Threads of the sequencer that check chains; with 0 its own thread does it. */
  checkThreads: 'CHECK_THREADS',
  watchTable: 'WATCH_TABLE',
  /** The functions of which the watch asks what they run, separated by spaces, and where it asks. */
  watchedFunctions: 'WATCHED_FUNCTIONS',
  lambdaEndpoint: 'AWS_ENDPOINT_URL_LAMBDA',
  /** Key (vkey) by which releases name their code, or `none`. */
  releaseKey: 'RELEASE_KEY',
  /** Names of the roles that may unwrap data keys, separated by spaces. */
  unwrapRoles: 'UNWRAP_ROLES',
  /** Bucket of CloudTrail's files. */
  trailBucket: 'TRAIL_BUCKET',
  /** Prefix of their names up to the year. */
  trailPrefix: 'TRAIL_PREFIX',
  statusTable: 'STATUS_TABLE',
  /** `yes`: people are informed of tasks, alerts and second persons, so there are marks in the watch's table. */
  tells: 'TELLS',
  /** ARN of the secret with the channels by which they are, and the URL of the service that keeps it. */
  channelsSecret: 'CHANNELS_SECRET',
  /** Private networks to which messages may go, separated by commas, or `none`. */
  receivers: 'RECEIVERS',
  secretsEndpoint: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  /** See `writeClassKeys`. */
  classKeys: 'CLASS_KEYS',
  /** `standard` or `national`: the suite of what a function seals. See `suiteFor`. */
  cryptography: 'CRYPTOGRAPHY',
  /** Role that release assumes for one purpose. Only that session may unwrap. */
  sessionRole: 'SESSION_ROLE',
  /** URL of the region's STS. The name is the SDK's own, so that it points all calls to the same place. */
  stsEndpoint: 'AWS_ENDPOINT_URL_STS',
  indexKey: 'INDEX_KEY',
  /** Tokens of found texts. */
  leakKey: 'LEAK_KEY',
  referenceKey: 'REFERENCE_KEY',
  tokenKey: 'TOKEN_KEY',
  nonceKey: 'NONCE_KEY',
  /** Hides tokens by which release opens data keys in those of callers, or `none`: release then names the purpose itself. */
  unwrapKey: 'UNWRAP_KEY',
  /** Signs sealed answers. It differs from the key of tokens, so that a function that seals can't make a token. */
  answerKey: 'ANSWER_KEY',
  /** Signs attestations and their status lists. */
  attestationKey: 'ATTESTATION_KEY',
  /** URL of the service that signs attestations a second time, or `none`. See functions/verify/countersign.ts. */
  proofSigner: 'PROOF_SIGNER',
  /** Digest of this function's package, by which the template names it, or `none`. */
  code: 'CODE',
  /** Certifies log writers of this function. */
  writerKey: 'WRITER_KEY',
  /** Certifies those of all functions by SM2 as well, in the national profile; otherwise `none`. */
  certificateKey: 'CERTIFICATE_KEY',
  /** Those of all functions, in the form of `writeClassKeys`. */
  writerKeys: 'WRITER_KEYS',
  /** Signs checkpoints of the log. */
  logKey: 'LOG_KEY',
  /** Signs them by SM2 as well, in the national profile; otherwise `none`. */
  nationalKey: 'NATIONAL_KEY',
  /** Origin of the log: the name of its key, and the first line of its checkpoints. */
  logName: 'LOG_NAME',
  /** `yes`: checkpoint, tiles and keys of the log need no token. */
  publicLog: 'PUBLIC_LOG',
  /** Full tiles, written once. */
  tilesBucket: 'TILES_BUCKET',
  /** Files of lists of verifications, which rest a day. */
  listsBucket: 'LISTS_BUCKET',
  /** Objects of files, which are ciphertext. */
  filesBucket: 'FILES_BUCKET',
  /** Lanes that work on one list. */
  listLanes: 'LIST_LANES',
  /** The files of the log that are replaced: partial tiles, checkpoint, batches. */
  edgeBucket: 'EDGE_BUCKET',
  /** Bucket of another account that keeps a copy of the log, or `none`. */
  archiveBucket: 'ARCHIVE_BUCKET',
  /** Bucket of extracts of the log for queries, or `none`. */
  extractBucket: 'EXTRACT_BUCKET',
} as const;

/** In place of `receivers`: there are none. */
export const NO_NETWORK = 'none';

/** For which STS takes tokens of the gateway: see `unwrap-token.ts`. */
export const UNWRAP_AUDIENCE = 'fieldgate-unwrap';
/** In place of `unwrapKey`: there are no such tokens. */
export const NO_UNWRAP = 'none';

/** The signing keys that have versions. The key of the log has none: it is the log's identity. */
export const VERSIONED = ['token', 'answer', 'attestation', 'writer'] as const;
/** The functions that write the log, each with a key of its own that certifies its writers. */
// biome-ignore format: one word a line says no more
export const WRITERS = [
  'intake', 'release', 'verify', 'insight', 'casework', 'audit', 'watch', 'maintenance', 'steward',
] as const;
export type Writer = (typeof WRITERS)[number];

const AUTHENTICATE = 'token intake release verify insight casework audit maintenance steward';

/**
 * The functions that may use a key of the gateway, by action of KMS: the policies of the stack and those of the local KMS follow
 * from it. None of these keys opens a field. See `ENV` for what each is for.
 */
const USES = {
  index: { GenerateMac: 'intake release verify insight casework maintenance' },
  leak: { GenerateMac: 'intake insight casework maintenance' },
  reference: { GenerateMac: 'intake release verify casework audit maintenance' },
  token: { Sign: 'token', GetPublicKey: AUTHENTICATE },
  nonce: { GenerateMac: 'token' },
  unwrap: { GenerateMac: 'token release' },
  // `token` publishes the gateway's public keys.
  answer: { Sign: 'release', GetPublicKey: 'token release' },
  attestation: { Sign: 'verify', GetPublicKey: 'verify' },
  log: { Sign: 'sequencer', GetPublicKey: 'sequencer audit watch' },
  national: { Sign: 'sequencer', GetPublicKey: 'sequencer' },
  // A writer needs its own function's key as well, so that no function certifies writers of another.
  certificate: { Sign: /* @__PURE__ */ WRITERS.join(' '), GetPublicKey: 'sequencer' },
};
export const KEY_USES: Readonly<Record<ServiceKey, Readonly<Record<string, string>>>> = USES;

/** Apart from those of `WRITERS`, of which the sequencer fetches the public halves. */
export type ServiceKey = keyof typeof USES;

export type VersionedKey = (typeof VERSIONED)[number];

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
 * Class keys as one setting: `<prefix>;<class>,<class>=<id>;…`. Lambda limits the environment to 4 KB, so the
 * common prefix of all ARNs is written once and the format has no quotes.
 * @param ids class name to the part of its key's ARN after `prefix`. If the class has had several keys, they
 * are listed in the order of their versions, separated by spaces; the last one wraps new data keys. `-` is a
 * placeholder for a key that no longer wraps anything
 * @param owners departments with keys of their own: the ARN of one is `head`, the account, `tail`, the department, `/` and
 * the id. The setting names classes by their positions among those before, an id that is a number stands for as many of the
 * first keys of the class, `.` for the name of the class, and `^` for the id that was written last
 * @throws Error for a name that could not be read back
 */
export function writeClassKeys(
  prefix: string,
  ids: Readonly<Record<string, string>>,
  owners?: OwnKeys,
): string {
  const groups = groupsOf(ids);
  const order = groups.flatMap((group) => (group.split('=')[0] ?? '').split(','));
  const own = Object.entries(owners?.of ?? {}).flatMap(([owner, one]) => {
    const named = Object.entries(one.ids).map(
      ([name, id]) => [order.indexOf(name).toString(36), id] as const,
    );
    return [`@${owner} ${one.account}`, ...groupsOf(Object.fromEntries(named))];
  });
  let last = '';
  const short = own.map((part) =>
    part.replace(/(?<=[= ])[^ =]+(?=$| )/g, (id) => {
      if (part.startsWith('@') || /^(\d+|[.-])$/.test(id)) return id;
      if (id === last) return '^';
      last = id;
      return id;
    }),
  );
  return [
    prefix,
    ...groups,
    ...(owners && own.length > 0 ? [`@${owners.head} ${owners.tail}`, ...short] : []),
  ].join(';');
}

export interface OwnKeys {
  head: string;
  tail: string;
  of: Readonly<Record<string, { account: string; ids: Readonly<Record<string, string>> }>>;
}

function groupsOf(ids: Readonly<Record<string, string>>): string[] {
  const odd = Object.keys(ids).find((name) => /[;=,]|^@/.test(name));
  if (odd !== undefined) throw new Error(`the class "${odd}" has a name that the setting can't hold`);
  const byKeys = grouped(Object.entries(ids), ([, list]) => list);
  return [...byKeys].map(([list, some]) => `${some.map(([name]) => name).join(',')}=${list}`);
}

/** Class name to the ARN of its current key, read from a setting made by `writeClassKeys`. */
export function readClassKeys(setting: string): ReadonlyMap<string, string> {
  return new Map([...readClassKeyVersions(setting)].map(([name, arns]) => [name, arns.at(-1) ?? '']));
}

/**
 * Class name to the ARNs of all its keys: version n is at index n - 1, and the last one wraps new data keys.
 * `''` for a version that no longer wraps anything. For a department with keys of its own, `<department>/<class>`.
 */
export function readClassKeyVersions(setting: string): ClassKeys {
  const [first = '', ...parts] = setting.split(';');
  const keys = new Map<string, readonly string[]>();
  let prefix = first;
  let [common, owner]: [[string, string] | null, string] = [null, ''];
  let [order, last]: [string[], string] = [[], ''];
  for (const part of parts) {
    if (part.startsWith('@')) {
      const [one = '', other = ''] = part.slice(1).split(' ');
      if (common === null) [common, order] = [[one, other], [...keys.keys()]];
      else [owner, prefix] = [one, `${common[0]}${other}${common[1]}${one}/`];
      continue;
    }
    const [names = '', list = ''] = part.split('=');
    for (const written of names.split(',')) {
      const name = owner === '' ? written : (order[Number.parseInt(written, 36)] ?? '');
      const arns = list.split(' ').flatMap((id) => {
        if (owner !== '' && /^\d+$/.test(id)) return keys.get(name)?.slice(0, Number(id)) ?? [];
        if (owner === '' || id === '-') return [id === '-' ? '' : prefix + id];
        if (id !== '.' && id !== '^') last = id;
        return [prefix + (id === '.' ? name : id === '^' ? last : id)];
      });
      keys.set(owner === '' ? name : `${owner}/${name}`, arns);
    }
  }
  return keys;
}

/** See `readClassKeyVersions`. */
export type ClassKeys = ReadonlyMap<string, readonly string[]>;

/** The keys of a class for what this department holds: its own, or else those of the gateway. */
export function keysOfClass(keys: ClassKeys, of: { owner: string; class: string }): readonly string[] {
  return keys.get(`${of.owner}/${of.class}`) ?? keys.get(of.class) ?? [];
}
