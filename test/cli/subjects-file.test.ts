import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSubjects } from '../../infra/cli/lists/subjects-file.ts';
import { sharedFolder } from '../support/folder.ts';

const folder = sharedFolder();

async function read(text: string) {
  const file = join(folder, 'list.csv');
  writeFileSync(file, text);
  return readSubjects(file, ['id_number']);
}
const person = (row: number, id_number: string) => ({ row, subject: { match: { id_number } } });

describe('a CSV table', () => {
  it.each([
    ['ends of lines of Unix', 'name,id_number\nA,1\nB,2\n'],
    ['ends of lines of Windows', 'name,id_number\r\nA,1\r\nB,2\r\n'],
    ['both ends of lines', 'name,id_number\r\nA,1\nB,2'],
    ['a byte order mark', '\uFEFFname,id_number\nA,1\nB,2\n'],
    ['blanks around names and numbers', ' name , id_number \nA, 1\nB,2 \n'],
    ['a column more than the head names', 'name,id_number\nA,1,x\nB,2\n'],
  ])('is read with %s', async (_, text) => {
    expect((await read(text)).rows).toEqual([person(2, '1'), person(3, '2')]);
  });

  it('may hold commas, quotes and ends of lines in quotes, and counts rows by lines', async () => {
    const { rows } = await read('note,id_number\n"a, ""b""\nc",1\n\nB,2\n');
    expect(rows).toEqual([person(2, '1'), person(5, '2')]);
  });

  it('prefers the number to the reference, skips rows without either, and counts repeated people', async () => {
    const { rows, repeated } = await read('id_number,ref\n1,r1\n,r2\n,\n1,\n');
    expect(rows).toEqual([person(2, '1'), { row: 3, subject: { ref: 'r2' } }]);
    expect(repeated).toBe(1);
  });

  it('is refused by its line number, without its content, if quotes are not closed', async () => {
    await expect(read('name,id_number\nA,1\n"secret,2\n')).rejects.toThrow(
      /^Line \d is not a line of a CSV table\.$/,
    );
    await expect(read('name,id_number\nA,1\nse"cret,2\n')).rejects.toThrow(
      'Line 3 is not a line of a CSV table.',
    );
  });

  it('is refused without a column that names people, and without people', async () => {
    await expect(read('name\nA\n')).rejects.toThrow('who is meant');
    await expect(read('id_number\n')).rejects.toThrow('names no person');
  });
});
