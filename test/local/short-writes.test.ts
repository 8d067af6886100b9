import { execFileSync } from 'node:child_process';
import { closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { appendWhole, openLines } from '../../infra/cli/whole-files.ts';
import { temporaryFolder } from '../support/folder.ts';

const SCRIPT = resolve(import.meta.dirname, 'short-writes.ts');

// A process limits its own files with a tool of Linux.
test.runIf(process.platform === 'linux')(
  'a write that a disk takes a part of fails, leaves what was there, and is made whole later',
  () => {
    const said = execFileSync(process.execPath, ['--no-warnings', SCRIPT, temporaryFolder()], {
      encoding: 'utf8',
    });
    const ends = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(ends).toHaveLength(30);
    for (const end of ends)
      expect(end).toEqual({ ...end, told: 'EFBIG', kept: true, left: [], whole: true, second: true });
  },
);

test.each([
  ['nothing', '', ''],
  ['whole lines', 'a\nb\n', 'a\nb\n'],
  ['the beginning of a line', 'a\nb', 'a\n'],
  ['the beginning of the first line', 'a', ''],
  ['the beginning of a line that is longer than what is read at once', `a\n${'b'.repeat(200_000)}`, 'a\n'],
  ['an empty line before it', `${'a'.repeat(65_536)}\n${'b'.repeat(65_535)}`, `${'a'.repeat(65_536)}\n`],
])('lines are appended behind whole ones: %s', (_, before, kept) => {
  const path = join(temporaryFolder(), 'lines');
  writeFileSync(path, before);
  const file = openLines(path);
  appendWhole(file, 'next\n');
  closeSync(file);
  expect(readFileSync(path, 'utf8')).toBe(`${kept}next\n`);
});
