/** Completion in a shell, from the commands themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fieldgate } from './run.ts';

const folder = sharedFolder();
const script = async (shell: string) => {
  const { stdout } = await fieldgate(folder, ['completion', shell]);
  const file = join(folder, shell);
  writeFileSync(file, stdout);
  return file;
};

test('bash proposes commands, their commands, options and the words of an option', async () => {
  const file = await script('bash');
  const proposed = (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const run = `source ${file}; COMP_WORDS=(fieldgate ${line}); COMP_CWORD=${words.length}; _fieldgate; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', run], { encoding: 'utf8', cwd: folder }).trim().split(' ');
  };
  expect(proposed('rel')).toEqual(['release']);
  expect(proposed('--as', 'audit-office', 'log', 'al')).toEqual(['alerts']);
  expect(proposed('log', 'alerts', '--ac')).toEqual(['--ack']);
  expect(proposed('log', 'alerts', '--as')).toEqual(['--as']);
  expect(proposed('log', 'export', '--format', '')).toEqual(['ndjson', 'ocsf']);
  // A value of which nothing is known is no option; an agency is one whose keys are here.
  expect(proposed('release', '--case', '')).toEqual(['']);
  mkdirSync(join(folder, '.fieldgate', 'agencies'), { recursive: true });
  writeFileSync(join(folder, '.fieldgate', 'agencies', 'edu-county.json'), '{}');
  expect(proposed('release', '--as', 'edu')).toEqual(['edu-county']);
});

test.each(['zsh', 'fish'])('%s gets a script that it can read', async (shell) => {
  const file = await script(shell);
  const { error, status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
  // Not every machine has the shell.
  if (!error) expect([status, stderr]).toEqual([0, '']);
  const { stdout } = await fieldgate(folder, ['completion', shell]);
  expect(stdout).toContain('alerts');
  expect((await fieldgate(folder, ['completion', 'tcsh'])).code).toBe(2);
});
