import type { VersionedKey } from '../../shared/env.ts';

/** The differences between environments. Everything else is the same in all of them. */
export interface Settings {
  /** Name of the environment, chosen by `-c environment=…` and part of the names of stacks and roles: see `environment-stack.ts`. */
  environment: string;
  /** Folder of the compiled files of another pack than the shipped one: `-c pack=…`. */
  pack?: string;
  /** Account and region of the stack. The CDK refuses to deploy under credentials of another account. */
  account?: string;
  region?: string;
  /** Origin of the log: the name of its key, in each checkpoint. It never changes: a log under another name is another log. */
  logName?: string;
  /**
   * KMS keys that can get replicas in other regions. It can't be changed later: see docs/decisions/004. No replica is made, and the
   * keys' policies allow no principal to make one.
   */
  multiRegion: boolean;
  /** Keep tables, keys and logs if the stack is deleted, and refuse to delete tables. */
  retain: boolean;
  /**
   * The host name that callers use, with its certificate in ACM of the same region; the URL of the stage is then closed. If absent,
   * callers use the stage's URL, whose path is part of the issuer. Clients that look up an issuer's metadata at the root of its host,
   * as RFC 8414 requires, then fail. Set a domain before agencies register. With `clients` API Gateway takes only connections whose
   * certificate leads to one in that file of a bucket with versions, on every path, so a browser or verifier without one reads no
   * public page either.
   */
  domain?: {
    name: string;
    certificateArn: string;
    clients?: { bucket: string; key: string; version: string };
  };
  /** API Gateway stage name, which is the path of the URL if `domain` is absent. */
  stage: string;
  /** Days that CloudWatch keeps application and access logs. They hold no personal data. */
  logDays: 7 | 30 | 90 | 180 | 365;
  /** Days of point-in-time recovery for tables whose content need not be unreadable a day after an erasure. */
  recoveryDays: number;
  /**
   * If true, the tables rest under a key of the stack in place of the account's `aws/dynamodb`. No role gets a right by it: DynamoDB
   * alone uses it, for callers that may use the table. See docs/operate/keys.md.
   */
  tableKey?: boolean;
  /** If true, checkpoint, tiles and keys of the log are public; otherwise an agency needs a token to read them. */
  publicLog: boolean;
  /** Years during which a full tile of the log can't be deleted. */
  tileYears: number;
  /**
   * The versions of a class's KMS key, for classes with more than the first: version `to` wraps new data keys, and versions
   * from `from` on still unwrap. See docs/operate/keys.md for the order of steps.
   */
  classKeys?: Readonly<Record<string, { from: number; to: number }>>;
  /**
   * Departments whose class keys lie in accounts of their own, which deploy what `fieldgate owner template` writes, first. What the stack's keys
   * have wrapped is of the versions before: one, or for a key of `classKeys` the number in `after`, which never changes. See
   * docs/operate/keys.md.
   */
  owners?: Readonly<Record<string, { account: string; after?: Readonly<Record<string, number>> }>>;
  /**
   * The versions in use of the gateway's signing keys, for those that have had more than the first. The first one of a list signs, and
   * all are published and accepted. See docs/operate/keys.md for the order of steps.
   */
  signingKeys?: Readonly<Partial<Record<VersionedKey, readonly number[]>>>;
  /**
   * The algorithms of what is sealed from now on: `national` are SM4, SM3 and data keys of 128 bits. What was sealed before opens as
   * before; `keys rekey` moves it. `-c partition=aws-cn` sets it. See docs/operate/china.md.
   */
  cryptography: 'standard' | 'national';
  /** Versions of the key of the blind index, all of which stay in use; one if absent. `keys reindex` follows a new one. */
  indexKeys?: number;
  /**
   * `iam`: API Gateway takes only requests signed by an IAM role, and an agency is known by its roles. For the China
   * regions, where an open API needs an ICP filing.
   */
  authorization: 'token' | 'iam';
  /**
   * Under which purpose release opens data keys is said by a `token` of the gateway's issuer, or by the function's own `code` where
   * AWS can't read the issuer's keys at `domain`. `both` is the step between: see docs/operate/deploy.md.
   */
  purposes: 'code' | 'both' | 'token';
  /** With `iam`: ARNs of roles in other accounts that may call. Roles of the stack's account need only their own policy. */
  callers?: readonly string[];
  /**
   * The issuer of people. `cognito`: a user pool of the stack; `plus` pays for threat protection, `offices` are the client
   * ids of the offices that people belong to, and `callbackUrl` is where `fieldgate login` listens. Any other issuer: its
   * setting in the form that `shared/identity/people` reads. `none`: agencies only.
   */
  people:
    | { issuer: 'cognito'; plus: boolean; offices: readonly string[]; callbackUrl: string }
    | { issuer: 'other'; setting: string }
    | { issuer: 'none' };
  /** Agencies' own register of cases, a file of a Lambda layer. Absent: supervisors confirm. See docs/integrate/casework.md. */
  caseRegister?: { layer: string; file: string };
  /** URL of a service that signs digests of proofs, by a national certificate. With `vpc`, `outward` leads there. See china.md. */
  proofSigner?: string;
  /** Requests per second, and the burst above that, for all callers together. */
  throttle: { rate: number; burst: number };
  /** The same for each open path, for strangers. A path of the login has that of `throttle`. */
  openThrottle: { rate: number; burst: number };
  /** Requests that one address may make within five minutes; more are answered 429. */
  requestsPerAddress: number;
  /** The same for all open paths together, and for those of the login: a token serves one case, and a county may have one address. */
  openRequestsPerAddress: number;
  loginRequestsPerAddress: number;
  /**
   * Networks of the offices, such as `203.0.113.0/24` or `2001:db8::/32`. If set, the firewall refuses every other address
   * on the paths that need a token and on those of the login; proofs, the log and documents stay open to all.
   */
  networks?: readonly string[];
  /**
   * Private subnets of a VPC of the account, with their route tables, in which the functions run; the stack makes endpoints for
   * KMS, STS, DynamoDB and S3 there. `prefixLists` are the ids of AWS's own lists of the region. `outward` names networks
   * that functions may reach by HTTPS for public keys of the issuer of people, and of agencies that publish theirs; the VPC
   * leads there. `receivers` are those of the channels, with the port of each. If absent, Lambda's own network is used.
   */
  vpc?: {
    id: string;
    subnets: readonly string[];
    routeTables: readonly string[];
    prefixLists: { dynamodb: string; s3: string };
    outward?: readonly string[];
    receivers?: readonly { network: string; port: number }[];
  };
  /**
   * Instances reserved for a function, which is also its maximum. AWS requires 100 unreserved instances for the others. An account
   * with fewer reserves none; scheduled runs may then overlap, and leases keep them apart.
   */
  concurrency: Readonly<Record<string, number>>;
  /**
   * An existing trail of management events, of the account or of its organisation, whose bucket lets the role of `watch` read:
   * the stack then makes none. `prefix` is what the names of the region's files begin with, up to the year, such as
   * `AWSLogs/o-abc/111122223333/CloudTrail/eu-west-1/`. Files that another KMS key encrypts can't be read.
   */
  trail?: { bucket: string; prefix: string };
  /**
   * Another account of the organisation, which keeps a copy of the log and the trail's files, all locked: the stack
   * `fieldgate-<environment>-archive` is deployed there first. See docs/operate/deploy.md. `-c logAccount=…`.
   */
  logAccount?: string;
  /**
   * Athena over extracts of the log and the trail's files, for auditors' long queries and a comparison of their own. Off if absent;
   * a query ends at `mostGigabytes` ($5 a thousand). See docs/operate/deploy.md.
   */
  queries?: { mostGigabytes: number };
  /**
   * Parts in which a maintenance job reads its tables, each by a process of its own. One that counts people unwraps some
   * 2,400 data keys a second, of the 10,000 that the account's quota of KMS leaves for all. From six on, a state machine
   * starts the processes.
   */
  jobLanes: number;
  /**
   * Threads of the sequencer that check signatures and chains, up to five, each with a core of its own: with five its memory is
   * 10 GB. With none it checks in its own thread and has 512 MB. See docs/operate/scale.md.
   */
  checkThreads: 0 | 1 | 2 | 3 | 4 | 5;
  /** Lanes that work on one list of verifications. Its budget of misses bounds them as well. */
  listLanes: number;
  /** Dollars a month; the topic is told at four fifths, and when the month will exceed it. If absent, it is never told. */
  monthlyBudget?: number;
  /**
   * AWS's own watchers whose findings reach the topic. `here`: the stack switches it on, of which an account has one in a region;
   * `organisation`: another has. AWS Config's recorder and rules are never the stack's.
   */
  guards?: {
    guardDuty?: 'here' | 'organisation';
    accessAnalyzer?: 'here' | 'organisation';
    config?: 'organisation';
  };
  /** Name of a managed policy that bounds every role of the stack: see `npm run boundary`. */
  boundary?: string;
  /** Qualifier of the CDK's bootstrap whose roles deploy the stack of keys; the default one's if absent. `-c keysQualifier=…`. */
  keysQualifier?: string;
  /**
   * ARN of a version of a profile of AWS Signer: functions then run only code that it has signed. Off if absent; the pipeline
   * signs, or `npm run sign` before `cdk deploy`. `-c signingProfile=…`.
   */
  signingProfile?: string;
  /** Key (vkey) by which releases name what they run: other code raises an alert. `-c releaseKey=…`. */
  releaseKey?: string;
  /**
   * An alarm is raised if no canary reports for a quarter of an hour: one from outside (`npm run canary`), or one of the stack,
   * which has a key of its own and an office that two stewards register. See docs/operate/deploy.md.
   */
  canary?: 'outside' | 'stack';
  /** If true, a deployment moves a tenth of the calls to new code each minute, and back if an alarm is raised. */
  gradual: boolean;
  /** Refused requests within five minutes that raise an alarm. */
  refusals: number;
  /** Records that people had erased within an hour that raise an alarm. The end of a retention is not counted. */
  erasures: number;
  /** SNS topic for alarms. If absent, which production may not be, alarms only change their state. */
  alarmTopicArn?: string;
  /** ARN of the secret with the channels by which people are informed; absent: no person is. See docs/operate/notify.md. `-c channels=…`. */
  channels?: string;
  /** Another topic, with other subscribers, told when the first one loses a message. `-c secondTopicArn=…`. */
  secondTopicArn?: string;
  /** MB of memory per function. CPU grows with memory, so less is not always cheaper. */
  memory: number;
  /**
   * The Node that makes the code cache of each package, and its flags. If absent, the Node that synthesises makes it, if it has the
   * functions' architecture and major version; `none` for no cache. `-c codeCache=…`; see docs/operate/deploy.md.
   */
  codeCache?: string;
  /**
   * MB of the functions of many requests, which wait for KMS and DynamoDB most of their time. With 1,024 a function has 0.58 of a
   * core, which a request does not notice; see docs/operate/cost.md.
   */
  waitingMemory: number;
  /** `arm64` costs less, but some regions lack it. */
  architecture: 'arm64' | 'x86_64';
}

