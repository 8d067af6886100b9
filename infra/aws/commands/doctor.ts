/**
 * A check of an account before a deployment: `npm run doctor -- --region … [--environment prod] [-c name=value …]`. It reads
 * with the AWS CLI, creates nothing and costs nothing. Each line is PASS or names the fault that a deployment
 * would meet.
 */

import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { defined } from '../../../shared/defined.ts';
import { iamStackOf } from '../iam-region.ts';
import { type Settings, settingsFor } from '../settings.ts';
import { givenBy, told } from '../told.ts';
import { boundaryLacks } from './boundary.ts';
import { channelsFault } from './channels.ts';
import { command } from './command.ts';
import { countedIn, printed, type Running, runningHere, runningIn } from './cryptography.ts';
import { readNumber, ring } from './ring.ts';
import { silenceOf, type TopicAttributes } from './topic.ts';

/** Answers of the AWS CLI. @throws Error if the call is refused or unknown */
export type Aws = (...words: string[]) => unknown;

export interface Check {
  name: string;
  /** `null`: passed. */
  fault: string | null;
}

/** Instances that Lambda requires to be left unreserved. */
const UNRESERVED = 100;

/** Quotas that the stack needs, by service and code, with the required values. KMS counts the keys of the region together. */
const QUOTAS = [
  ['kms', 'L-C2F1777E', 'KMS keys', 100],
  // A log writer's certificate is one signature, and 1,000 instances may start within a second.
  ['kms', 'L-DC14942D', 'signatures of KMS a second', 1000],
  ['dynamodb', 'L-F98FE922', 'DynamoDB tables', 40],
  ['lambda', 'L-B99A9384', 'concurrent executions', 10],
] as const;

/** The publishers to the topics of the settings. */
const TOPICS = [
  [
    'alarmTopicArn',
    'the alarm topic exists, and alarms and EventBridge may publish to it',
    ['cloudwatch', 'events'],
  ],
  ['secondTopicArn', 'the second topic exists, and alarms may publish to it', ['cloudwatch']],
] as const;

const string = (value: unknown, name: string) =>
  String((value as Record<string, unknown> | null)?.[name] ?? '');
const number = (value: unknown, name: string) =>
  Number((value as Record<string, unknown> | null)?.[name] ?? Number.NaN);

