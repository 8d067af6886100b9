/** The two stacks in the emulator: in order, the second without the first, and the second alone made again. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Template } from '../../../infra/aws/commands/template.ts';
import { sharedFolder } from '../../support/folder.ts';
import { synthesise } from '../synthesise.ts';
import { PYTHON, startMoto } from './moto.ts';

const { keys, gateway } = synthesise('dev').apart;
const count = (template: Template, type: string) =>
  Object.values(template.Resources).filter(({ Type }) => Type === type).length;
const KEYS = { keys: count(keys, 'AWS::KMS::Key'), roles: count(keys, 'AWS::IAM::Role') };
const FULL = {
  ...KEYS,
  functions: count(gateway, 'AWS::Lambda::Function'),
  tables: count(gateway, 'AWS::DynamoDB::Table'),
};

let moto: Awaited<ReturnType<typeof startMoto>> | undefined;
let told: Record<string, [outcome: string, left?: Record<string, number>]>;

beforeAll(async () => {
  moto = await startMoto();
  const folder = sharedFolder();
  const files = [keys, withoutApi(gateway)].map((template, at) => {
    const file = join(folder, `${at}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const script = join(import.meta.dirname, 'stacks.py');
  told = JSON.parse(execFileSync(PYTHON, [script, moto.url, ...files], { encoding: 'utf8' }));
}, 300_000);
afterAll(() => moto?.stop());

it('refuses the second stack without the first, whose exports it imports', () => {
  expect(told['gateway without keys']).toEqual([
    expect.stringContaining('No export named fieldgate-keys:ExportsOutput'),
  ]);
});

it('makes the keys and their roles, and only then all else', () => {
  expect(told['keys']).toEqual(['done', { ...KEYS, functions: 0, tables: 0 }]);
  expect(told['gateway']).toEqual(['done', FULL]);
});

it('leaves keys and roles untouched if the second stack is deleted, and makes that one again over them', () => {
  expect(told['gateway deleted']).toEqual(['done', { ...KEYS, functions: 0, tables: 0 }]);
  expect(told['gateway again']).toEqual(['done', FULL]);
});

/**
 * The emulator refuses an API whose document it does not read; story.test.ts has the API, and the code of functions. It deletes in
 * any order, and then fails at the policy of a role that is gone; a role takes its policies with it.
 */
function withoutApi(template: Template): Template {
  const { Outputs: _, ...all } = template;
  const Resources = Object.fromEntries(
    Object.entries(template.Resources)
      .filter(
        ([, { Type }]) => !/^AWS::(ApiGateway::(Deployment|Stage)|WAFv2::WebACLAssociation)$/.test(Type),
      )
      .map(([id, one]) =>
        one.Type === 'AWS::Lambda::Function'
          ? [id, { ...one, Properties: { ...one.Properties, Code: { ZipFile: 'none' } } }]
          : [id, one.Type === 'AWS::IAM::Policy' ? { ...one, DeletionPolicy: 'Retain' } : one],
      ),
  );
  return { ...all, Resources };
}
