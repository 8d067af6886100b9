/** The pipeline deploys what the gate has read, and nothing if the gate refuses: run with programs that stand in for AWS. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runSteps, steps } from '../../infra/aws/commands/pipeline.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type Apart, synthesise } from './synthesise.ts';

const order = {
  ...{ environment: 'prod', account: '111122223333', region: 'us-east-1', first: false, smoke: true },
  context: ['logName=log.example', 'alarmTopicArn=arn:aws:sns:us-east-1:111122223333:duty'],
};
const root = resolve(import.meta.dirname, '../..');

it('deploys the assembly that was compared, and synthesises once', () => {
  const all = steps(order);
  expect(all.map(({ name }) => name)).toEqual(['doctor', 'synth', 'gate', 'keys', 'deploy', 'smoke']);
  const words = Object.fromEntries(all.map((step) => [step.name, step.words.join(' ')]));
  expect(words['synth']).toContain('--output cdk.out');
  expect(words['gate']).toMatch(
    /cdk\.out\/fieldgate-prod-keys\.template\.json cdk\.out\/fieldgate-prod\.template\.json$/,
  );
  // The keys come first, and no other stack comes with them.
  expect(words['keys']).toContain('deploy fieldgate-prod-keys --exclusively --app cdk.out');
  expect(words['deploy']).toContain('deploy fieldgate-prod --exclusively --app cdk.out');
  expect(steps({ ...order, first: true }).map(({ name }) => name)).toEqual([
    'doctor',
    'synth',
    'keys',
    'deploy',
    'smoke',
  ]);
});

it('compares and deploys one of the two stacks, if it is told so', () => {
  const signed = [
    ...order.context,
    'signingProfile=arn:aws:signer:us-east-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5',
  ];
  const of = (part: string) => {
    const all = steps({ ...order, context: signed, part });
    return [all.map(({ name }) => name), all.map(({ words }) => words.join(' ')).join('\n')] as const;
  };
  const [names, words] = of('keys');
  expect(names).toEqual(['doctor', 'synth', 'gate', 'keys']);
  expect(words).toContain('deploy fieldgate-prod-keys --exclusively');
  expect(words).not.toContain('fieldgate-prod.template.json');
  const [more, told] = of('gateway');
  expect(more).toEqual(['doctor', 'synth', 'gate', 'sign', 'deploy', 'smoke']);
  expect(told).toContain('deploy fieldgate-prod --exclusively');
  expect(told).not.toContain('fieldgate-prod-keys');
  expect(() => of('both')).toThrow('--part');
});

it('signs what was compared, if the settings demand signed code', () => {
  const profile = 'arn:aws:signer:us-east-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5';
  const all = steps({ ...order, context: [...order.context, `signingProfile=${profile}`] });
  expect(all.map(({ name }) => name)).toEqual(['doctor', 'synth', 'gate', 'sign', 'keys', 'deploy', 'smoke']);
  expect(all[3]?.words.join(' ')).toContain(`--stack fieldgate-prod --assembly cdk.out --profile ${profile}`);
  const named = steps({
    ...order,
    context: [...order.context, `signingProfile=${profile}`],
    releaseKey: 'r.pem',
  });
  expect(named.map(({ name }) => name).slice(3, 6)).toEqual(['sign', 'builds', 'keys']);
  expect(named[4]?.words.join(' ')).toContain('--assembly cdk.out --key r.pem');
});

it.each([
  ['doctor', []],
  ['synth', ['doctor']],
  ['gate', ['doctor', 'synth']],
])('ends at %s if that fails', (name, before) => {
  const done: string[] = [];
  const failed = runSteps(steps(order), (step) => {
    if (step.name === name) return 1;
    done.push(step.name);
    return 0;
  });
  expect([failed, done]).toEqual([name, before]);
});

it('deploys the keys a second time where the first attempt left off, and the rest only after them', () => {
  const all = steps(order);
  const withFailures = (count: number) => {
    const done: string[] = [];
    const failed = runSteps(all, ({ name }) => {
      done.push(name);
      return name === 'keys' && done.filter((one) => one === name).length <= count ? 1 : 0;
    });
    return [failed, done.slice(3)];
  };
  expect(withFailures(1)).toEqual([null, ['keys', 'keys', 'deploy', 'smoke']]);
  expect(withFailures(2)).toEqual(['keys', ['keys', 'keys']]);
  // A rollback would delete the role that KMS did not know, and the second attempt make another.
  const rollsBack = ({ words }: { words: readonly string[] }) => !words.includes('--no-rollback');
  const deployments = (first: boolean) =>
    steps({ ...order, first }).filter(({ words }) => words.includes('deploy'));
  expect(deployments(false).map(rollsBack)).toEqual([false, true]);
  expect(deployments(true).map(rollsBack)).toEqual([false, false]);
});

/** The gate as the pipeline calls it, with an `aws` that answers the deployed templates. */
function gateAgainst(deployed: Apart, next: Apart, ...more: string[]) {
  const folder = temporaryFolder();
  const names = { keys: 'fieldgate-prod-keys', gateway: 'fieldgate-prod' };
  const files = (['keys', 'gateway'] as const).map((part) => {
    writeFileSync(join(folder, names[part]), JSON.stringify({ TemplateBody: deployed[part] }));
    const file = join(folder, `${names[part]}.template.json`);
    writeFileSync(file, JSON.stringify(next[part]));
    return file;
  });
  // cloudformation get-template --stack-name NAME …
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec cat "${folder}/$4"\n`);
  chmodSync(join(folder, 'aws'), 0o755);
  const [, , gate] = steps(order);
  const words = [...(gate?.words ?? []).slice(1, -2), ...more, ...files];
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  return spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
}

it('lets the same templates pass, refuses a lost table, and passes it under the digest that was accepted', () => {
  const { apart } = synthesise('prod');
  const without = (id: string, part: keyof Apart): Apart => {
    const { [id]: _, ...Resources } = apart[part].Resources;
    return { ...apart, [part]: { ...apart[part], Resources } };
  };
  expect(gateAgainst(apart, apart).status).toBe(0);
  const next = without('keysTable', 'gateway');
  const refused = gateAgainst(apart, next);
  expect([refused.status, refused.stdout]).toEqual([
    1,
    expect.stringContaining('fieldgate-prod: LOST AWS::DynamoDB::Table keysTable'),
  ]);
  const digest = /--accept (\w+)/.exec(refused.stdout)?.[1] ?? '';
  expect(gateAgainst(apart, next, '--accept', digest).status).toBe(0);
  const key = Object.keys(apart.keys.Resources).find((id) => id.startsWith('ClassKeys')) ?? '';
  const other = gateAgainst(apart, without(key, 'keys'), '--accept', digest);
  expect([other.status, other.stdout]).toEqual([
    1,
    expect.stringContaining(`fieldgate-prod-keys: LOST AWS::KMS::Key ${key}`),
  ]);
});
