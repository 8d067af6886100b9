/** docs/law.md matches the pack: every rule has one row, and every named file exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { children as pack } from '../policy/support.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/law.md'), 'utf8');

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

const filesIn = (cell: string) => [...cell.matchAll(/\]\(\.\.\/([^)#]+)\)/g)].map(([, path]) => path ?? '');

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

  it('fails for a rule without a row, a second row, and a file that is gone', () => {
    const without = text.replace(/^\| A12\.6 .*\n/m, '');
    expect(faultsOf(rowsOf(without), rules)).toEqual(['A12.6 has no row']);
    const gone = text.replace('test/gateway/purposes/duty.test.ts', 'test/no-such.test.ts');
    expect(faultsOf(rowsOf(gone), rules)).toEqual(['A2.3 names test/no-such.test.ts, which does not exist']);
    const twice = text.replace(/^(\| A12\.6 .*\n)/m, '$1$1');
    expect(faultsOf(rowsOf(twice), rules)).toEqual(['A12.6 has two rows']);
  });

  it('names every purpose that has conditions', () => {
    const section = text.slice(text.indexOf('## Conditions of a duty'));
    for (const { code, requires } of pack.purposes.values())
      if (requires.length > 0) expect(section, code).toMatch(new RegExp(`\\b${code}\\b`));
  });
});
