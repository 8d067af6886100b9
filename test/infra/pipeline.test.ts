/** The pipeline deploys what the gate has read, and nothing if the gate refuses: run with programs that stand in for AWS. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runSteps, steps } from '../../infra/aws/pipeline.ts';
import { temporaryFolder } from '../support/folder.ts';
import { synthesise } from './synthesise.ts';

const order = {
  ...{ environment: 'prod', account: '111122223333', region: 'eu-west-1', context: ['logName=log.example'] },
  ...{ first: false, smoke: true },
};
const root = resolve(import.meta.dirname, '../..');

it('deploys the assembly that was compared, and synthesises once', () => {
  const all = steps(order);
  expect(all.map(({ name }) => name)).toEqual(['doctor', 'synth', 'gate', 'deploy', 'smoke']);
  const words = Object.fromEntries(all.map((step) => [step.name, step.words.join(' ')]));
  expect(words['synth']).toContain('--output cdk.out');
  expect(words['gate']).toMatch(/cdk\.out\/fieldgate-prod\.template\.json$/);
  expect(words['deploy']).toContain('--app cdk.out');
  expect(steps({ ...order, first: true }).map(({ name }) => name)).toEqual([
    'doctor',
    'synth',
    'deploy',
    'smoke',
  ]);
});

it('signs what was compared, if the settings demand signed code', () => {
  const profile = 'arn:aws:signer:eu-west-1:111122223333:/signing-profiles/fieldgate/A1b2C3d4E5';
  const all = steps({ ...order, context: [...order.context, `signingProfile=${profile}`] });
  expect(all.map(({ name }) => name)).toEqual(['doctor', 'synth', 'gate', 'sign', 'deploy', 'smoke']);
  expect(all[3]?.words.join(' ')).toContain(`--stack fieldgate-prod --assembly cdk.out --profile ${profile}`);
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

/** The gate as the pipeline calls it, with an `aws` that answers the deployed template. */
function gateAgainst(deployed: object, next: object, ...more: string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'deployed.json'), JSON.stringify({ TemplateBody: deployed }));
  writeFileSync(join(folder, 'next.json'), JSON.stringify(next));
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec cat "${folder}/deployed.json"\n`);
  chmodSync(join(folder, 'aws'), 0o755);
  const [, , gate] = steps(order);
  const words = [...(gate?.words ?? []).slice(1, -1), ...more, join(folder, 'next.json')];
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  return spawnSync(process.execPath, words, { cwd: root, env, encoding: 'utf8' });
}

it('lets the same template pass, refuses one that loses a table, and passes it under the digest that was accepted', () => {
  const { template } = synthesise('prod') as { template: { Resources: Record<string, object> } };
  expect(gateAgainst(template, template).status).toBe(0);
  const { keysTable: _, ...Resources } = template.Resources;
  const refused = gateAgainst(template, { ...template, Resources });
  expect([refused.status, refused.stdout]).toEqual([
    1,
    expect.stringContaining('LOST AWS::DynamoDB::Table keysTable'),
  ]);
  const digest = /--accept (\w+)/.exec(refused.stdout)?.[1] ?? '';
  expect(gateAgainst(template, { ...template, Resources }, '--accept', digest).status).toBe(0);
  expect(gateAgainst(template, { ...template, Resources: {} }, '--accept', digest).status).toBe(1);
});
