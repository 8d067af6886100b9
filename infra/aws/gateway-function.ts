import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import {
  type BundlingOptions,
  Charset,
  NodejsFunction,
  OutputFormat,
  SourceMapMode,
} from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV, type EnvName } from '../../shared/env.ts';
import { acknowledge, LOG_GROUP } from './acknowledge.ts';
import type { Settings } from './settings.ts';

/** What takes the place of parts of the SDK that the functions have no use for. */
const LEANER = `${import.meta.dirname}/leaner`;

/**
 * How each function becomes one file, for the stack and for the tests that measure and run the bundles.
 *
 * CommonJS, because an ES module that imports `node:http` loads undici at cold start and pays some 30 ms for
 * it. Packages are read by their ES module entry all the same, since only that can be shaken; together with what
 * takes the place of parts of the SDK, that more than halves a bundle. The SDK is bundled: what runs is what was
 * tested.
 */
export const BUNDLE = {
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  sourcesContent: false,
  charset: 'utf8',
  alias: {
    '@aws-sdk/credential-provider-node': `${LEANER}/credentials.ts`,
    '@aws-sdk/middleware-endpoint-discovery': `${LEANER}/endpoint-discovery.ts`,
    '@aws/lambda-invoke-store': `${LEANER}/invoke-store.ts`,
    '@smithy/core/checksum': `${LEANER}/checksum.ts`,
    '@smithy/core/config': `${LEANER}/config.ts`,
    '@smithy/core/event-streams': `${LEANER}/event-streams.ts`,
  },
} as const;

/** Seconds; API Gateway gives up after 29. */
const TIMEOUT = 28;

/** Where a function does not run as requests want it. */
export interface RunOptions {
  /** How long one run may take. */
  seconds?: number;
  /** Runs at the same time, at most. */
  atOnce?: number;
  /** MB of memory, where it is less than the others'. */
  memory?: number;
}

/**
 * One function of the gateway, which is one trust boundary: a role of its own that may do nothing but
 * write its log and traces until a construct's grant method says more.
 */
export class GatewayFunction extends Construct {
  readonly lambda: NodejsFunction;
  readonly role: Role;
  /** It has a slot of its own, and runs once at a time. */
  readonly alone: boolean;

  /** @param id the folder under `functions/`; its `handler.ts` is bundled, never imported. */
  constructor(scope: Construct, id: string, settings: Settings, run: RunOptions = {}) {
    super(scope, id);
    this.alone = run.atOnce === 1;
    const logGroup = new LogGroup(this, 'Log', {
      retention: settings.logDays as RetentionDays,
      removalPolicy: settings.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.lambda = new NodejsFunction(this, 'Function', {
      entry: `functions/${id}/handler.ts`,
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      memorySize: run.memory ?? settings.memory,
      timeout: Duration.seconds(run.seconds ?? TIMEOUT),
      ...(run.atOnce !== undefined && { reservedConcurrentExecutions: run.atOnce }),
      awsSdkConnectionReuse: false,
      bundling: BUNDLING,
    });
    acknowledge(this, ACCEPTED);
  }

  /** Hands the function one setting by the name that its handler reads. */
  set(name: EnvName, value: string): void {
    this.lambda.addEnvironment(ENV[name], value);
  }

  /** Adds a statement to the function's own role. */
  allow(statement: PolicyStatement): void {
    this.role.addToPrincipalPolicy(statement);
  }
}

const BUNDLING: BundlingOptions = {
  format: OutputFormat.CJS,
  target: BUNDLE.target,
  mainFields: [...BUNDLE.mainFields],
  minify: BUNDLE.minify,
  charset: Charset.UTF8,
  sourceMap: true,
  sourceMapMode: SourceMapMode.EXTERNAL,
  sourcesContent: BUNDLE.sourcesContent,
  bundleAwsSDK: true,
  esbuildArgs: Object.fromEntries(
    Object.entries(BUNDLE.alias).map(([name, file]) => [`--alias:${name}`, file]),
  ),
};

const ACCEPTED = {
  ...LOG_GROUP,
  'AwsSolutions-IAM5[Resource::*]': 'X-Ray has no resources to name: its two actions take only *.',
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'The policy belongs to this one role and must never be attached to another.',
  'NIST.800.53.R5-LambdaConcurrency':
    'The API is throttled. A reserve for each function would be taken from all others, and starve the busiest.',
  'NIST.800.53.R5-LambdaDLQ':
    'API Gateway waits for the answer, and what the clock starts is done by the next run: nothing is queued.',
  'NIST.800.53.R5-LambdaInsideVPC':
    'Calls AWS by IAM and TLS, and fetches public keys. Nothing that it reaches is in a network of its own.',
};
