/** Commands of the operator's pages, run as they stand there, with a stand-in for the AWS CLI that notes its words. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { ofType, synthesise } from './synthesise.ts';

const prod = synthesise('prod');

/** Runs the block of a page that holds this text. @param answer of the stand-in. @returns what it shows, and each call */
function run(page: string, holding: string, values: Record<string, string>, answer = '') {
  const text = readFileSync(`docs/operate/${page}`, 'utf8');
  const blocks = [...text.matchAll(/```sh[^\n]*\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  let block = blocks.find((one) => one.includes(holding)) ?? expect.fail(`no block holds ${holding}`);
  for (const [name, value] of Object.entries(values)) block = block.replaceAll(`<${name}>`, value);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'answer'), answer);
  const note = `#!/bin/sh\n(printf '%s\\n' "$@"; echo ---) >> called\ncase "$2" in get-*) cat answer;; esac\n`;
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

const hasJq = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'jq')));
it.skipIf(!hasJq)('after a restore each function has the instances again that the stack reserves', () => {
  const { calls } = run('runbook.md', 'get-template', {}, JSON.stringify(prod.template));
  const reserved = Object.fromEntries(
    ofType(prod, 'AWS::Lambda::Function').map(([, { Properties: own }]) => [
      own.FunctionName,
      own.ReservedConcurrentExecutions,
    ]),
  );
  const after = calls.slice(1).map((words) => {
    const of = (option: string) => words[words.indexOf(option) + 1];
    const count = words.includes('put-function-concurrency')
      ? of('--reserved-concurrent-executions')
      : 'none';
    return [of('--function-name'), count];
  });
  const stopped = ['intake', 'release', 'verify', 'insight', 'casework'].map((fn) => `fieldgate-prod-${fn}`);
  expect(after).toEqual(stopped.map((name) => [name, String(reserved[name] ?? 'none')]));
  expect(after).toContainEqual(['fieldgate-prod-release', '300']);
});
