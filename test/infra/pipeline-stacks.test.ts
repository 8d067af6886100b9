/** Which stacks the pipeline compares and deploys: those that the CDK app makes, each in its own region. */
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { stacksOf, steps } from '../../infra/aws/commands/pipeline.ts';
import { sharedFolder, temporaryFolder } from '../support/folder.ts';

const root = resolve(import.meta.dirname, '../..');
const topic = (region: string) => `alarmTopicArn=arn:aws:sns:${region}:111122223333:duty`;
const prod = (region: string) => [
  ...['environment=prod', 'account=111122223333', `region=${region}`],
  ...['logName=log.example', topic(region)],
];

interface Assembly {
  folder: string;
  /** Region of each stack. */
  regions: Readonly<Record<string, string | undefined>>;
}

const assemblies = new Map<string, Assembly>();

/** As `cdk synth` runs the app, without the bundles of the functions. */
function assemblyOf(told: readonly string[]): Assembly {
  const known = assemblies.get(told.join());
  if (known) return known;
  const folder = sharedFolder();
  const context = Object.fromEntries(told.map((one) => one.split('=')));
  const env = {
    ...process.env,
    ...{ CDK_OUTDIR: folder, CDK_VALIDATION: 'false' },
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
  };
  const run = spawnSync(process.execPath, ['infra/aws/app.ts'], { cwd: root, env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  const { artifacts }: { artifacts: Record<string, { type: string; environment?: string }> } = JSON.parse(
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
  );
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const regions = Object.fromEntries(
    stacks.map(([name, { environment }]) => [name, environment?.split('/')[3]]),
  );
  assemblies.set(told.join(), { folder, regions });
  return { folder, regions };
}

it.each([
  ['prod in eu-west-1', prod('eu-west-1'), 3],
  ['prod in us-east-1', prod('us-east-1'), 2],
  ['dev without a topic', ['environment=dev', 'account=111122223333', 'region=eu-west-1'], 2],
])('deploys all stacks of the app, and no other: %s', (_, told, count) => {
  const made = Object.keys(assemblyOf(told).regions).sort();
  expect([made.length, stacksOf(told).sort()]).toEqual([count, made]);
});

it('compares and deploys the stack in the region of IAM with the gateway, and not with the keys', () => {
  const order = {
    environment: 'prod',
    account: '111122223333',
    region: 'eu-west-1',
    first: false,
    smoke: true,
  };
  const context = ['logName=log.example', topic('eu-west-1')];
  const of = (part?: string) =>
    Object.fromEntries(steps({ ...order, context, part }).map(({ name, words }) => [name, words.join(' ')]));
  expect(of()['gate']).toMatch(/keys\.template\.json \S+prod\.template\.json \S+prod-iam\.template\.json$/);
  expect(of()['deploy']).toContain('deploy fieldgate-prod fieldgate-prod-iam --exclusively');
  expect(of('gateway')['deploy']).toContain('deploy fieldgate-prod fieldgate-prod-iam --exclusively');
  expect(of('keys')['keys']).toContain('deploy fieldgate-prod-keys --exclusively');
  // The account is looked at with the settings that are deployed.
  expect(of()['doctor']).toContain(`--account 111122223333 -c logName=log.example -c ${topic('eu-west-1')}`);
});

it('does not begin without a setting that production needs', () => {
  const order = { environment: 'prod', account: '1', region: 'eu-west-1', first: false, smoke: false };
  expect(() => steps({ ...order, context: [] })).toThrow(
    'prod must be told: -c logName=… -c alarmTopicArn=…',
  );
});

/** The gate over an assembly, with an `aws` that knows some stacks, each in one region. */
function gateWith(folder: string, deployed: Readonly<Record<string, string>>, ...more: string[]) {
  const bin = temporaryFolder();
  for (const [stack, region] of Object.entries(deployed)) {
    const template = JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));
    writeFileSync(join(bin, `${stack}@${region}`), JSON.stringify({ TemplateBody: template }));
  }
  // cloudformation get-template --stack-name NAME --region REGION …
  const script = `#!/bin/sh
[ -e "${bin}/$4@$6" ] && exec cat "${bin}/$4@$6"
echo "An error occurred (ValidationError) when calling the GetTemplate operation: Stack with id $4 does not exist" >&2
exit 254
`;
  writeFileSync(join(bin, 'aws'), script);
  chmodSync(join(bin, 'aws'), 0o755);
  const files = Object.keys(assemblyOf(prod('eu-west-1')).regions).map(
    (stack) => `${folder}/${stack}.template.json`,
  );
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
  const words = ['--no-warnings', 'infra/aws/commands/gate.ts', '--region', 'eu-west-1', ...more, ...files];
  return spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
}

it('compares each stack where the assembly deploys it, and passes a new one only under its digest', () => {
  const { folder, regions } = assemblyOf(prod('eu-west-1'));
  expect(regions['fieldgate-prod-iam']).toBe('us-east-1');
  const all = Object.fromEntries(Object.entries(regions).map(([stack, region]) => [stack, region ?? '']));
  expect(gateWith(folder, all).stdout).toBe('');
  expect(gateWith(folder, all).status).toBe(0);
  const { 'fieldgate-prod-iam': _, ...without } = all;
  const refused = gateWith(folder, without);
  expect([refused.status, refused.stdout]).toEqual([
    1,
    expect.stringMatching(/^fieldgate-prod-iam: NEW in us-east-1: template [0-9a-f]{16}\n1 findings/),
  ]);
  const digest = /--accept (\w+)/.exec(refused.stdout)?.[1] ?? '';
  expect(gateWith(folder, without, '--accept', digest).status).toBe(0);
  // In another region it is not the same stack.
  expect(gateWith(folder, { ...all, 'fieldgate-prod-iam': 'eu-west-1' }).status).toBe(1);
});

it('ends if AWS does not answer, and takes that for no new stack', () => {
  const { folder } = assemblyOf(prod('eu-west-1'));
  const bin = temporaryFolder();
  writeFileSync(join(bin, 'aws'), '#!/bin/sh\necho "An error occurred (AccessDenied)" >&2\nexit 254\n');
  chmodSync(join(bin, 'aws'), 0o755);
  const words = [
    'infra/aws/commands/gate.ts',
    '--region',
    'eu-west-1',
    `${folder}/fieldgate-prod.template.json`,
  ];
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
  const run = spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
  expect([run.status, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toContain('AccessDenied');
});
