/**
 * What only an account can show of a deployed stack: `npm run smoke -- --region … --stack fieldgate-dev`. It runs with the AWS CLI of an
 * administrator. It makes one role and one account of a person and deletes both; all else that it tries must be refused. Then
 * infra/canary/smoke.ts does what the gateway is for.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ENV } from '../../../shared/env.ts';
import { fetchWith } from '../../../shared/mtls.ts';
import { command } from './command.ts';
import {
  type Aws,
  type Check,
  checkOf,
  cli,
  refusal as errorOf,
  outputOf,
  report,
  resourcesOf,
  resultOf,
} from './doctor.ts';
import { idOf, refusals } from './smoke-refusals.ts';

export interface Stack {
  name: string;
  /** Logical id to physical id. */
  ids: ReadonlyMap<string, string>;
  /** The base URL, without a slash at the end. */
  url: string;
}

export interface Tools {
  aws: Aws;
  /** The CLI under a role. @throws Error while the role can't be assumed */
  as: (role: string) => Aws;
  /** Sends one request, as `fetch` does. */
  send: (url: string, init?: RequestInit) => Promise<Response>;
  /** Waits until a change of IAM may have arrived. */
  pause: () => Promise<unknown>;
}

/** Open requests in a burst: more than the throttle of a path lets through at once. */
const BURST = 400;

/** Metrics that functions write each minute, also without a request. */
const BY_THE_CLOCK = ['SequencerLag', 'WatchBehind', 'ReconcileBehind'];

export async function smoke(tools: Tools, stack: Stack): Promise<Check[]> {
  return [
    ...(await (isSigned(tools.aws, stack) ? closed : answers)(stack, tools.send)),
    ...refusals(tools.aws, stack.ids),
    await projected(tools, stack.name, idOf(stack.ids, 'keysTable')),
    ...records(tools.aws, stack),
  ];
}

/** Whether API Gateway demands a signature of IAM of each request, as in the China regions. */
function isSigned(aws: Aws, stack: Stack): boolean {
  const words = ['get-function-configuration', '--function-name', idOf(stack.ids, 'tokenFunction')];
  const told = aws('lambda', ...words, '--query', 'Environment.Variables');
  return (told as Record<string, string> | null)?.[ENV.authorization] === 'iam';
}

/** Without a signature no path is answered, not even one that is not there. */
async function closed({ url }: Stack, send: Tools['send']): Promise<Check[]> {
  return Promise.all(
    ['/readyz', '/nothing'].map((path) =>
      checkOf(`${path} is refused without a signature, as a problem`, async () => {
        const answer = await send(url + path);
        const { code } = (await answer.json()) as { code?: string };
        return answer.status === 401 && code === 'TOKEN_INVALID'
          ? null
          : `it answered ${answer.status} ${code}`;
      }),
    ),
  );
}

/** What callers get from API Gateway in front of the functions. */
async function answers({ url }: Stack, send: Tools['send']): Promise<Check[]> {
  const told = async (path: string, init?: RequestInit) => {
    const answer = await send(url + path, init);
    const type = answer.headers.get('content-type') ?? '';
    const body = (type.includes('json') ? await answer.json() : {}) as { code?: string; keys?: unknown[] };
    return { status: answer.status, type, ...body };
  };
  const expected = (what: object, found: object) =>
    JSON.stringify(what) === JSON.stringify(found) ? null : `it answered ${JSON.stringify(found)}`;
  return [
    await checkOf('the gateway is ready, with KMS and DynamoDB behind it', async () =>
      expected({ status: 200 }, { status: (await told('/readyz')).status }),
    ),
    await checkOf('an unknown path is a problem, also with a token', async () => {
      const { status, code } = await told('/nothing', { headers: { authorization: 'DPoP x' } });
      return expected({ status: 404, code: 'NOT_FOUND' }, { status, code });
    }),
    await checkOf('a wrong method is refused by the function, not by API Gateway', async () => {
      const { status, code } = await told('/v1/releases', { method: 'DELETE' });
      return expected({ status: 405, code: 'METHOD_NOT_ALLOWED' }, { status, code });
    }),
    await checkOf('the public keys are published', async () => {
      const { keys = [] } = await told('/.well-known/jwks.json');
      return keys.length >= 2 ? null : `there are ${keys.length}`;
    }),
    await checkOf('the sequencer has published a checkpoint', async () =>
      expected({ status: 200 }, { status: (await told('/log/checkpoint')).status }),
    ),
    await checkOf(
      'a path without a token is throttled, as a problem, and the paths of agencies are not',
      async () => {
        const burst = await Promise.all(Array.from({ length: BURST }, () => told('/docs/problems')));
        const refused = burst.filter(({ status }) => status === 429);
        if (refused.length === 0) return `${BURST} requests at once were all answered`;
        if (refused.some(({ code }) => code !== 'RATE_LIMITED')) return 'the refusal is no problem document';
        const { status } = await told('/v1/releases', { method: 'POST' });
        return expected({ status: 401 }, { status });
      },
    ),
  ];
}

/**
 * AWS does not say what `dynamodb:Attributes` holds for a read without a projection. A role with the condition of
 * casework's own statement reads an item that is not there, with and without one.
 */
