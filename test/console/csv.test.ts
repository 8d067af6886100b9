import { expect, it } from 'vitest';
import { csvOf, rowsOf } from '../../functions/console/web/csv.ts';

it('quotes what a table would split, and disarms what a spreadsheet would run', () => {
  const rows = [
    ['a', 'b, c', 'say "d"', 'two\nlines'],
    ['=1+1', '+1', '-1', '@cmd'],
    ['\t=1', ' =1', '1=1', ''],
  ];
  expect(csvOf(rows)).toBe(
    'a,"b, c","say ""d""","two\nlines"\r\n' + "'=1+1,'+1,'-1,'@cmd\r\n" + "'\t=1,' =1,1=1,\r\n",
  );
});

it('reads what it wrote, and the tables of other programs', () => {
  const rows = [
    ['a', 'b, c', 'say "d"'],
    ['two\nlines', '', 'f'],
  ];
  expect(rowsOf(csvOf(rows))).toEqual(rows);
  expect(rowsOf('\ufeffA-1;11\r\n\r\nA-2\t22\n')).toEqual([
    ['A-1', '11'],
    ['A-2', '22'],
  ]);
});
