/** The tables of attacks and of violations name tests that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './modules.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** File and title of each test that the tables of a document name. */
function named(document: string): [file: string, title: string][] {
  const rows = read(document)
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('](../test/'));
  return rows.flatMap((row) => {
    const tests = row.split(' | ').at(-1) ?? '';
    return [...tests.matchAll(/\]\(\.\.\/(test\/[^)]+)\): (.*?)(?= · \[| \|?$)/g)].flatMap(
      ([, file = '', titles = '']) => titles.split(' · ').map((title): [string, string] => [file, title]),
    );
  });
}

it.each(['docs/attacks.md', 'docs/reliability.md'])('%s names tests, and each exists', (document) => {
  const tests = named(document);
  expect(tests.length).toBeGreaterThan(30);
  expect(tests.filter(([file, title]) => title === '' || !read(file).includes(title))).toEqual([]);
});
