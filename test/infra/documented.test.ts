/** Commands of the operator's pages, run as they stand there, with a stand-in for the AWS CLI that notes its words. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { ofType, synthesise } from './synthesise.ts';

const prod = synthesise('prod');

/** Runs the block of a page that holds this text. @returns what it shows, and each call */
function run(page: string, holding: string, values: Record<string, string>) {
  const text = readFileSync(`docs/operate/${page}`, 'utf8');
  const blocks = [...text.matchAll(/```sh[^\n]*\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  let block = blocks.find((one) => one.includes(holding)) ?? expect.fail(`no block holds ${holding}`);
  for (const [name, value] of Object.entries(values)) block = block.replaceAll(`<${name}>`, value);
  const folder = temporaryFolder();
  const note = `#!/bin/sh\n(printf '%s\\n' "$@"; echo ---) >> called\n`;
  writeFileSync(join(folder, 'aws'), note, { mode: 0o755 });
  const shown = execFileSync('bash', ['-c', block], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}` },
  });
  const calls = readFileSync(join(folder, 'called'), 'utf8').split('---\n').slice(0, -1);
  return { shown, calls: calls.map((call) => call.trim().split('\n')) };
}

it('an account of a person gets a password that the pool takes, and that the administrator sees', () => {
  const { shown, calls } = run('deploy.md', 'admin-create-user', { UserPool: 'pool' });
  const [create = []] = calls;
  const password = create[create.indexOf('--temporary-password') + 1] ?? '';
  expect(shown.trim()).toBe(password);
  const pool = ofType(prod, 'AWS::Cognito::UserPool')[0]?.[1].Properties;
  expect(password.length).toBeGreaterThanOrEqual(pool.Policies.PasswordPolicy.MinimumLength);
  for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/]) expect(password).toMatch(kind);
  expect(calls.filter((words) => words.includes('admin-add-user-to-group'))).toHaveLength(2);
});
