/** Tables for people. Chinese characters take two columns. Long text wraps and is never cut. */

import { stripVTControlCharacters, styleText } from 'node:util';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';

const { values } = await texts('terminal');

/** The smallest width of a wrapped column. */
const NARROW = 16;

export interface TableOptions {
  /** The column that wraps if the terminal is too narrow; the last one by default. */
  wraps?: number;
  /** If there is no room, the last column is printed on a line of its own below its row. */
  lastBelow?: boolean;
}

/**
 * A table without rules. If it is wider than the terminal even with a wrapped column, each row becomes a block of
 * `title  value` lines.
 *
 * @param head titles; their number is the number of columns.
 * @returns text that ends with a newline.
 */
export function table(
  head: readonly string[],
  cells: readonly (readonly string[])[],
  { wraps = head.length - 1, lastBelow = false }: TableOptions = {},
): string {
  const rows = cells.map((row) => row.map(safeCell));
  const all = laidOut(head, rows, wraps);
  if (all) return joined(all.titles, all.rows);
  const most = lastBelow ? laidOut(head.slice(0, -1), rows, wraps) : null;
  if (!most) return blocks(head, rows);
  const below = (at: number) => `  ${paint('gray', rows[at]?.at(-1) ?? '', process.stdout)}`;
  return joined(
    most.titles,
    most.rows.map((lines, at) => [...lines, below(at)]),
  );
}

interface Layout {
  titles: string;
  /** The lines of each row. */
  rows: string[][];
}

/** @returns `null` if there is no room */
function laidOut(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  wraps: number,
): Layout | null {
  const widths = head.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(widthOf)),
  );
  const room = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - 1;
  const others = widths.reduce((sum, width, at) => sum + (at === wraps ? 0 : width), 2 * (head.length - 1));
  if (others + Math.min(widths[wraps] ?? 0, NARROW) > room) return null;
  const columns = widths.map((width, at) => (at === wraps ? Math.min(width, room - others) : width));
  const linesOf = (row: readonly string[]) => {
    const cells = columns.map((width, at) => wrapped(row[at] ?? '', width));
    const height = Math.max(...cells.map((cell) => cell.length));
    const numbers = Array.from({ length: height }, (_, number) => number);
    return numbers.map((number) =>
      line(
        cells.map((cell) => cell[number] ?? ''),
        columns,
      ),
    );
  };
  return { titles: line(head, columns), rows: rows.map(linesOf) };
}

function joined(titles: string, rows: readonly (readonly string[])[]): string {
  const lines = [
    paint('bold', titles.trimEnd(), process.stdout),
    ...rows.flat().map((text) => text.trimEnd()),
  ];
  return `${lines.join('\n')}\n`;
}

function line(cells: readonly string[], columns: readonly number[]): string {
  return cells
    .map((cell, at) => cell + ' '.repeat(Math.max(0, (columns[at] ?? 0) - widthOf(cell))))
    .join('  ');
}

/** Breaks after a space or underscore in the second half of the line, otherwise at its end. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const full = fitting(rest, width);
    const gap = Math.max(full.lastIndexOf(' '), full.lastIndexOf('_'));
    const end = gap > full.length / 2 ? gap + 1 : full.length;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...lines, rest];
}

/** The longest prefix that fits the width. */
function fitting(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const char of text) {
    used += widthOf(char);
    if (used > width && taken !== '') break;
    taken += char;
  }
  return taken;
}

function blocks(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const block = (row: readonly string[]) =>
    pairs(head.map((title, at) => [title, row[at] ?? ''] as const).filter(([, value]) => value !== ''));
  return rows.map(block).join('\n');
}

/** Two columns without titles: names and values. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  const lines = rows.map(([name, value]) => {
    const gap = ' '.repeat(width - widthOf(name) + 2);
    return `${paint('gray', name, process.stdout)}${gap}${safeCell(value)}`;
  });
  return `${lines.join('\n')}\n`;
}

/** A value on one line: objects as `name: value`, lists with commas. */
export function inLine(value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return safe(value);
  if (typeof value === 'boolean') return value ? values.yes : values.no;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(inLine).join(', ') || '–';
  return Object.entries(value)
    .map(([name, member]) => `${safe(name)}: ${nested(member)}`)
    .join('; ');
}

function nested(value: Json): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? `{${inLine(value)}}`
    : inLine(value);
}

/** Columns that a text without control characters, but for those of colours, takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of stripVTControlCharacters(text)) width += WIDE.test(char) ? 2 : MARK.test(char) ? 0 : 1;
  return width;
}

const MARK = /\p{Mn}|\u200d|\ufe0f/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/* Colour on a terminal that supports it (not with NO_COLOR or a pipe), and text that can't control the terminal. */

type Colour = 'red' | 'green' | 'yellow' | 'gray' | 'cyan' | 'bold';

/** `text` in colour if `stream` shows colours. */
export function paint(colour: Colour, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return styleText(colour, text, { stream, validateStream: true });
}

const MARKS = {
  good: ['green', '✓'],
  bad: ['red', '✗'],
  open: ['yellow', '!'],
  none: ['yellow', '–'],
} as const;

/** Stands before a result. */
export function mark(how: keyof typeof MARKS, stream: NodeJS.WriteStream = process.stdout): string {
  const [colour, sign] = MARKS[how];
  return paint(colour, sign, stream);
}

/** Values come from outside. Control characters in them, which could control a terminal, become `�`. */
export function safe(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�');
}

/** The sequences of `paint`, and no other: one that hides text comes from outside. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the sequence of a colour
const COLOURS = /(\u001b\[(?:1|22|3[1236]|39|90)m)/;

/** The same for a cell, in which colours stay. */
const safeCell = (text: string) =>
  text
    .split(COLOURS)
    .map((part, at) => (at % 2 === 1 ? part : safe(part)))
    .join('');
