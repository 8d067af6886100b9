/** The price of a million requests, from counted calls, units and bytes: docs/operate/cost.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { rows } from '../bench/cost.ts';
import { priceOf, stepsOf } from '../bench/steps.ts';

const page = readFileSync(join(ROOT, 'docs/operate/cost.md'), 'utf8');
const DOCUMENTED: Record<string, string> = {
  'release, no facts': 'emergency release of 3 fields',
  'release, facts': 'release of 6 fields',
  'release, 20 fields': 'release of 20 fields',
  token: 'token of a case',
  case: 'case of one release of 6 fields',
  'intake, 4 fields': 'intake of 4 fields',
  verification: 'verification that ends',
};

it.each(Object.keys(DOCUMENTED))('of a million is what the page says, part by part: %s', (name) => {
  const row = rows[name] ?? expect.fail('not measured');
  const line = page.split('\n').find((one) => one.startsWith(`| ${DOCUMENTED[name]}`));
  const [, , operations, ...numbers] = (line ?? '').split('|').map((cell) => cell.replaceAll('*', '').trim());
  expect(operations).toBe(row['KMS']);
  const counted = [
    'write units',
    'read units',
    '$ KMS',
    '$ DynamoDB',
    '$ API, firewall, Lambda',
    '$ logs',
    '$ a million',
  ];
  expect(numbers.slice(0, counted.length)).toEqual(counted.map((part) => String(row[part])));
});

it('of a case is above the aim by its token alone, as the page says', () => {
  const { '$ KMS': sign, '$ API, firewall, Lambda': request } = rows['token'] ?? {};
  const told = /\(\$([\d.]+)\) and its request \(\$([\d.]+)\)/.exec(page) ?? [];
  expect(told.slice(1)).toEqual([sign, request]);
  expect(Number(sign) + Number(request)).toBeGreaterThan(20);
  const whole = Number(rows['case']?.['$ a million']);
  expect(page).toContain(`**$${(whole - Number(sign)).toFixed(2)}**`);
});

it('of releases of two classes and of one is what the page says, and below twenty dollars', () => {
  const whole = Number(rows['release, facts']?.['$ a million']);
  const told = (pattern: RegExp) => Number(pattern.exec(page)?.[1]);
  expect(told(/A release of two classes[^*]*\*\*\$([\d.]+)\*\*/)).toBeCloseTo(whole - 9, 2);
  expect(told(/one of a single class \$(\d+\.\d\d)/)).toBeCloseTo(whole - 12, 2);
  expect(whole - 9).toBeLessThan(20);
});

it('of steps of the sequencer with one release each is what the page says', async () => {
  const step = await stepsOf(1, 20);
  const [, units, read, puts, gets, price] =
    /it is (\d+) write and (\d+) read units, (\d+) puts, (\d+) gets and a Sign, \$(\d+) a million/.exec(
      page,
    ) ?? [];
  const rounded = [step.writes, step.reads, step.puts, step.gets, step.signs].map(Math.round);
  expect(rounded).toEqual([units, read, puts, gets, 1].map(Number));
  expect(Math.abs(priceOf(step) - Number(price))).toBeLessThan(1.5);
});

it('of releases that share a step, twenty in each, is below four dollars for the sequencer', async () => {
  expect(priceOf(await stepsOf(20, 2)) / 20).toBeLessThan(4);
});
