/** The table of attacks names tests that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** File and title of each test that the table names. */
function named(): [file: string, title: string][] {
  const rows = read('docs/attacks.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('](../test/'));
  return rows.flatMap((row) => {
    const tests = row.split(' | ').at(-1) ?? '';
    return [...tests.matchAll(/\]\(\.\.\/(test\/[^)]+)\): (.*?)(?= · \[| \|?$)/g)].flatMap(
      ([, file = '', titles = '']) => titles.split(' · ').map((title): [string, string] => [file, title]),
    );
  });
}

it('names at least one test for each attack, and each test exists', () => {
  const tests = named();
  expect(tests.length).toBeGreaterThan(30);
  expect(tests.filter(([file, title]) => title === '' || !read(file).includes(title))).toEqual([]);
});
