/** Each row of docs/law.md by a call, in one county; or people alone hold it, and the row says who. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ARTICLES_1_TO_8 } from './articles-1-to-8.ts';
import { ARTICLES_9_TO_12 } from './articles-9-to-12.ts';
import { ARTICLES_13_TO_18 } from './articles-13-to-18.ts';
import { openLaw } from './world.ts';

const ROWS = { ...ARTICLES_1_TO_8, ...ARTICLES_9_TO_12, ...ARTICLES_13_TO_18 };
const PEOPLE_ALONE = 'no test: people alone';

const text = readFileSync(join(import.meta.dirname, '../../../docs/law.md'), 'utf8');

/** The rules of the first table. @returns those without a call, unless people alone hold them; and calls without a row */
function unshown(document: string): string[] {
  const rows = document.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, rule = '', , , test = ''] = cells;
    return cells.length === 7 && /^[A-Z]+\d/.test(rule) ? [{ rule, test }] : [];
  });
  const called = (rule: string) => Object.hasOwn(ROWS, rule);
  return [
    ...rows.flatMap(({ rule, test }) => (called(rule) || test === PEOPLE_ALONE ? [] : [rule])),
    ...Object.keys(ROWS).filter((rule) => !rows.some((row) => row.rule === rule)),
  ];
}

it('has a call for each row of the table, or the row is for people alone', () => {
  expect(unshown(text)).toEqual([]);
  const row = '| A99.1 | x | [a](../a.ts) | TEST | y |\n';
  expect(unshown(text + row.replace('TEST', '[b](../b.ts)'))).toEqual(['A99.1']);
  expect(unshown(text + row.replace('TEST', PEOPLE_ALONE))).toEqual([]);
  expect(unshown(text.replace(/^\| A7\.1 .*\n/m, ''))).toEqual(['A7.1']);
});

const law = await openLaw();
afterAll(() => law.gateway.close());

it.each(Object.entries(ROWS))('%s holds by a call', async (_, call) => call(law));
