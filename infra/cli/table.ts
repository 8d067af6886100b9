/** Tables for people. Widths count Chinese characters as two columns. */
import Table from 'cli-table3';
import type { Json } from '../../shared/client/types.ts';
import { paint, safe } from './paint.ts';

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/**
 * A table without lines. The last column takes what room the terminal leaves and wraps in it.
 *
 * @param head titles; their number is the number of columns.
 * @returns text that ends with a newline.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(widthOf)),
  );
  const room = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  const used = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const last = Math.max(20, Math.min(widths.at(-1) ?? 0, room - used - 1));
  const made = new Table({
    head: head.map((title) => paint('bold', title, process.stdout)),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths.slice(0, -1), last],
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  made.push(...rows.map((row) => [...row]));
  const lines = made.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Two columns without titles: a name and what it is. */
export function pairs(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => widthOf(name)));
  const lines = rows.map(([name, value]) => {
    const gap = ' '.repeat(width - widthOf(name) + 2);
    return `${paint('gray', name, process.stdout)}${gap}${value}`;
  });
  return `${lines.join('\n')}\n`;
}

/** A value in one line: objects as `name: value`, lists with commas. */
export function inLine(value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return safe(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
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

/** An instant without the part that nobody reads, in UTC. */
export function moment(text: Json | undefined): string {
  return typeof text === 'string'
    ? safe(text)
        .replace('T', ' ')
        .replace(/(\.\d+)?Z$/, 'Z')
    : '–';
}

/** Columns that a text takes on a terminal; colour codes take none. */
function widthOf(text: string): number {
  let width = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what colour codes begin with
  for (const char of text.replace(/\u001b\[\d+m/g, '')) width += WIDE.test(char) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;
