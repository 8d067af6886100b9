/** The tables of attacks and of violations name tests that exist. */
import { existsSync, readFileSync } from 'node:fs';
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

it('each fault of the report names a command that exists, and the day on which it was run', () => {
  const [, matrix = ''] = /\n## Faults\n([\s\S]*?)\n## /.exec(read('docs/reliability.md')) ?? [];
  const rows = matrix.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| fault |'));
  expect(rows.length).toBeGreaterThan(8);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const row of rows) {
    const [, commands = '', day = ''] = row.split(' | ');
    const named = [...commands.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
    const known = named.map((text) =>
      text.startsWith('test/')
        ? existsSync(join(ROOT, text))
        : (/npm (?:run )?([\w-]+)/.exec(text)?.[1] ?? ''),
    );
    const missing = known.filter((one) => (typeof one === 'string' ? !scripts[one] : !one));
    expect([row, named.length > 0, missing, /^2026-\d\d-\d\d$/.test(day)]).toEqual([row, true, [], true]);
  }
});
