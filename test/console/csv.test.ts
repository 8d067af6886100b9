import { expect, it } from 'vitest';
import { csvOf } from '../../functions/console/web/csv.ts';

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
