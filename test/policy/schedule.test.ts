/** The schedule of retention: every field and purpose is in it, and the page shows it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scheduleOf, scheduleText } from '../../shared/policy/compile/check/schedule.ts';
import { endedSince, factsOfEnd, fieldsOver } from '../../shared/policy/decide/retention.ts';
import { faultsOf } from './changed-pack.ts';
import { children } from './support.ts';

it('is what docs/retention.md shows', () => {
  const page = readFileSync(new URL('../../docs/retention.md', import.meta.url), 'utf8');
  expect(page.endsWith(scheduleText(children, ['zh']))).toBe(true);
});

it('has an end for every field and every purpose that shows values', () => {
  const { fields, purposes } = scheduleOf(children);
  expect(fields.length).toBe([...children.fields.values()].filter(({ virtual }) => !virtual).length);
  const byCode = new Map(purposes.map((one) => [one.purpose, one]));
  expect(byCode.get('F1')).toMatchObject({ deletes: '7 days after the activity', tasks: ['delete-ended'] });
  expect(byCode.get('W1')?.tasks).toEqual(['delete-ended', 'delete-grown', 'delete-left']);
  const tasksOf = (code: string) => byCode.get(code)?.tasks;
  expect([tasksOf('W4'), tasksOf('J2'), tasksOf('R1')]).toEqual([
    ['delete-grown', 'delete-left'],
    ['delete-ended', 'delete-grown'],
    ['delete-ended', 'delete-grown'],
  ]);
  expect(byCode.get('C1')).toMatchObject({ deletes: 'receives no value', tasks: [] });
});

it.each<[string, string | RegExp, string, RegExp]>([
  ['retention.yaml', '      name,\n', '', /"name" has no end/],
  ['retention.yaml', 'fields: [id_scan]', 'fields: [id_scan, photo]', /"photo" has two places/],
  [
    'retention.yaml',
    'yearsAfterEnd: { case: 3 }',
    'yearsAfterEnd: { move: 3 }',
    /`ended` does not say what the end of the move is/,
  ],
  ['retention.yaml', '{ hardship_category: {', '{ no_such_field: {', /there is no field "no_such_field"/],
  ['purposes/W1.yaml', 'kept: [time, duty, age]\n', '', /say when the recipient deletes/],
  ['purposes/W4.yaml', 'kept: [duty, age]', 'kept: [time]', /has no such time/],
  ['purposes/W4.yaml', 'kept: [duty, age]', 'kept: [case]', /it has no cases/],
  ['purposes/J2.yaml', 'kept: [case, age]', 'kept: [duty]', /a duty without a condition on facts/],
  ['tasks.yaml', '    ends: duty\n', '', /asks for the deletion with a proof \(`ends: duty`\)/],
  ['purposes/W1.yaml', 'kept: [time, duty, age]', 'kept: [archive]', /only the purpose of the archive keeps/],
  ['retention.yaml', 'adoption_info: permanent', 'photo: permanent', /a file ends with the record/],
  ['retention.yaml', 'adoption_info: permanent', 'adoption_info: short', /`kinds` has no "short"/],
  [
    'purposes/K1.yaml',
    'adoption_info: plain second-person',
    'adoption_info: none',
    /does not show it in clear/,
  ],
  ['tasks.yaml', 'outcomes: [approved, kept]', 'outcomes: [kept, done]', /`outcomes` with `approved`/],
  ['purposes/W1.yaml', 'kept: [time, duty, age]', 'kept: [activity]', /it is not for activities/],
  ['purposes/W1.yaml', 'kept: [time, duty, age]', 'kept: [person]', /only an inquiry/],
  ['purposes/W1.yaml', 'kept: [time, duty, age]', 'kept: [counts]', /only statistics/],
  ['tasks.yaml', '    ends: age\n', '', /asks for the deletion with a proof \(`ends: age`\)/],
  ['tasks.yaml', /(ends: purpose[^#]*?) {4}proof: true\n/, '$1', /\(`ends: purpose`\)/],
])('a pack may not say %s: %s → %s', (file, from, to, fault) => {
  expect(faultsOf(file, from, to).join()).toMatch(fault);
});

const YEAR = 365.25 * 86_400_000;
const at = (years: number) => Date.parse('2026-01-01T00:00:00Z') + years * YEAR;
const WRITTEN = new Map([
  ['hardship_category', '2026-01-01T00:00:00Z'],
  ['benefits', '2024-01-01T00:00:00Z'],
  ['photo', '2024-01-01T00:00:00Z'],
]);

it('ends fields two years after the hardship, which is over once its owner has emptied the category', () => {
  const ended = (values: string[][]) =>
    endedSince(children, WRITTEN, new Map([['hardship_category', values]])).get('hardship');
  expect(ended([[]])).toBe('2026-01-01T00:00:00Z');
  expect(ended([['orphan']])).toBeUndefined();
  // Two owners who disagree: it is not over.
  expect(ended([[], ['orphan']])).toBeUndefined();
  const kept = { births: [], fields: WRITTEN, ended: new Map([['hardship', '2026-01-01T00:00:00Z']]) };
  expect(fieldsOver(children, kept, at(1.9))).toEqual([]);
  expect(fieldsOver(children, kept, at(2.1))).toEqual(['benefits']);
});

it('opens the category only if something could end with it', () => {
  expect(factsOfEnd(children, WRITTEN, at(1.9))).toEqual([]);
  expect(factsOfEnd(children, WRITTEN, at(2.1))).toEqual(['hardship_category']);
  const without = new Map([...WRITTEN].filter(([name]) => name !== 'benefits'));
  expect(factsOfEnd(children, without, at(2.1))).toEqual([]);
  expect(factsOfEnd(children, new Map([['benefits', '2020-01-01T00:00:00Z']]), at(2.1))).toEqual([]);
});
