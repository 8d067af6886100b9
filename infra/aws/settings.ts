/** What differs between environments; everything else is the same in all of them. */
export interface Settings {
  /** Environment name, chosen by `-c environment=…`; part of the stack's name. */
  environment: string;
  /** Keep tables, keys and logs when the stack goes, and refuse to delete tables at all. */
  retain: boolean;
  /**
   * The host that callers use, with its certificate in ACM of the same region; the URL of the stage is then
   * closed. Left out, callers use the stage's URL, whose path is part of the issuer: clients that look an
   * issuer's metadata up at the root of its host, as RFC 8414 says, won't find it. So set a domain before
   * agencies register.
   */
  domain?: { name: string; certificateArn: string };
  /** API Gateway stage name, and so the path of the URL where `domain` is left out. */
  stage: string;
  /** Days that CloudWatch keeps application and access logs. They hold no personal data. */
  logDays: 7 | 30 | 90 | 180 | 365;
  /** Days of point-in-time recovery for tables whose content need not be forgotten within a day. */
  recoveryDays: number;
  /** Anybody may read checkpoint, tiles and keys of the log; otherwise any agency with a token. */
  publicLog: boolean;
  /** Years that nobody can delete a full tile of the log. */
  tileYears: number;
  /**
   * Which KMS keys a class has, by version, where it is not the first alone: `to` wraps what is new, and those
   * from `from` on still open. See docs/operate/keys.md for the order of steps.
   */
  classKeys?: Readonly<Record<string, { from: number; to: number }>>;
  /**
   * `iam`: API Gateway takes no request that is not signed by an IAM role, and an agency is known by its roles. For
   * the China regions, where an API that stands open wants an ICP filing.
   */
  authorization: 'token' | 'iam';
  /** With `iam`: ARNs of roles in other accounts that may call. Those of the stack's own account need their own policy alone. */
  callers?: readonly string[];
  /**
   * Who vouches for people. `cognito`: a user pool of the stack, where `plus` pays for threat protection, `offices`
   * are the client ids of the offices that people belong to, and `callbackUrl` is where `fieldgate login` listens.
   * Any other issuer: the setting as `shared/identity/people.ts` reads it. `none`: agencies alone.
   */
  people:
    | { issuer: 'cognito'; plus: boolean; offices: readonly string[]; callbackUrl: string }
    | { issuer: 'other'; setting: string }
    | { issuer: 'none' };
  /** Requests a second, and the burst above it, for all callers together. */
  throttle: { rate: number; burst: number };
  /** Requests that one address may make within five minutes before it is refused with 429. */
  requestsPerAddress: number;
  /** Refused requests within five minutes that call for somebody. */
  refusals: number;
  /** SNS topic that alarms are told to. Left out, they change colour and nothing else. */
  alarmTopicArn?: string;
  /** MB of memory a function; CPU grows with it, so less is not always cheaper. */
  memory: number;
  /** `arm64` costs less; some regions lack it. */
  architecture: 'arm64' | 'x86_64';
}

const ENVIRONMENTS: ReadonlyMap<string, Settings> = new Map(
  [
    {
      environment: 'dev',
      retain: false,
      stage: 'v',
      logDays: 7,
      recoveryDays: 1,
      publicLog: true,
      tileYears: 1,
      authorization: 'token',
      people: {
        issuer: 'cognito',
        plus: false,
        offices: ['audit-office', 'steward-office'],
        callbackUrl: 'http://localhost:8791/callback',
      },
      throttle: { rate: 50, burst: 100 },
      requestsPerAddress: 5_000,
      refusals: 20,
      memory: 1024,
      architecture: 'arm64',
    } as const,
    {
      environment: 'prod',
      retain: true,
      stage: 'v',
      logDays: 365,
      recoveryDays: 35,
      publicLog: true,
      tileYears: 3,
      authorization: 'token',
      people: {
        issuer: 'cognito',
        plus: true,
        offices: ['audit-office', 'steward-office'],
        callbackUrl: 'http://localhost:8791/callback',
      },
      throttle: { rate: 500, burst: 1_000 },
      requestsPerAddress: 30_000,
      refusals: 100,
      memory: 1769,
      architecture: 'arm64',
    } as const,
  ].map((settings) => [settings.environment, settings]),
);

/** @throws Error when no such environment is described. */
export function settingsFor(environment: string): Settings {
  const settings = ENVIRONMENTS.get(environment);
  if (!settings) {
    throw new Error(`no environment "${environment}"; there are: ${[...ENVIRONMENTS.keys()].join(', ')}`);
  }
  return settings;
}
