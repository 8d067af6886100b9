/** The format page names every member, kind, verb and word that the code knows, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DATA_KINDS, GATEWAY_KINDS, OPERATIONS } from '../../shared/log/entry/entry.ts';
import { MEMBERS } from '../../shared/log/entry/leaf.ts';
import { WORD_KINDS } from '../../shared/log/entry/words.ts';

const page = readFileSync(new URL('../../docs/formats/log.md', import.meta.url), 'utf8');
const namesIn = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
/** Rows of the table under a heading of columns. */
const rowsUnder = (columns: string) =>
  (page.split(`${columns}\n`)[1] ?? '')
    .split('\n')
    .slice(1)
    .filter((_, i, all) => all.slice(0, i + 1).every((one) => one.startsWith('| ')));
const firstColumn = (columns: string) =>
  rowsUnder(columns).flatMap((row) => namesIn(row.split('|')[1] ?? ''));
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const row = (name: string) =>
  rowsUnder('| member | holds |').find((one) => one.startsWith(`| \`${name}\` `)) ?? '';

test('members', () => expect(sorted(firstColumn('| member | holds |'))).toEqual(sorted(MEMBERS)));

test('kinds', () => {
  expect(sorted(namesIn(row('kind').split('|')[2] ?? ''))).toEqual(sorted([...DATA_KINDS, ...GATEWAY_KINDS]));
});

test('verbs', () => {
  expect(sorted(namesIn(row('operation').split('|')[2] ?? ''))).toEqual(sorted(OPERATIONS));
});

test('words', () => expect(sorted(firstColumn('| kind | word |'))).toEqual(sorted(WORD_KINDS)));
