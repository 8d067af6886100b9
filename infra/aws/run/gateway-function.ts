import { basename } from 'node:path';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  type CfnFunction,
  type IVersion,
  LayerVersion,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import {
  type BundlingOptions,
  Charset,
  type ICommandHooks,
  NodejsFunction,
  OutputFormat,
  SourceMapMode,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { defined } from '../../../shared/defined.ts';
import { ENV, type EnvName } from '../../../shared/env.ts';
import { acknowledge, LOG_GROUP, OWN_POLICY } from '../acknowledge.ts';
import { MAJOR } from '../bundle/code-cache/stamp.ts';
import { logGroup } from '../removal-policy.ts';
import type { Settings } from '../settings.ts';
import { allowing, type Roles } from './roles.ts';

/** Substitutes for parts of the SDK that the functions do not need. */
const LEANER = `${import.meta.dirname}/../bundle/leaner`;

/**
 * How each function becomes one file, for the stack and for the tests that measure and run the bundles.
 *
 * The output is CommonJS, because an ES module that imports `node:http` loads undici at cold start, which costs about
 * 30 ms. Packages are still read by their ES module entry, because only that can be tree-shaken. Together with the
 * substitutes for parts of the SDK, this more than halves a bundle. The SDK is bundled, so that the code that runs is
 * the code that was tested.
 */
export const BUNDLE = {
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcesContent: false,
  charset: 'utf8',
  // The manifests of the clients, which name their version in a user agent that no request has. Our own page is kept.
  loader: { '.json': 'empty', '.page.json': 'json' },
  // A script with a code cache can't import, and what a bundle imports later is only Node's own.
  supported: { 'dynamic-import': false },
  alias: {
    '@aws-sdk/core/client': `${LEANER}/client.ts`,
    '@aws-sdk/credential-provider-node': `${LEANER}/credentials.ts`,
    '@aws-sdk/middleware-endpoint-discovery': `${LEANER}/endpoint-discovery.ts`,
    '@smithy/core/checksum': `${LEANER}/checksum.ts`,
    '@smithy/core/config': `${LEANER}/config.ts`,
    '@smithy/core/event-streams': `${LEANER}/event-streams.ts`,
  },
} as const;

/** Of the flags with which Lambda starts Node, the one that V8 counts: sizes of the heap and of HTTP headers change no code. */
const STARTED_WITH = '--expose-gc';

/** The alias to which a deployment moves a new version step by step. */
const LIVE = 'live';

/** A fixed name, by which the document of the API names a function that does not exist yet. */
function nameOf({ environment }: Settings, id: string): string {
  return `fieldgate-${environment}-${id}`;
}

/** Functions with one instance change at once, because two versions in turn would hide which one fails. */
export function isGradual({ gradual, concurrency }: Settings, id: string): boolean {
  return gradual && concurrency[id] !== 1;
}

/** The name by which the API invokes a function. */
export function servedAs(settings: Settings, id: string): string {
  return isGradual(settings, id) ? `${nameOf(settings, id)}:${LIVE}` : nameOf(settings, id);
}

/** Seconds; API Gateway waits 29 at most. */
const TIMEOUT = 28;

/** All that roles of functions may do, by service; a test holds it equal to their policies. */
export const CALLED = {
  kms: ['Decrypt', 'GenerateDataKey', 'GenerateMac', 'GetPublicKey', 'ReEncryptFrom', 'ReEncryptTo', 'Sign'],
  sts: ['AssumeRole', 'TagSession'],
  dynamodb: [
    ...['BatchGetItem', 'DescribeTable', 'GetItem', 'Query', 'Scan'],
    ...['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'],
  ],
  s3: [
    ...['DeleteObject', 'GetObject', 'ListBucket', 'PutObject'],
    ...['DeleteObjectTagging', 'ListMultipartUploadParts', 'PutObjectTagging'],
  ],
  lambda: ['ListVersionsByFunction'],
  secretsmanager: ['GetSecretValue'],
};

/** Functions of many requests, which wait for KMS and DynamoDB most of their time. */
const WAITING: ReadonlySet<string> = new Set(['token', 'intake', 'release', 'verify']);

/** Options of a function that does not only answer requests. */
export interface RunOptions {
  /** Timeout of one run. */
  seconds?: number;
  /** Only a schedule runs it, so an overlap with the previous run is not a fault. */
  alone?: boolean;
  /** A schedule runs it each minute. */
  minutely?: boolean;
  /** MB of memory, if less than the default. */
  memory?: number;
  /** A file of cases in a Lambda layer; `null` for a function that would read one. */
  register?: Settings['caseRegister'] | null;
}

/**
 * One function of the gateway, which is one trust boundary. Its role may only write its log and traces until a
 * construct's grant method adds more.
 */
export class GatewayFunction extends Construct {
  readonly lambda: NodejsFunction;
  /** What callers and schedules invoke: the alias of a gradual deployment, or the function itself. */
  readonly served: Alias | NodejsFunction;
  readonly role: IRole;
  readonly name: string;
  /** See `RunOptions`. */
  readonly alone: boolean;

  /** @param id the folder under `functions/`; its `handler.ts` is bundled and never imported */
  constructor(scope: Construct, id: string, roles: Roles, settings: Settings, run: RunOptions = {}) {
    super(scope, id);
    this.alone = run.alone ?? false;
    const reserved = settings.concurrency[id];
    const group = logGroup(this, 'Log', settings);
    this.role = roles.make(this, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // `grantWrite` would write a policy of the log group as well, because it takes an imported role for one of another account
    // as soon as the stack's own is told. AWS allows ten such policies in an account.
    this.allow(allowing(['logs:CreateLogStream', 'logs:PutLogEvents'], group.logGroupArn));
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName: nameOf(settings, id),
      entry: `functions/${id}/handler.ts`,
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      role: this.role,
      logGroup: group,
      loggingFormat: LoggingFormat.JSON,
      // Of a request that ended well our own line and that of the API say more than Lambda's two, whose bytes cost twice as much.
      // What failed or took too long is a warning.
      systemLogLevelV2: run.minutely ? SystemLogLevel.INFO : SystemLogLevel.WARN,
      // Lambda keeps a trace of each run that is alone in its second: of each run by the clock. A trace holds no call to
      // another service, so its only number is the duration, which Lambda's own line in the log has as well.
      tracing: run.minutely ? Tracing.PASS_THROUGH : Tracing.ACTIVE,
      memorySize: run.memory ?? (WAITING.has(id) ? settings.waitingMemory : settings.memory),
      timeout: Duration.seconds(run.seconds ?? TIMEOUT),
      ...defined({ reservedConcurrentExecutions: reserved }),
      ...(run.register && { layers: [LayerVersion.fromLayerVersionArn(this, 'Cases', run.register.layer)] }),
      awsSdkConnectionReuse: false,
      bundling: { ...bundlingOf(settings), commandHooks: hooksOf(id, settings) },
    });
    this.served =
      isGradual(settings, id) && !this.alone
        ? new Alias(this, 'Live', { aliasName: LIVE, version: this.lambda.currentVersion as IVersion })
        : this.lambda;
    this.set('environment', settings.environment);
    this.name = nameOf(settings, id);
    if (run.register !== undefined) this.set('caseRegister', run.register?.file ?? 'none');
    acknowledge(this, ACCEPTED);
  }

  /** Sets the environment variable that the function's handler reads. */
  set(name: EnvName, value: string): void {
    this.lambda.addEnvironment(ENV[name], value);
  }

  /**
   * Another function may be given this role by an administrator, with code of its own. Lambda tells each service which function
   * a call comes from, so the role refuses such a call. Calls that Lambda makes under the role, such as those for its log,
   * name no function. Actions are named, because a rule of cdk-nag takes a denied `*` for an allowed one.
   */
  refuseOtherFunctions(): void {
    const arn = this.arnByName;
    this.allow(
      new PolicyStatement({
        sid: 'OnlyItself',
        effect: Effect.DENY,
        actions: Object.entries(CALLED).flatMap(([service, names]) =>
          names.map((name) => `${service}:${name}`),
        ),
        resources: ['*'],
        conditions: {
          Null: { 'lambda:SourceFunctionArn': 'false' },
          ArnNotLike: { 'lambda:SourceFunctionArn': [arn, `${arn}:*`] },
        },
      }),
    );
  }

  /** Digest of its package's files, which is the name of its archive: another package has another. */
  get code(): string {
    const { code } = this.lambda.node.defaultChild as CfnFunction;
    const { s3Key = '' } = code as CfnFunction.CodeProperty;
    return basename(s3Key, '.zip');
  }

  /** By its name: the function's own attribute would make a role that names it wait for it. */
  get arnByName(): string {
    return Stack.of(this).formatArn({
      ...{ service: 'lambda', resource: 'function', resourceName: this.name },
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Adds a statement to the function's own role. */
  allow(statement: PolicyStatement): void {
    this.role.addToPrincipalPolicy(statement);
  }
}

export function bundlingOf({ pack }: Settings): BundlingOptions {
  // Settings of esbuild; the modules of another pack take the place of the shipped one's.
  const own =
    pack === undefined ? [] : PACK_FILES.map((name) => [`#pack/${name}`, `${pack}/${name}`] as const);
  const alias = [...Object.entries(BUNDLE.alias), ...own];
  return {
    ...BUNDLING,
    esbuildArgs: Object.fromEntries([
      ...alias.map(([name, file]) => [`--alias:${name}`, file] as const),
      ...Object.entries(BUNDLE.supported).map(([what, is]) => [`--supported:${what}`, String(is)] as const),
    ]),
  };
}

const PACK_FILES = ['shipped.ts', 'sentences.ts', 'codes.ts'];

const BUNDLING: BundlingOptions = {
  format: OutputFormat.CJS,
  target: BUNDLE.target,
  mainFields: [...BUNDLE.mainFields],
  minify: BUNDLE.minify,
  charset: Charset.UTF8,
  loader: BUNDLE.loader,
  sourceMap: true,
  sourceMapMode: SourceMapMode.EXTERNAL,
  sourcesContent: BUNDLE.sourcesContent,
  bundleAwsSDK: true,
};

/** What is packaged with the code: the console's pages, and the code cache. */
function hooksOf(id: string, settings: Settings): ICommandHooks {
  const maker = cacheMaker(settings);
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (input, output) => [
      `node ${input}/infra/aws/bundle/rooted-map.ts ${output} ${input}`,
      ...(id === 'console' ? [`node ${input}/infra/package/console.ts ${output}/console`] : []),
      ...(maker === null ? [] : [`node ${input}/infra/aws/bundle/code-cache/package.ts ${output} ${maker}`]),
    ],
  };
}

/** @returns architecture, Node and flags as words of a shell, or `null` if this machine can make no cache that the functions take */
export function cacheMaker({ codeCache, architecture }: Pick<Settings, 'codeCache' | 'architecture'>) {
  if (codeCache === 'none') return null;
  const arch = architecture === 'arm64' ? architecture : 'x64';
  if (codeCache !== undefined) {
    if (!/^[\w./-]+(?: --[\w=-]+)*$/.test(codeCache))
      throw new Error('codeCache is the path of a Node, and flags after it, or none');
    return `${arch} ${codeCache}`;
  }
  const { platform, version } = process;
  if (platform !== 'linux' || process.arch !== arch || !version.startsWith(`v${MAJOR}.`)) return null;
  return `${arch} '${process.execPath.replaceAll("'", "'\\''")}' ${STARTED_WITH}`;
}

const ACCEPTED = {
  ...LOG_GROUP,
  ...OWN_POLICY,
  'AwsSolutions-IAM5[Resource::*]': 'X-Ray has no resources to name: its two actions take only *.',
  'NIST.800.53.R5-LambdaConcurrency':
    'The API is throttled. A reserve for each function would be taken from all others, and the busiest would lack instances.',
  'NIST.800.53.R5-LambdaDLQ':
    'API Gateway waits for the answer, and the next scheduled run does the work of a failed one: nothing is queued.',
  'NIST.800.53.R5-LambdaInsideVPC':
    'It calls AWS under IAM and TLS, and fetches public keys. It reaches nothing in a private network.',
};