async function projected({ aws, as, pause }: Tools, stack: string, table: string): Promise<Check> {
  return checkOf('a read that names no attributes is refused to roles that may read some', async () => {
    const { Account } = aws('sts', 'get-caller-identity') as { Account: string };
    const { Table } = aws('dynamodb', 'describe-table', '--table-name', table) as {
      Table: { TableArn: string };
    };
    const role = ['--role-name', `${stack}-smoke`];
    const trust = statement({ Principal: { AWS: Account }, Action: 'sts:AssumeRole' });
    const { Role } = aws('iam', 'create-role', ...role, '--assume-role-policy-document', trust) as {
      Role: { Arn: string };
    };
    try {
      const rights = statement({ Action: 'dynamodb:GetItem', Resource: Table.TableArn, Condition: NAMED });
      aws('iam', 'put-role-policy', ...role, '--policy-name', 'smoke', '--policy-document', rights);
      const get = ['dynamodb', 'get-item', '--table-name', table, '--key', '{"subject":{"S":"smoke"}}'];
      const read = async (...projection: string[]) => {
        // A new role is known everywhere after some seconds.
        for (let tries = 0; ; tries++) {
          const error = errorOf((...words) => as(Role.Arn)(...words), ...get, ...projection);
          if (error === '' || tries === TRIES) return error;
          await pause();
        }
      };
      if ((await read('--projection-expression', 'subject')) !== '')
        return 'a read of a named attribute is refused';
      const other = as(Role.Arn);
      const reads = (...projection: string[]) => errorOf(other, ...get, ...projection) === '';
      if (reads('--projection-expression', 'classes')) return 'an attribute that is not named is read';
      return reads() ? 'a read without a projection is allowed' : null;
    } finally {
      errorOf(aws, 'iam', 'delete-role-policy', ...role, '--policy-name', 'smoke');
      errorOf(aws, 'iam', 'delete-role', ...role);
    }
  });
}

const TRIES = 12;
const NAMED = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['subject', 'logId'] },
  Null: { 'dynamodb:Attributes': 'false' },
};
const statement = (members: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...members }] });

/** Its bucket begins alike. */
export const TRAIL = /^KmsTrail[0-9A-F]{8}$/;

/** What CloudWatch and CloudTrail have recorded. */
function records(aws: Aws, stack: Stack): Check[] {
  const { name } = stack;
  // With the trail of an organisation the stack makes none.
  const trails = [...stack.ids].filter(([logical]) => TRAIL.test(logical));
  return [
    resultOf('the metrics of the functions arrive', () => {
      const words = ['cloudwatch', 'list-metrics', '--namespace', 'Fieldgate', '--recently-active', 'PT3H'];
      type Listed = { MetricName: string; Dimensions: { Name: string; Value: string }[] };
      const { Metrics } = aws(...words) as { Metrics: Listed[] };
      const isOurs = ({ Dimensions: [only, ...more] }: Listed) =>
        only?.Name === 'environment' && name.endsWith(`-${only.Value}`) && more.length === 0;
      const here = new Set(Metrics.filter(isOurs).map((one) => one.MetricName));
      const missing = BY_THE_CLOCK.filter((one) => !here.has(one));
      return missing.length === 0 ? null : `missing: ${missing.join(', ')}`;
    }),
    resultOf('no alarm is raised by silence', () => {
      const words = ['cloudwatch', 'describe-alarms', '--alarm-name-prefix', name, '--state-value', 'ALARM'];
      const { MetricAlarms } = aws(...words) as { MetricAlarms: { AlarmName: string }[] };
      return MetricAlarms.length === 0 ? null : MetricAlarms.map((one) => one.AlarmName).join(', ');
    }),
    ...trails.map(([, trail]) =>
      resultOf('the trail delivers its files', () => {
        const told = aws('cloudtrail', 'get-trail-status', '--name', trail) as Record<string, unknown>;
        if (told['IsLogging'] !== true) return 'it is off';
        return typeof told['LatestDeliveryError'] === 'string' && told['LatestDeliveryError'] !== ''
          ? told['LatestDeliveryError']
          : told['LatestDeliveryTime'] === undefined
            ? 'it has delivered none yet'
            : null;
      }),
    ),
  ];
}

/** Credentials of a role, as the CLI reads them from its environment. */
function credentialsOf(aws: Aws, role: string): Record<string, string> {
  const words = ['sts', 'assume-role', '--role-arn', role, '--role-session-name', 'smoke'];
  const { Credentials } = aws(...words) as { Credentials: Record<string, string> };
  return {
    AWS_ACCESS_KEY_ID: Credentials['AccessKeyId'] ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials['SecretAccessKey'] ?? '',
    AWS_SESSION_TOKEN: Credentials['SessionToken'] ?? '',
  };
}

const USAGE = `smoke --region REGION --stack NAME [--client-cert FILE [--client-key FILE]]

Asks a deployed stack what only an account can show, some minutes long, an hour after the deployment.`;

await command(import.meta.url, USAGE, async () => {
  const text = { type: 'string' } as const;
  const options = { region: text, stack: text, 'client-cert': text, 'client-key': text };
  const {
    region,
    stack: name,
    'client-cert': cert,
    'client-key': key = cert,
  } = parseArgs({ options }).values;
  if (region === undefined || name === undefined) throw new Error('name the --region and the --stack');
  const aws = cli(region);
  const ids = new Map([`${name}-keys`, name].flatMap((stack) => [...resourcesOf(aws, stack)]));
  const pause = () => new Promise((resolve) => setTimeout(resolve, 5_000));
  const as = (role: string) => cli(region, credentialsOf(aws, role));
  // A domain may demand a certificate of each connection.
  const send =
    cert === undefined || key === undefined
      ? fetch
      : fetchWith({ cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') });
  const stack = { name, url: outputOf(aws, name, 'RestUrl'), ids };
  report(await smoke({ aws, as, send, pause }, stack));
  if (isSigned(aws, stack)) return;
  // The product itself, by its own client.
  const words = ['infra/canary/smoke.ts', '--region', region, '--stack', name];
  const certificate = cert === undefined ? [] : ['--client-cert', cert, '--client-key', key ?? cert];
  const { status } = spawnSync(process.execPath, [...words, ...certificate], { stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
});
