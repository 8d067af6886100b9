/** The format page names every member, kind, verb and word that the code knows, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DATA_KINDS, GATEWAY_KINDS, OFFICE_KINDS, OPERATIONS } from '../../shared/entry-kinds.ts';
import { ACTOR_MEMBERS, PERSON_MEMBERS } from '../../shared/tree/commitments.ts';

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
  rowsUnder('| member of the actor | content |').find((one) => one.startsWith(`| \`${name}\` `)) ?? '';

test('members of both halves, in the order of their commitments', () => {
  expect(firstColumn('| member of the actor | content |')).toEqual([...ACTOR_MEMBERS]);
  expect(firstColumn('| member of the person | content |')).toEqual([...PERSON_MEMBERS]);
});

test('kinds', () => {
  const named = sorted(namesIn(row('kind').split('|')[2] ?? ''));
  expect(named).toEqual(sorted([...DATA_KINDS, ...OFFICE_KINDS, ...GATEWAY_KINDS]));
});

test('verbs', () => {
  expect(sorted(namesIn(row('operation').split('|')[2] ?? ''))).toEqual(sorted(OPERATIONS));
});
