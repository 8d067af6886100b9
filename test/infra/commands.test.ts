/** The operator's commands say how they are called, and a fault without a trace of their code. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const root = resolve(import.meta.dirname, '../..');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(resolve(root, 'package.json'), 'utf8'),
);
const OF_OPERATORS = [
  'doctor',
  'smoke',
  'smoke:release',
  'gate',
  'sign',
  'pipeline',
  'boundary',
  'canary',
  'import:aws',
  'restore:aws',
];

/** As `npm run NAME -- …` runs it. */
function run(name: string, ...words: string[]) {
  const [node, file = ''] = scripts[name]?.split(' ') ?? [];
  expect(node).toBe('node');
  return spawnSync(process.execPath, [file, ...words], { cwd: root, encoding: 'utf8', env: { PATH: '' } });
}

it.each(OF_OPERATORS)('%s answers --help with its own name and words', (name) => {
  const { status, stdout, stderr } = run(name, '--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^${name} .*[A-Z]`));
  expect(stdout.trim().split('\n').at(-1)).toMatch(/\.$/);
});

it.each(OF_OPERATORS)('%s without its words ends with what is missing', (name) => {
  const { status, stdout, stderr } = run(name);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`(^|\n\n)${name} `));
  expect(stderr).not.toContain('at file:');
});

it('canary says nothing of a file of keys that it can not read', () => {
  const file = join(temporaryFolder(), 'keys.json');
  writeFileSync(file, '{"sig": {"d": PLANTED');
  const words = ['--agency-file', file];
  const { status, stdout, stderr } = run('canary', ...words);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(file);
  expect(stderr).not.toContain('PLANTED');
});
