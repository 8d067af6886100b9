/** Every stack of production and of production in China in the emulator, from the assembly that the documented command makes. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../architecture/modules.ts';
import { sharedFolder } from '../../support/folder.ts';
import { PYTHON, startMoto } from './moto.ts';

interface Stack {
  status: string;
  place: [account: string, region: string];
  made: Record<string, number>;
  unmade: Record<string, number>;
  functions: number;
  tables: number;
}

const MODEL = 'its CloudFormation has no model of it';
/** Types that the emulator's CloudFormation does not make. What comes to this list must be tried elsewhere. */
const UNMADE: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Account': `${MODEL}; test/infra/doctor.test.ts`,
  'AWS::ApiGateway::Deployment':
    'it reads no document of an API; deploy.py puts it, and story.test.ts calls it',
  'AWS::ApiGateway::Stage': 'as the deployment; test/infra/stack.test.ts',
  'AWS::CloudTrail::Trail': `${MODEL}; test/infra/log-account.test.ts`,
  'AWS::CloudWatch::Alarm': `${MODEL}; test/infra/alarms.test.ts raises each`,
  'AWS::CloudWatch::Dashboard': `${MODEL}; test/infra/operations.test.ts`,
  'AWS::CodeDeploy::Application': `${MODEL}; test/infra/deployments.test.ts`,
  'AWS::CodeDeploy::DeploymentGroup': `${MODEL}; test/infra/deployments.test.ts`,
  'AWS::Cognito::UserPool': `${MODEL}; people-pool.test.ts makes one by its API`,
  'AWS::Cognito::UserPoolClient': `${MODEL}; people-pool.test.ts`,
  'AWS::Cognito::UserPoolDomain': `${MODEL}; test/infra/people.test.ts`,
  'AWS::Cognito::UserPoolGroup': `${MODEL}; people-pool.test.ts`,
  'AWS::Cognito::UserPoolResourceServer': `${MODEL}; test/infra/people.test.ts`,
  'AWS::KMS::Alias': `${MODEL}; test/infra/rotation.test.ts`,
  'AWS::Lambda::Alias': `${MODEL}; what names one is given its function`,
  'AWS::Lambda::EventInvokeConfig': `${MODEL}; test/infra/functions.test.ts`,
  'AWS::Lambda::Permission': 'it makes it without an id',
  'AWS::Lambda::Version': 'it makes it without an id',
  'AWS::S3::BucketPolicy': `${MODEL}; the simulator: test/infra/matrix.test.ts`,
  'AWS::WAFv2::WebACL': `${MODEL}; test/infra/stack.test.ts`,
  'AWS::WAFv2::WebACLAssociation': `${MODEL}; test/infra/stack.test.ts`,
};
/** Those that are there once in any case. */
const SURE = [
  'AWS::DynamoDB::Table',
  'AWS::Lambda::Function',
  'AWS::KMS::Key',
  'AWS::IAM::Role',
  'AWS::S3::Bucket',
];

const TOLD = ['environment=prod', 'account=123456789012', 'logName=log.example', 'logAccount=222233334444'];
const duty = (partition: string, region: string) => `arn:${partition}:sns:${region}:123456789012:duty`;
const ENVIRONMENTS: Readonly<Record<string, string[]>> = {
  production: ['region=eu-west-1', `alarmTopicArn=${duty('aws', 'eu-west-1')}`],
  'production in China': ['partition=aws-cn', `alarmTopicArn=${duty('aws-cn', 'cn-northwest-1')}`],
};

const all = new Map<string, Record<string, Stack>>();
const motos: Awaited<ReturnType<typeof startMoto>>[] = [];

beforeAll(async () => {
  for (const [name, more] of Object.entries(ENVIRONMENTS)) {
    const moto = await startMoto();
    motos.push(moto);
    const assembly = join(sharedFolder(), 'cdk.out');
    const context = [...TOLD, ...more].flatMap((one) => ['-c', one]);
    const words = ['exec', '--', 'cdk', 'synth', '--quiet', '--output', assembly, ...context];
    execFileSync('npm', words, { cwd: ROOT, stdio: 'ignore' });
    const script = join(import.meta.dirname, 'whole.py');
    const said = execFileSync(PYTHON, [script, moto.url, assembly], { encoding: 'utf8' });
    all.set(name, JSON.parse(said));
  }
}, 600_000);
afterAll(() => {
  for (const { stop } of motos) stop();
});

const sum = (stacks: Record<string, Stack>, part: 'made' | 'unmade') => {
  const counted: Record<string, number> = {};
  for (const one of Object.values(stacks))
    for (const [type, count] of Object.entries(one[part])) counted[type] = (counted[type] ?? 0) + count;
  return counted;
};

describe.each(Object.keys(ENVIRONMENTS))('%s', (name) => {
  const stacks = () => all.get(name) ?? expect.fail('was not made');

  it('is created, each stack in its account and region', () => {
    const region = name.endsWith('China') ? 'cn-northwest-1' : 'eu-west-1';
    const ofIam = name.endsWith('China') ? 'cn-north-1' : 'us-east-1';
    const made = Object.entries(stacks()).map(([id, { status, place }]) => [id, status, ...place]);
    expect(made.toSorted()).toEqual([
      ['fieldgate-prod', 'CREATE_COMPLETE', '123456789012', region],
      ['fieldgate-prod-archive', 'CREATE_COMPLETE', '222233334444', region],
      ['fieldgate-prod-iam', 'CREATE_COMPLETE', '123456789012', ofIam],
      ['fieldgate-prod-keys', 'CREATE_COMPLETE', '123456789012', region],
    ]);
  });

  it('has all of every type but of those that the emulator lacks', () => {
    const [made, unmade] = [sum(stacks(), 'made'), sum(stacks(), 'unmade')];
    expect(Object.keys(made).filter((type) => type in unmade)).toEqual([]);
    expect(Object.keys(made)).toEqual(expect.arrayContaining(SURE));
    expect(Object.keys(unmade).filter((type) => !(type in UNMADE))).toEqual([]);
    const { functions, tables } = stacks()['fieldgate-prod'] ?? expect.fail();
    expect([functions, tables]).toEqual([made['AWS::Lambda::Function'], made['AWS::DynamoDB::Table']]);
  });
});

it('leaves out no type that the emulator has or that no stack has', () => {
  const missed = new Set([...all.values()].flatMap((stacks) => Object.keys(sum(stacks, 'unmade'))));
  expect(Object.keys(UNMADE).filter((type) => !missed.has(type))).toEqual([]);
});
