/** Tables of Excel (.xlsx): the first sheet of one that is read, and one that is written with cells of text. */

import { inflateRawSync } from 'node:zlib';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';

const { file: t } = await texts('lists');

const startsWith = (bytes: Uint8Array, hex: string) =>
  Buffer.from(bytes.subarray(0, 4)).toString('hex') === hex;

/** By its first bytes, whatever the name says. @throws UsageError for the older .xls */
export function isWorkbook(path: string, bytes: Uint8Array): boolean {
  if (startsWith(bytes, 'd0cf11e0')) throw new UsageError(t.oldExcel(path));
  return startsWith(bytes, '504b0304');
}

/** Bytes of all files of a workbook once they are inflated: some 500,000 rows of ten columns. */
const MOST_INFLATED = 200 * 2 ** 20;
const HEADER = Buffer.from('504b0304', 'hex');

/**
 * Counts what the workbook's files inflate to, since their headers may say less. Each place that a reader may take as the
 * beginning of a file is looked at.
 * @throws UsageError if it is more than is read
 */
function refuseBomb(path: string, bytes: Buffer): void {
  let left = MOST_INFLATED;
  for (let at = bytes.indexOf(HEADER); at >= 0; at = bytes.indexOf(HEADER, at + 4)) {
    if (at + 30 > bytes.length || bytes.readUInt16LE(at + 8) !== 8) continue;
    const begin = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    try {
      left -= inflateRawSync(bytes.subarray(begin), { maxOutputLength: Math.max(left, 1) }).length;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
        throw new UsageError(t.largeWorkbook(path));
      // What does not inflate is told by the reader.
    }
  }
}

/** @throws UsageError if it is no workbook, is too large, or a number has lost digits */
export async function workbookRows(
  path: string,
  bytes: Uint8Array,
): Promise<{ row: number; cells: string[] }[]> {
  const { readSheet } = await import('read-excel-file/node');
  refuseBomb(path, Buffer.from(bytes));
  const rows = await readSheet(Buffer.from(bytes)).catch(() => {
    throw new UsageError(t.noWorkbook(path));
  });
  return rows.map((cells, at) => ({ row: at + 1, cells: cells.map((cell) => textOf(cell, at + 1)) }));
}

function textOf(cell: unknown, row: number): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00.000Z$/, '');
  // A spreadsheet keeps fifteen digits of a number, and zeros in place of the others.
  if (typeof cell === 'number' && Math.abs(cell) >= 1e15) throw new UsageError(t.digitsLost(row));
  return String(cell);
}

/** Rows with a head. Each cell is text, so that a number of eighteen digits keeps them. @param spare empty rows below */
export async function workbookOf(rows: readonly (readonly string[])[], spare = 0): Promise<Uint8Array> {
  const { default: write } = await import('write-excel-file/node');
  const empty = Array.from({ length: spare }, () => (rows[0] ?? []).map(() => ''));
  const sheet = [...rows, ...empty].map((row, at) =>
    row.map((value) => ({
      value,
      type: String,
      format: '@',
      ...(at === 0 && { fontWeight: 'bold' as const }),
    })),
  );
  return write(sheet).toBuffer();
}