/** @param awsIn calls a region; @param settings with the region of the stack */
export function preflight(awsIn: (region: string) => Aws, settings: Settings & { region: string }): Check[] {
  const { account, architecture, channels, concurrency, domain, monthlyBudget, keysQualifier } = settings;
  const check = resultOf;
  const aws = awsIn(settings.region);
  const ofIam = iamStackOf(settings);
  const reserved = Object.values(concurrency).reduce((sum, one) => sum + one, 0);
  return [
    check('the credentials belong to the account in the settings', () => {
      const found = string(aws('sts', 'get-caller-identity'), 'Account');
      return account === undefined || found === account ? null : `they are of ${found}`;
    }),
    check('Lambda has the concurrency that the settings reserve', () => {
      const limit = number(
        aws('lambda', 'get-account-settings', '--query', 'AccountLimit'),
        'ConcurrentExecutions',
      );
      const needed = reserved === 0 ? 0 : reserved + UNRESERVED;
      return limit >= needed
        ? null
        : `it has ${limit}, ${needed} are needed; ask for more, or set concurrency: {}`;
    }),
    ...QUOTAS.map(([service, code, what, needed]) =>
      check(`the quota of ${what}`, () => {
        const value = quotaOf(aws, service, code);
        return value >= needed ? null : `it is ${value}, ${needed} are needed`;
      }),
    ),
    check('KMS in this region signs with Ed25519', () => {
      // KMS refuses the missing key before it signs anything. An unknown algorithm gives another error.
      const words = ['sign', '--key-id', `alias/${NOT_THERE}`, '--message', 'AA==', '--message-type', 'RAW'];
      return refusal(aws, 'kms', ...words, '--signing-algorithm', 'ED25519_SHA_512') === 'NotFoundException'
        ? null
        : 'it does not support ED25519_SHA_512';
    }),
    check('Lambda in this region runs the functions', () => {
      // It refuses the question itself if it knows no such runtime or processor.
      const words = ['--compatible-runtime', RUNTIME, '--compatible-architecture', architecture];
      const error = refusal(aws, 'lambda', 'list-layers', ...words, '--max-items', '1');
      if (error === '') return null;
      return error === 'InvalidParameterValueException' || error === 'ValidationException'
        ? `it does not have ${RUNTIME} on ${architecture}`
        : `AWS answered ${error}`;
    }),
    check("this region has the firewall's list of addresses", () => {
      const words = ['list-available-managed-rule-groups', '--scope', 'REGIONAL', '--query', NAMES];
      return (aws('wafv2', ...words) as string[]).includes('AWSManagedRulesAmazonIpReputationList')
        ? null
        : 'it does not have the list';
    }),
    check('CloudWatch Logs has room for the policies that AWS writes itself', () => {
      const policies = aws('logs', 'describe-resource-policies', '--query', 'resourcePolicies') as unknown[];
      // The stack has none; API Gateway and the firewall may each add one.
      return policies.length <= 8 ? null : `the region has ${policies.length} of the 10 that AWS allows`;
    }),
    check('CloudTrail has room for a trail', () => {
      const trails = aws('cloudtrail', 'describe-trails', '--query', 'trailList') as unknown[];
      return trails.length < 5 || settings.trail !== undefined
        ? null
        : 'the region has 5 trails, which is the limit; name one of them as the setting trail';
    }),
    check("API Gateway's role for logs is this environment's, or there is none", () => {
      const role = string(aws('apigateway', 'get-account'), 'cloudwatchRoleArn');
      return role === '' || role.includes(`fieldgate-${settings.environment}`)
        ? null
        : `it is ${role}, which the deployment replaces for every API of the region`;
    }),
    settings.boundary !== undefined &&
      check("the boundary allows what AWS's own policies do", () =>
        boundaryLacks(aws, settings.region.startsWith('cn-') ? 'aws-cn' : 'aws'),
      ),
    check('the region is bootstrapped for the CDK', () => bootstrapped(aws, 'hnb659fds')),
    ofIam !== null &&
      check('the region of IAM is bootstrapped for the CDK', () =>
        bootstrapped(awsIn(ofIam.region), 'hnb659fds', `aws://${ofIam.account}/${ofIam.region}`),
      ),
    keysQualifier !== undefined &&
      check('the region is bootstrapped for the stack of keys', () => bootstrapped(aws, keysQualifier)),
    ...TOPICS.flatMap(([setting, what, always]) => {
      const { [setting]: TopicArn } = settings;
      if (TopicArn === undefined) return [];
      const paid = setting === 'alarmTopicArn' && monthlyBudget !== undefined;
      return check(what, () => {
        const words = ['get-topic-attributes', '--topic-arn', TopicArn, '--query', 'Attributes'];
        const attributes = aws('sns', ...words) as TopicAttributes;
        return silenceOf({ ...attributes, TopicArn }, [...always, ...(paid ? ['budgets'] : [])], (key) =>
          string(aws('kms', 'get-key-policy', '--key-id', key, '--policy-name', 'default'), 'Policy'),
        );
      });
    }),
    channels !== undefined &&
      check('the secret of channels can be read, and holds channels', () => channelsFault(aws, channels)),
    domain !== undefined &&
      check('the certificate is issued, in this region', () => {
        const words = ['describe-certificate', '--certificate-arn', domain.certificateArn];
        const status = string(aws('acm', ...words, '--query', 'Certificate'), 'Status');
        return status === 'ISSUED' ? null : `it is ${status || 'not there'}`;
      }),
  ].filter((one) => one !== false);
}

/** The account's own value; Service Quotas has none as long as it is the default. */
function quotaOf(aws: Aws, service: string, code: string): number {
  const words = ['--service-code', service, '--quota-code', code, '--query', 'Quota'];
  if (refusal(aws, 'service-quotas', 'get-service-quota', ...words) === 'NoSuchResourceException')
    return number(aws('service-quotas', 'get-aws-default-service-quota', ...words), 'Value');
  return number(aws('service-quotas', 'get-service-quota', ...words), 'Value');
}

/** @param look gives the fault, or `null` */
export function resultOf(name: string, look: () => string | null): Check {
  try {
    return { name, fault: look() };
  } catch (error) {
    return { name, fault: unanswered(error) };
  }
}

/** The same for what takes time. */
export async function checkOf(name: string, look: () => Promise<string | null>): Promise<Check> {
  try {
    return { name, fault: await look() };
  } catch (error) {
    return { name, fault: unanswered(error) };
  }
}

/** AWS's reason by its name: a login that has ended is another fault than a right that is missing. */
function unanswered(error: unknown): string {
  const why = error instanceof Error ? /An error occurred \((\w+)\)/.exec(error.message)?.[1] : undefined;
  return why === undefined
    ? 'no answer: the call was refused, or the region does not have the service'
    : `no answer: AWS said ${why}`;
}

