/** The price of the stack without a request, from its template and counted calls: docs/operate/cost.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { atRest } from '../bench/at-rest.ts';

const page = readFileSync(join(ROOT, 'docs/operate/cost.md'), 'utf8');
const parts = await atRest();

it('is fifty dollars a month at most, as the document says', () => {
  const sum = [...parts.values()].reduce((all, one) => all + one, 0) - (parts.get('dashboard') ?? 0);
  expect(sum).toBeLessThan(50);
  const told = Number(/About \$([\d.]+)\*\* in the first year/.exec(page)?.[1]);
  expect(Math.abs(sum - told)).toBeLessThan(0.1);
});

/** What a row of the table begins with, and the parts that it adds up. */
const ROWS: Record<string, string[]> = {
  '29 KMS keys': ['keys'],
  firewall: ['firewall'],
  '31 alarms over 61 metrics': ['alarms'],
  '3 metrics': ['metrics'],
  'scheduled runs': ['sequencer', 'watch', 'other schedules', 'log lines'],
  'their reads': ['reads'],
  'KMS for the key of the tables': ['keys of tables'],
  '100,000 children': ['records'],
  'log: a million entries': ['log'],
};

it.each(Object.entries(ROWS))('is what the row says: %s', (begins, names) => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${begins}`)) ?? '';
  const sum = names.reduce((all, name) => all + (parts.get(name) ?? Number.NaN), 0);
  expect(Math.abs(Number(row.split('|').at(-2)) - sum)).toBeLessThan(0.03);
});

it('has no part but the dashboard that no row names', () => {
  const named = new Set(Object.values(ROWS).flat());
  expect([...parts.keys()].filter((name) => !named.has(name))).toEqual(['dashboard']);
});
