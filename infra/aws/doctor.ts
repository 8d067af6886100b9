/**
 * A pre-flight for an account, before anything is deployed: `npm run doctor -- --region … [--environment prod]`. It reads
 * with the AWS CLI, makes nothing and costs nothing. Each line is PASS or says what a deployment would meet.
 */
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Settings, settingsFor } from './settings.ts';

/** Answers of the AWS CLI. @throws Error when the call is refused or unknown */
export type Aws = (...words: string[]) => unknown;

export interface Check {
  name: string;
  /** `null`: fine. */
  fault: string | null;
}

/** Instances that Lambda wants left without a reserve. */
const UNRESERVED = 100;

/** Quotas that the stack needs, by service and code, and how much of each. */
const QUOTAS = [
  ['kms', 'L-2AC98190', 'KMS keys', 100],
  ['dynamodb', 'L-F98FE922', 'DynamoDB tables', 40],
  ['lambda', 'L-B99A9384', 'concurrent executions', 10],
] as const;

const string = (value: unknown, name: string) =>
  String((value as Record<string, unknown> | null)?.[name] ?? '');
const number = (value: unknown, name: string) =>
  Number((value as Record<string, unknown> | null)?.[name] ?? Number.NaN);

/** @param aws asks the region that the stack is for */
export function preflight(aws: Aws, { account, concurrency, alarmTopicArn, domain }: Settings): Check[] {
  const check = (name: string, look: () => string | null): Check => {
    try {
      return { name, fault: look() };
    } catch {
      return { name, fault: 'could not be asked: the call was refused, or the region does not have it' };
    }
  };
  const reserved = Object.values(concurrency).reduce((sum, one) => sum + one, 0);
  return [
    check('the credentials are of the account of the settings', () => {
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
        const words = ['get-service-quota', '--service-code', service, '--quota-code', code];
        const value = number(aws('service-quotas', ...words, '--query', 'Quota'), 'Value');
        return value >= needed ? null : `it is ${value}, ${needed} are needed`;
      }),
    ),
    check('KMS signs with Ed25519 here', () => {
      // Refused before anything is made, for the key that is not there; an unknown algorithm is refused otherwise.
      const words = ['sign', '--key-id', `alias/${NOT_THERE}`, '--message', 'AA==', '--message-type', 'RAW'];
      return refusal(aws, 'kms', ...words, '--signing-algorithm', 'ED25519_SHA_512') === 'NotFoundException'
        ? null
        : 'it does not know ED25519_SHA_512';
    }),
    check('the firewall has the list of addresses here', () => {
      const groups = aws(
        'wafv2',
        'list-available-managed-rule-groups',
        '--scope',
        'REGIONAL',
        '--query',
        NAMES,
      );
      return (groups as string[]).includes('AWSManagedRulesAmazonIpReputationList') ? null : 'it has not';
    }),
    check('the region was bootstrapped for the CDK', () => {
      const version = string(
        aws('ssm', 'get-parameter', '--name', BOOTSTRAP, '--query', 'Parameter'),
        'Value',
      );
      return Number(version) >= 6 ? null : 'run npx cdk bootstrap';
    }),
    ...(alarmTopicArn === undefined
      ? []
      : [
          check('the alarm topic is there, and EventBridge may publish to it', () => {
            const words = ['get-topic-attributes', '--topic-arn', alarmTopicArn, '--query', 'Attributes'];
            return string(aws('sns', ...words), 'Policy').includes('events.amazonaws.com')
              ? null
              : 'its policy does not let events.amazonaws.com publish';
          }),
        ]),
    ...(domain === undefined
      ? []
      : [
          check('the certificate is issued, in this region', () => {
            const words = ['describe-certificate', '--certificate-arn', domain.certificateArn];
            const status = string(aws('acm', ...words, '--query', 'Certificate'), 'Status');
            return status === 'ISSUED' ? null : `it is ${status || 'not there'}`;
          }),
        ]),
  ];
}

const NOT_THERE = 'fieldgate-preflight-that-is-not-there';
const NAMES = 'ManagedRuleGroups[].Name';
const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';

/** @returns the name of AWS's error, or `` where the call passed */
function refusal(aws: Aws, ...words: string[]): string {
  try {
    aws(...words);
    return '';
  } catch (error) {
    return /\((\w+)\)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 'unknown';
  }
}

function cli(region: string): Aws {
  return (...words) => {
    const all = [...words, '--region', region, '--output', 'json'];
    return JSON.parse(execFileSync('aws', all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = {
    region: { type: 'string' },
    environment: { type: 'string' },
    account: { type: 'string' },
  } as const;
  const { region, environment = 'dev', account } = parseArgs({ options }).values;
  if (region === undefined) throw new Error('say which --region');
  const settings = { ...settingsFor(environment), ...(account !== undefined && { account }) };
  const checks = preflight(cli(region), settings);
  for (const { name, fault } of checks)
    process.stdout.write(
      `${fault === null ? 'PASS' : 'FAIL'}  ${name}${fault === null ? '' : `: ${fault}`}\n`,
    );
  process.exitCode = checks.some(({ fault }) => fault !== null) ? 1 : 0;
}
