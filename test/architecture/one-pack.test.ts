/** The shipped pack is named once: behind `#pack/` in package.json. All other code would work for any pack. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('no code names the shipped pack', () => {
  const grep = [
    'grep',
    '-l',
    'disadvantaged-children',
    '--',
    'functions',
    'infra',
    'shared/*.ts',
    'shared/**/*.ts',
    'package.json',
  ];
  const files = execFileSync('git', grep, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  expect(files.filter((file) => !file.startsWith('shared/packs/'))).toEqual(['package.json']);
});