/** Writes a line for each check; the process ends with an error if one has a fault. */
export function report(checks: readonly Check[]): void {
  for (const { name, fault } of checks)
    process.stdout.write(
      `${fault === null ? 'PASS' : 'FAIL'}  ${name}${fault === null ? '' : `: ${fault}`}\n`,
    );
  process.exitCode = checks.some(({ fault }) => fault !== null) ? 1 : 0;
}

/** A test holds it equal to that of the template. */
export const RUNTIME = 'nodejs24.x';
const NOT_THERE = 'fieldgate-preflight-that-is-not-there';
const NAMES = 'ManagedRuleGroups[].Name';

/** @param where account and region, if not those of the stack */
function bootstrapped(aws: Aws, qualifier: string, where?: string): string | null {
  const words = ['get-parameter', '--name', `/cdk-bootstrap/${qualifier}/version`, '--query', 'Parameter'];
  const missing = refusal(aws, 'ssm', ...words) === 'ParameterNotFound';
  if (!missing && Number(string(aws('ssm', ...words), 'Value')) >= 6) return null;
  return `run npx cdk bootstrap --qualifier ${qualifier}${where === undefined ? '' : ` ${where}`}`;
}

/** @returns the name of AWS's error, or `` if the call succeeded */
export const refusal = (aws: Aws, ...words: string[]): string => complaint(aws, ...words).name;

/** The same with AWS's reason. */
export function complaint(aws: Aws, ...words: string[]): { name: string; why: string } {
  try {
    aws(...words);
    return { name: '', why: '' };
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    return { name: /\((\w+)\)/.exec(why)?.[1] ?? 'an unknown error', why };
  }
}

/** The AWS CLI in one region. @param credentials other ones than those of the environment */
export function cli(region: string, credentials: Record<string, string> = {}): Aws {
  return (...words) => {
    const all = [...words, '--region', region, '--output', 'json'];
    const told = execFileSync('aws', all, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // A template has up to a megabyte.
      maxBuffer: 1 << 26,
      env: { ...process.env, ...credentials },
    });
    // Some calls succeed without an answer.
    return told.trim() === '' ? null : JSON.parse(told);
  };
}

/** Logical id to physical id of what a stack has. */
export function resourcesOf(aws: Aws, stack: string): Map<string, string> {
  const { StackResourceSummaries } = aws('cloudformation', 'list-stack-resources', '--stack-name', stack) as {
    StackResourceSummaries: { LogicalResourceId: string; PhysicalResourceId: string }[];
  };
  return new Map(StackResourceSummaries.map((one) => [one.LogicalResourceId, one.PhysicalResourceId]));
}

/** The output of a stack whose name begins so, or `` */
export function outputOf(aws: Aws, stack: string, start: string): string {
  const { Stacks } = aws('cloudformation', 'describe-stacks', '--stack-name', stack) as {
    Stacks: { Outputs?: { OutputKey: string; OutputValue: string }[] }[];
  };
  return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey.startsWith(start))?.OutputValue ?? '';
}

const USAGE = `doctor --region REGION [--environment NAME] [--account ID] [-c name=value …]

Reads with the AWS CLI whether an account has what a deployment needs. It creates nothing and costs nothing.
-c takes the settings that a synthesis is told, so that topic and bootstraps are looked at too.
--ring, once the stack is there: raises one alarm by hand, and asks for the number that reaches the person on duty.
--cryptography en|zh, once the stack is there: the table for an assessor of cryptography, from the functions and keys that run.
--counted FILE with it: the job of a sweep (fieldgate keys sweep --json), which has counted what is stored.
--local FOLDER with it, in place of --region: of the local gateway whose state is in the folder, such as .fieldgate.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      region: text,
      environment: { ...text, default: 'dev' },
      account: text,
      context: { ...text, short: 'c', multiple: true, default: [] },
      ring: { type: 'boolean', default: false },
      cryptography: text,
      local: text,
      counted: text,
    },
  });
  const { region, environment, account, context, cryptography, local } = values;
  if (cryptography !== undefined && cryptography !== 'en' && cryptography !== 'zh')
    throw new Error('--cryptography takes the language of the table: en or zh');
  const counted = values.counted === undefined ? undefined : countedIn(values.counted);
  const show = (running: Running, language: 'en' | 'zh') =>
    void process.stdout.write(printed({ ...running, counted }, language));
  if (cryptography && local) return show(runningHere(local), cryptography);
  if (region === undefined) throw new Error('name the --region');
  if (cryptography) return show(runningIn(cli(region), region, environment), cryptography);
  if (values.ring) return report([await ring(cli(region), environment, readNumber)]);
  const settings = told(settingsFor(environment), givenBy(context));
  report(preflight(cli, { ...settings, ...defined({ account }), region }));
});