/** What the environments below have in common. */
const COMMON = {
  stage: 'v',
  publicLog: true,
  authorization: 'token',
  purposes: 'code',
  cryptography: 'standard',
  openRequestsPerAddress: 1_000,
  loginRequestsPerAddress: 6_000,
  architecture: 'arm64',
} as const;
const PEOPLE = {
  issuer: 'cognito',
  offices: ['audit-office', 'steward-office'],
  // Next to the port of `fieldgate console`, which may run at the same time.
  callbackUrl: 'http://localhost:8792/callback',
} as const;

const ENVIRONMENTS: ReadonlyMap<string, Settings> = new Map(
  [
    {
      ...COMMON,
      environment: 'dev',
      multiRegion: false,
      retain: false,
      gradual: false,
      jobLanes: 1,
      listLanes: 2,
      checkThreads: 0,
      logDays: 7,
      recoveryDays: 1,
      tileYears: 1,
      people: { ...PEOPLE, plus: false },
      throttle: { rate: 50, burst: 100 },
      openThrottle: { rate: 10, burst: 20 },
      requestsPerAddress: 5_000,
      concurrency: {},
      logName: 'log.dev.fieldgate.example',
      refusals: 20,
      erasures: 5,
      memory: 1024,
      waitingMemory: 1024,
    } as const,
    {
      ...COMMON,
      environment: 'prod',
      multiRegion: true,
      retain: true,
      gradual: true,
      jobLanes: 2,
      listLanes: 8,
      checkThreads: 0,
      logDays: 365,
      recoveryDays: 35,
      tileYears: 3,
      people: { ...PEOPLE, plus: true },
      throttle: { rate: 500, burst: 1_000 },
      openThrottle: { rate: 50, burst: 100 },
      requestsPerAddress: 30_000,
      // Of an account's 1,000 instances: functions that stop access keep their own, even if all others wait for a service that
      // does not answer, and so does the login before each call. No function of many requests can take what is left.
      concurrency: {
        sequencer: 1,
        watch: 1,
        token: 60,
        casework: 20,
        steward: 10,
        intake: 100,
        release: 300,
        verify: 300,
        audit: 50,
      },
      refusals: 100,
      erasures: 20,
      memory: 1769,
      waitingMemory: 1024,
    } as const,
  ].map((settings) => [settings.environment, settings]),
);

/** @throws Error if no such environment is described */
export function settingsFor(environment: string): Settings {
  const settings = ENVIRONMENTS.get(environment);
  if (!settings) {
    throw new Error(`no environment "${environment}"; there are: ${[...ENVIRONMENTS.keys()].join(', ')}`);
  }
  return settings;
}
