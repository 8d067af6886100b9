import { afterEach, expect, test } from 'vitest';
import { inLine, pairs, table } from '../../infra/cli/terminal/table.ts';
import { moment } from '../../infra/cli/terminal/times.ts';

const columns = process.stdout.columns;
afterEach(() => {
  process.stdout.columns = columns;
});

const ROWS = [
  ['name', '欧阳娜娜', 'MPS'],
  ['school_name', '清河县第二小学三年级二班', 'EDU'],
];

/** Columns that a line takes on a terminal: these texts hold only wide Chinese and narrow other characters. */
const width = (line: string) => [...line].reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0);

test('columns stand below each other, Chinese or not', () => {
  const lines = table(['field', 'value', 'from'], ROWS).split('\n');
  expect(lines.slice(0, 3).map((line) => width(line.replace(/\S+$/, '')))).toEqual([39, 39, 39]);
});

test('in a narrow terminal the wrapping column wraps, and nothing is cut off', () => {
  process.stdout.columns = 38;
  const text = table(['field', 'value', 'from'], ROWS, { wraps: 1 });
  for (const line of text.trimEnd().split('\n')) expect(width(line)).toBeLessThan(38);
  const values = text
    .split('\n')
    .slice(2)
    .map((line) => line.slice(13).replace(/\s+(EDU)?$/, ''));
  expect(values.join('')).toBe('清河县第二小学三年级二班');
});

test('without enough room each row becomes a block', () => {
  process.stdout.columns = 15;
  expect(
    table(
      ['field', 'value', 'from'],
      [
        ['name', '张三', 'MPS'],
        ['sex', '1', ''],
      ],
    ),
  ).toBe('field  name\nvalue  张三\nfrom   MPS\n\nfield  sex\nvalue  1\n');
});

test('the last column goes below its row if requested', () => {
  process.stdout.columns = 30;
  const text = table(['kind', 'outcome', 'entry'], [['decision', 'released', 'an-id-of-many-characters']], {
    wraps: 1,
    lastBelow: true,
  });
  expect(text).toBe('kind      outcome\ndecision  released\n  an-id-of-many-characters\n');
});

test('values are on one line, and control characters are replaced', () => {
  expect(inLine({ school: '一小', class: ['1', '2'] })).toBe('school: 一小; class: 1, 2');
  expect(inLine([{ a: 1 }, { a: null }])).toBe('a: 1, a: –');
  expect(inLine(true)).toBe('yes');
  expect(inLine('a\u001b[31mb\nc\u202ed')).toBe('a�[31mb�c�d');
  expect(moment('2026-11-25T08:00:00.123Z')).toBe('2026-11-25 08:00:00');
});

test('what comes from outside cannot control the terminal, whichever column it is in; colours of ours stay', () => {
  const [esc, red] = [String.fromCharCode(27), `${String.fromCharCode(27)}[31m`];
  const hostile = `a${esc}[8mhidden${esc}]0;title${String.fromCharCode(7)}\u202e`;
  for (const text of [
    table(['a', 'b'], [[hostile, `${red}ours`]]),
    pairs([
      ['a', hostile],
      ['b', `${red}ours`],
    ]),
  ]) {
    expect(text).toContain(`${red}ours`);
    expect(text.replace(red, '')).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
  }
});
