import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { type IRole, type PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { parse } from 'yaml';
import { acknowledge, LOG_GROUP, OWN_POLICY } from '../acknowledge.ts';
import { logGroup } from '../removal-policy.ts';
import { bundlingOf } from '../run/gateway-function.ts';
import { allowing, type Roles } from '../run/roles.ts';
import type { Settings } from '../settings.ts';
import { allowOnKey, lockedKey } from '../stored/locked-key.ts';

/** Client id of the office that two stewards register; a test holds it equal to that of infra/canary. */
const CLIENT = 'canary';
/** What it does, in the words of the shipped pack. */
const PLAN = fileURLToPath(new URL('../sample/smoke.yaml', import.meta.resolve('#pack/pack.json')));
/** Minutes between journeys. */
const EVERY = 5;

/** @param scope the stack of keys */
export function canaryKey(scope: Construct, settings: Settings): Key | undefined {
  if (settings.canary !== 'stack') return undefined;
  return lockedKey(scope, 'CanaryKey', {
    description: 'Signs as the office of the canary',
    ...{ alias: 'canary', kind: { spec: KeySpec.ECC_NIST_P256, usage: KeyUsage.SIGN_VERIFY }, settings },
  });
}

/**
 * Makes a journey through the public address, as an office does: it may do nothing in the account but sign with its own key, and
 * in the gateway what two stewards gave its office.
 */
export class Canary extends Construct {
  constructor(
    scope: Construct,
    id: string,
    key: Key,
    { roles, url, settings }: { roles: Roles; url: string; settings: Settings },
  ) {
    super(scope, id);
    const log = logGroup(this, 'Log', settings);
    const role: IRole = roles.make(this, 'canary', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const allow = (statement: PolicyStatement) => void role.addToPrincipalPolicy(statement);
    allow(allowing(['logs:CreateLogStream', 'logs:PutLogEvents'], log.logGroupArn));
    allowOnKey(key, { role, allow }, ['Sign'], { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } });
    const fn = new NodejsFunction(this, 'Function', {
      functionName: `fieldgate-${settings.environment}-canary`,
      entry: 'infra/canary/handler.ts',
      runtime: Runtime.NODEJS_24_X,
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      ...{ role, logGroup: log, memorySize: 256, timeout: Duration.seconds(60) },
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      awsSdkConnectionReuse: false,
      bundling: bundlingOf(settings),
      environment: {
        ...{ CANARY_CLIENT: CLIENT, CANARY_ENVIRONMENT: settings.environment, CANARY_ISSUER: url },
        ...{ CANARY_KEY: key.keyArn, CANARY_PLAN: JSON.stringify(parse(readFileSync(PLAN, 'utf8'))) },
      },
    });
    const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    fn.configureAsyncInvoke(once);
    new Rule(this, 'Every', {
      schedule: Schedule.rate(Duration.minutes(EVERY)),
      targets: [new LambdaFunction(fn, once)],
    });
    new CfnOutput(this, 'Key', { value: key.keyArn, description: "key of the canary's office" });
    acknowledge(this, ACCEPTED);
  }
}

const ACCEPTED = {
  ...LOG_GROUP,
  ...OWN_POLICY,
  'NIST.800.53.R5-LambdaConcurrency': 'A schedule runs it, one run at a time.',
  'NIST.800.53.R5-LambdaDLQ': 'The next run follows in five minutes, and an alarm waits for good ones.',
  'NIST.800.53.R5-LambdaInsideVPC': 'It comes to the gateway from outside, as an office does.',
};
