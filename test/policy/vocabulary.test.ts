/** Texts and headings as people write them: what they may not say is found, and what sounds like it is not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identifies } from '../../shared/policy/check/identifies.ts';
import { namesAKind } from '../../shared/policy/check/labels.ts';
import { columnFindings } from '../../shared/policy/check/posting.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children as pack } from './support.ts';

const RECORD: readonly [string, Json][] = [
  ['name', '欧阳娜娜'],
  ['birth_date', '2013-05-06'],
  ['residence_address', { text: '贵州省某市青山县柳树镇幸福村12号', division: '990001001' }],
  ['school_name', { school: '青山县第一小学', class: '五年级二班' }],
  ['parent_identity', [{ name: '王大山', phone: '13912345678' }]],
];

const held = new Map(RECORD.map(([field, value]) => [field, [value]]));

it.each<[string, (text: string) => boolean, number, number]>([
  ['kinds-zh', (text) => namesAKind(pack, text), 100, 90],
  ['kinds-en', (text) => namesAKind(pack, text), 80, 60],
  ['headings', (heading) => columnFindings(pack, heading, []).length > 0, 90, 80],
  ['identifying', (text) => identifies(pack, text, held).length > 0, 40, 35],
])('the table of %s', (name, isFound, positives, harmless) => {
  const lines = readFileSync(join(import.meta.dirname, `tables/${name}.txt`), 'utf8').split('\n');
  const rows = lines.filter((line) => /^[+-] /.test(line));
  expect(rows.filter((row) => isFound(row.slice(2)) !== row.startsWith('+'))).toEqual([]);
  const bad = rows.filter((row) => row.startsWith('+')).length;
  expect([bad > positives, rows.length - bad > harmless]).toEqual([true, true]);
});

it('a phrase of a pack is found as it is written, whatever signs are in it', () => {
  const innocent = ['c++ (meningitis', '病(毛', 'men.ngitis'];
  const own = { ...pack, stories: { ...(pack.stories as NonNullable<typeof pack.stories>), innocent } };
  expect(namesAKind(own, 'She draws by the sea.')).toBe(false);
  expect(namesAKind(own, 'Her meningitis is over.')).toBe(true);
});
