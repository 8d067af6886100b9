/** What the compiler says of a pack that would harm the machine of its readers. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { isLinear } from '../../shared/policy/schema/writing-schema.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pack-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Faults of the shipped pack with a change to one of its files. */
function faultsOf(file: string, change: (text: string) => string): string[] {
  cpSync('shared/packs/disadvantaged-children', folder, { recursive: true });
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return compilePack(folder).faults.map((fault) => `${fault.file}: ${fault.message}`);
}

it.each([
  '^(a+)+$',
  '^(a|a)*b$',
  '^(\\w+\\s?)*$',
  '(a?){30}a{30}',
  'a*a*a*b',
  '(.)\\1',
  '(?=a)b',
  '^(a|b|ab)*c$',
])('the pattern %s, which could run for hours, is a fault', (pattern) => {
  expect(isLinear(pattern)).toBe(false);
  const faults = faultsOf('fields.yaml', (text) =>
    text.replace(/pattern: '[^']*'/, () => `pattern: '${pattern}'`),
  );
  expect(faults).toEqual([expect.stringContaining('too many ways')]);
});

it('the time of a pattern that passes is short for the longest text', () => {
  const text = `${'a'.repeat(2000)}!`;
  for (const pattern of ['^(ab)+$', '^a+b?$', '^(\\d{6}|\\d{9}|\\d{12})$', '^[\\p{L}\\p{M}·. ]+$']) {
    expect([pattern, isLinear(pattern)]).toEqual([pattern, true]);
    expect(new RegExp(pattern, 'u').test(text)).toBe(false);
  }
});

it.each(['__proto__', 'constructor', 'prototype'])('a part named %s is a fault, at any depth', (name) => {
  for (const change of [
    (text: string) => `${text}\n${name}: { a: 1 }\n`,
    (text: string) =>
      text.replace(/^predicates:\n/m, `predicates:\n  ${name}: { label: { en: a, zh: b } }\n`),
  ])
    expect(faultsOf('forms.yaml', change)).toEqual([`forms.yaml: "${name}" can not be a name`]);
});

it.each([
  [
    'in aliases',
    [
      'a: &a [x, x]',
      ...'bcdefghi'
        .split('')
        .map((one, i) => `${one}: &${one} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`),
    ].join('\n'),
  ],
  ['of itself', 'a: &a [*a]'],
])('an alias %s is a fault with words of its own', (_, more) => {
  expect(faultsOf('forms.yaml', (text) => `${text}\n${more}\n`)).toEqual([
    'forms.yaml: aliases hold aliases too often, or themselves',
  ]);
});
