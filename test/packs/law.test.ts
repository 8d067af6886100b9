/** docs/law.md matches the pack: every rule has one row, and every named file exists; docs/zh/law.md matches docs/law.md. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { children as pack } from '../policy/support.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('docs/law.md');
const chinese = read('docs/zh/law.md');

interface Row {
  rule: string;
  where: string[];
  test: string;
  people: string;
}

/** Rows of the first table, which has five columns. */
function rowsOf(document: string): Row[] {
  return document.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== 7 || !/^[A-Z]+\d/.test(cells[1] ?? '')) return [];
    const [, rule = '', , where = '', test = '', people = ''] = cells;
    return [{ rule, where: filesIn(where), test, people }];
  });
}

const filesIn = (cell: string) =>
  [...cell.matchAll(/\]\((?:\.\.\/)+([^)#]+)\)/g)].map(([, path]) => path ?? '');

/** What a table says in any language: where each link leads, and which cells are empty. */
function shapeOf(document: string): string[] {
  return document.split('\n').flatMap((line) => {
    if (!line.startsWith('| ')) return [];
    const cells = line.split('|').slice(1, -1);
    const [first = ''] = cells.map((cell) => cell.trim());
    const rule = /^[A-Z]+\d[\w.]*$/.test(first) ? first : '';
    const links = [...line.matchAll(/\]\((?:\.\.\/)*([^)#]+)/g)].map(([, path]) =>
      path?.replace('docs/', ''),
    );
    return [[rule, ...cells.map((cell) => (cell.trim() === '–' ? '–' : ' ')), ...links].join('|')];
  });
}

/** The faults of a table of these rows for these rules. */
function faultsOf(rows: readonly Row[], rules: readonly string[]): string[] {
  const named = rows.map(({ rule }) => rule);
  const faults = rules.filter((rule) => !named.includes(rule)).map((rule) => `${rule} has no row`);
  faults.push(...named.filter((rule, i) => named.indexOf(rule) !== i).map((rule) => `${rule} has two rows`));
  for (const { rule, where, test, people } of rows) {
    const tests = filesIn(test);
    if (where.length === 0) faults.push(`${rule} is enforced nowhere`);
    if (tests.length === 0 && (test !== 'no test: people alone' || people.length < 40))
      faults.push(`${rule} has no test, and does not say who holds it`);
    for (const path of [...where, ...tests])
      if (!existsSync(join(ROOT, path))) faults.push(`${rule} names ${path}, which does not exist`);
    if (people === '') faults.push(`${rule} does not say what people do`);
  }
  return faults;
}

describe('the law in docs/law.md', () => {
  const rules = [...pack.rules.keys()];

  it('has one row a rule of the pack, with its file and its test', () => {
    expect(faultsOf(rowsOf(text), rules)).toEqual([]);
  });

  it('says the same rows, files and tests in Chinese', () => {
    expect(shapeOf(chinese)).toEqual(shapeOf(text));
    expect(shapeOf(text).length).toBeGreaterThan(rules.length);
  });

  it('fails for a rule without a row, a second row, and a file that is gone', () => {
    const without = text.replace(/^\| A12\.6 .*\n/m, '');
    expect(faultsOf(rowsOf(without), rules)).toEqual(['A12.6 has no row']);
    const gone = text.replace('test/gateway/purposes/duty.test.ts', 'test/no-such.test.ts');
    expect(faultsOf(rowsOf(gone), rules)).toEqual(['A2.3 names test/no-such.test.ts, which does not exist']);
    const twice = text.replace(/^(\| A12\.6 .*\n)/m, '$1$1');
    expect(faultsOf(rowsOf(twice), rules)).toEqual(['A12.6 has two rows']);
  });

  it('names every purpose that has conditions', () => {
    for (const [document, heading] of [
      [text, '## Conditions of a duty'],
      [chinese, '## 职责的条件'],
    ] as const) {
      const section = document.slice(document.indexOf(heading));
      for (const { code, requires } of pack.purposes.values())
        if (requires.length > 0) expect(section, code).toMatch(new RegExp(`\\b${code}\\b`));
    }
  });
});
